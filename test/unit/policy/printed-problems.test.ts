import { describe, expect, it } from "vitest";
import { mistakes } from "./mistakes.ts";
import { printed, problemsOf, small } from "./written-policy.ts";

describe("problems as people see them", () => {
  it("name the place, what is wrong, and how to mend it", () => {
    const all = mistakes.flatMap(([code, text, , files]) =>
      code === "too_large" ? [] : problemsOf(text, files).map(printed),
    );
    expect(all.join("\n\n")).toMatchInlineSnapshot(`
      ".github/slo-policy.yml:2:1 error not_yaml
      Flow sequence in block collection must be sufficiently indented and end with a ]

      .github/slo-policy.yml:1:1 error not_yaml
      is empty

      .github/slo-policy.yml:1:29 error too_deep
      is nested deeper than 20 levels
      1 | version: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                                      ^

      .github/slo-policy.yml:1:15 error alias
      anchors and aliases are not read; write the value out
      1 | version: &one 1
                        ^

      .github/slo-policy.yml:3:1 error duplicate_key
      is written twice; keep one
      3 | version: 1
          ^

      .github/slo-policy.yml:3:1 error forbidden_key
      is not a key that a file may use
      3 | __proto__: 1
          ^

      .github/slo-policy.yml:1:1 error several_documents
      holds 2 YAML documents; 1 at most
      1 | version: 1
          ^

      .github/slo-policy.yml:3:1 error unknown_key
      objektives \`objektives\` is not a key here; look for a typing mistake
      3 | objektives: []
          ^

      .github/slo-policy.yml:1:1 error missing_key
      version \`version\` is missing
      1 | objectives: [{from: slo/checkout.yaml}]
          ^

      .github/slo-policy.yml:2:13 error wrong_type
      objectives must be a list
      2 | objectives: {}
                      ^

      .github/slo-policy.yml:1:10 error wrong_value
      version must be one of \`1\`
      1 | version: 2
                   ^

      .github/slo-policy.yml:3:36 error bad_target
      objectives[0].target must be a percentage above 0% and below 100%, written with its sign: \`99.9%\`
      3 |   - {name: a, window: 30d, target: 99.9, sli: {error_ratio_query: "x[{{window}}]"}}
                                             ^

      .github/slo-policy.yml:4:39 error bad_percent
      rules[0].remaining must be a percentage with its sign: \`0%\`, \`10%\`
      4 |   - {name: r, then: block, remaining: 10}
                                                ^

      .github/slo-policy.yml:4:52 error bad_duration
      rules[0].windows[0] must be a duration such as \`30m\`, \`4h\` or \`30d\`
      4 |   - {name: r, then: block, burn_rate: 2, windows: [1 hour, 5m]}
                                                             ^

      .github/slo-policy.yml:3:28 error bad_duration
      gates.deployment.hold must be at most \`60m\`
      3 | gates: {deployment: {hold: 61m}}
                                     ^

      .github/slo-policy.yml:4:51 error bad_windows
      rules[0].windows must be the long window, then a shorter one: \`[1h, 5m]\`
      4 |   - {name: r, then: block, burn_rate: 2, windows: [5m, 1h]}
                                                            ^

      .github/slo-policy.yml:3:66 error bad_query
      objectives[0].sli.error_ratio_query has no \`{{window}}\`, so it would answer every window with the same number
      3 |   - {name: a, window: 30d, target: 99%, sli: {error_ratio_query: "rate(x[5m])"}}
                                                                           ^

      .github/slo-policy.yml:3:66 error bad_query
      objectives[0].sli.error_ratio_query is not PromQL: ends too early
      3 |   - {name: a, window: 30d, target: 99%, sli: {error_ratio_query: "rate(x[{{window}}]"}}
                                                                           ^

      .github/slo-policy.yml:3:94 error bad_time_zone
      objectives[0].window.time_zone must be a time zone of the IANA list, such as \`Europe/Berlin\` or \`UTC\`
      3 |  target: 99%, window: {every: 1 month, start: "2026-01-01T00:00:00", time_zone: Mars/Olympus}, sli: {error_ratio_query: "x[{{window}}]"}}
                                                                                          ^

      .github/slo-policy.yml:3:44 error bad_duration
      objectives[0].window.every must be a number and one of hour, day, week, month, quarter, year: \`1 month\`
      3 |   - {name: a, target: 99%, window: {every: 1 moon, start: "2026-01-01T00:00:00", time_zone: UTC}, sli: {error_ratio_query: "x[{{window}}]"}}
                                                     ^

      .github/slo-policy.yml:3:60 error wrong_value
      objectives[0].window.start must be a local time such as \`2026-01-01T00:00:00\`
      3 |   - {name: a, target: 99%, window: {every: 1 month, start: "2026-02-30T00:00:00", time_zone: UTC}, sli: {error_ratio_query: "x[{{window}}]"}}
                                                                     ^

      .github/slo-policy.yml:3:53 error contradiction
      objectives[0].grouped_by cannot split slices, or an SLI of several parts
      3 |   - {name: a, window: 30d, target: 99%, grouped_by: [a], budgeting: {ratio_timeslices: {slice: 1m}}, sli: {error_ratio_query: "x[{{window}}]"}}
                                                              ^

      .github/slo-policy.yml:3:137 error contradiction
      objectives[0].recording records one SLI, and this objective has several parts
      3 | arget: 99%, weight: 1, sli: {error_ratio_query: "x[{{window}}]"}}]}, recording: {tool: sloth, error_ratio: "x{{window}}", windows: [5m], period: {error_ratio_qu
                                                                                          ^

      .github/slo-policy.yml:3:50 error contradiction
      objectives[0].measure is \`recorded\`, and no \`recording\` says where
      3 |   - {name: a, window: 30d, target: 99%, measure: recorded, sli: {error_ratio_query: "x[{{window}}]"}}
                                                           ^

      .github/slo-policy.yml:3:46 error contradiction
      objectives[0].sli is only recorded, and no \`recording\` says where
      3 |   - {name: a, window: 30d, target: 99%, sli: {recorded_only: is code}}
                                                       ^

      .github/slo-policy.yml:3:52 error contradiction
      objectives[0].budgeting has slices that are not shorter than the objective's window
      3 |   - {name: a, window: 30d, target: 99%, budgeting: {ratio_timeslices: {slice: 30d}}, sli: {error_ratio_query: "x[{{window}}]"}}
                                                             ^

      .github/slo-policy.yml:3:48 error duplicate_name
      objectives[0].rules hold \`r\` twice; names must be unique
      3 |   - {name: a, window: 30d, target: 99%, rules: [{name: r, remaining: 0%, then: block}, {name: r, remaining: 0%, then: block}], sli: {error_ratio_query: "x[{{win
                                                         ^

      .github/slo-policy.yml:3:56 warning unknown_data_source
      objectives[0].metric_source names the data source \`unknown\`, which the operator has under no name; \`main\` is asked instead
      3 |   - {name: a, window: 30d, target: 99%, metric_source: unknown, sli: {error_ratio_query: "x[{{window}}]"}}
                                                                 ^

      .github/slo-policy.yml:3:54 error bad_label
      objectives[0].grouped_by[0] must be a label's name: letters, digits and \`_\`
      3 |   - {name: a, window: 30d, target: 99%, grouped_by: [a-b], sli: {error_ratio_query: "x[{{window}}]"}}
                                                               ^

      .github/slo-policy.yml:2:21 error bad_path
      objectives[0].from must be a path inside this repository, such as \`slo/checkout.yaml\`
      2 | objectives: [{from: ../other/slo.yaml}]
                              ^

      .github/slo-policy.yml:3:35 error bad_pattern
      gates.pull_request.branches[0] must be a branch name or a glob with \`*\` and \`**\`, such as \`release/*\`
      3 | gates: {pull_request: {branches: ["^main$"]}}
                                            ^

      .github/slo-policy.yml:3:17 error bad_pattern
      bypass.tags[0] must be a tag or a glob that begins with letters, such as \`hotfix-*\`
      3 | bypass: {tags: ["*"]}
                          ^

      .github/slo-policy.yml:3:18 error bad_pattern
      bypass.ticket must be one word, with \`*\` for any run of characters, such as \`INC-*\`
      3 | bypass: {ticket: "INC 42"}
                           ^

      .github/slo-policy.yml:3:19 warning no_tags
      bypass.signers vouch for tags, and \`bypass.tags\` names none
      3 | bypass: {signers: [rel@acme.example]}
                            ^

      .github/slo-policy.yml:2:13 error duplicate_name
      objectives hold \`shop-checkout\` twice; names must be unique
      2 | objectives: [{from: slo/checkout.yaml}, {from: slo/checkout.yaml}]
                      ^

      .github/slo-policy.yml:2:13 error too_many
      objectives must have at most 50 entries
      2 | objectives: [{from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {from: a}, {fro
                      ^

      .github/slo-policy.yml:2:21 error file_missing
      objectives[0].from \`slo/checkout.yaml\` is not a file at this commit
      2 | objectives: [{from: slo/checkout.yaml}]
                              ^

      slo/checkout.yaml:1:1 error unsupported_format
      is of no format that is read: Sloth, Pyrra, OpenSLO, Nobl9
      1 | apiVersion: keptn.sh/v1
          ^

      slo/checkout.yaml:10:67 warning dropped_key
      slos[0].alerting.ticketAlert is dropped by Sloth without a word; it is spelled \`ticket_alert\` here
      10 |     alerting: {page_alert: {disable: true}, name: a, ticketAlert: {disable: true}}
                                                                             ^

      slo/checkout.yaml:6:19 warning recorded_only
      slos[0].sli.plugin is Go code that only Sloth can run; it is read from the series that Sloth records
      6 |     sli: {plugin: {id: a/b}}
                            ^

      slo/checkout.yaml:2:11 error unrendered_template
      is a Helm template that nobody has rendered; point at the rendered file
      2 | service: '{{ .Values.service }}'
                    ^

      slo/checkout.yaml:8:31 warning no_such_series
      is a series that no tool records; Sloth's are \`slo:sli_error:ratio_rate1h\` (a ratio) and \`slo:current_burn_rate:ratio\`
      8 |         error_query: sum(rate(slo:error_budget_burn_rate:ratio_rate1h{code=~'5..'}[{{.window}}]))
                                        ^

      .github/slo-policy.yml:4:81 error wrong_value
      maintenance[0].rrule holds \`FREQ=HOURLY\`, which cannot be read
      4 |   - {name: db, time_zone: UTC, duration: 2h, start: 2026-01-04T02:00:00, rrule: FREQ=HOURLY}
                                                                                          ^

      .github/slo-policy.yml:4:82 error wrong_value
      maintenance[0].rrule leaves out more than half of all time
      4 |  - {name: db, time_zone: UTC, duration: 13h, start: 2026-01-04T02:00:00, rrule: FREQ=DAILY}
                                                                                          ^

      .github/slo-policy.yml:4:53 error wrong_value
      maintenance[0].start must be a local time such as \`2026-01-01T00:00:00\`
      4 |   - {name: db, time_zone: UTC, duration: 2h, start: 2026-02-30T00:00:00}
                                                              ^

      .github/slo-policy.yml:4:42 error bad_duration
      maintenance[0].duration must be between \`5m\` and \`7d\`
      4 |   - {name: db, time_zone: UTC, duration: 4m, start: 2026-01-04T02:00:00, rrule: FREQ=DAILY}
                                                   ^

      .github/slo-policy.yml:4:86 error bad_pattern
      maintenance[0].objectives must be an objective's name or a glob with \`*\` and \`**\`, such as \`shop-*\`
      4 | name: db, time_zone: UTC, duration: 2h, start: 2026-01-04T02:00:00, objectives: ^shop}
                                                                                          ^

      .github/slo-policy.yml:4:86 warning missing_reference
      maintenance[0].objectives match no objective
      4 | name: db, time_zone: UTC, duration: 2h, start: 2026-01-04T02:00:00, objectives: ship-*}
                                                                                          ^

      .github/slo-policy.yml:5:12 error duplicate_name
      maintenance[1].name is \`db\` twice; names must be unique
      5 |   - {name: db, time_zone: UTC, duration: 2h, start: 2026-01-04T02:00:00, rrule: FREQ=DAILY}
                     ^

      .github/slo-policy.yml:5:5 warning not_counted
      maintenance[0] cannot be left out of \`a\`: its queries do not show that they count events (\`rate\` or \`increase\`, summed)
      5 |   - {name: db, time_zone: UTC, duration: 2h, start: 2026-01-04T02:00:00, rrule: FREQ=DAILY}
              ^

      .github/slo-policy.yml:3:3 warning threshold_unreachable
      objectives have a default rule, fast-burn above 14.4x, that can never be reached by \`a\`: with every event bad it burns 10x (over 1h); write rules of your own
      3 |   - {name: a, window: 30d, target: 90%, sli: {error_ratio_query: "x[{{window}}]"}}
            ^

      .github/slo-policy.yml:3:3 warning threshold_unreachable
      objectives have a rule of their own, r above 200x, that can never be reached by \`a\`: with every event bad it burns 100x (over 1h); write another threshold there
      3 |   - {name: a, window: 30d, target: 99%, rules: [{name: r, burn_rate: 200, windows: [1h, 5m], then: block}], sli: {error_ratio_query: "x[{{window}}]"}}
            ^

      .github/slo-policy.yml:4:39 warning threshold_unreachable
      rules[0].burn_rate can never be reached by \`shop-checkout\`: with every event bad it burns 1000x (over 1h)
      4 |   - {name: r, then: block, burn_rate: 2000, windows: [1h, 5m]}
                                                ^

      slo/checkout.yaml:7:27 error minute_or_month
      spec.timeWindow[0].duration is one minute; months are written with a capital letter, \`1M\`
      7 |   timeWindow: [{duration: 1m, isRolling: true}]
                                    ^

      slo/checkout.yaml:6:17 error missing_reference
      spec.indicatorRef names the SLI \`other\`, which is in none of the files that are read
      6 |   indicatorRef: other
                          ^

      slo/checkout.yaml:9:45 error contradiction
      spec.objectives[0].targetPercent is another target than \`target\`; keep one of them
      9 |   objectives: [{target: 0.9, targetPercent: 99}]
                                                      ^

      slo/checkout.yaml:7:85 error bad_time_zone
      spec.timeWindow[0].calendar.timeZone is no time zone of the IANA's, such as \`Europe/Warsaw\` or \`UTC\`
      7 | meWindow: [{duration: 28d, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars/Olympus}}]
                                                                                          ^

      slo/checkout.yaml:10:80 warning threshold_backward
      spec.alertPolicies[0].spec.conditions[0].spec.condition.op holds while the budget burns slower than the threshold, so it is no rule; write \`gt\`
      10 |   alertPolicies: [{spec: {conditions: [{spec: {condition: {kind: burnrate, op: lt, threshold: 2, lookbackWindow: 1h}}}]}}]
                                                                                          ^

      slo/checkout.yaml:9:64 error unsupported_sli
      [0].spec.objectives[0].rawMetric.query asks no Prometheus, the only source that can be asked
      9 |     objectives: [{name: good, target: 0.99, rawMetric: {query: {graphite: {promql: up}}}, op: lt, value: 1}]
                                                                         ^

      slo/checkout.yaml:10:136 warning not_counted
      [1].spec.conditions[0].measurement is something that no rule can say, so the alert makes none; \`averageBurnRate\`, \`timeToBurnEntireBudget\` and \`burnedBudget\` can be said
      10 |  {name: fast, project: shop}, spec: {severity: High, conditions: [{measurement: magic, value: 1, op: gt}]}}
                                                                                           ^

      slo/checkout.yaml:9:15 error no_objectives
      spec.objectives must hold at least one objective
      9 |   objectives: []
                        ^"
    `);
  });

  it("are all told in one pass, from top to bottom", () => {
    const text = [
      "version: 2",
      "mode: watch",
      "objektives: []",
      "objectives:",
      "  - name: checkout",
      "    target: 99.9",
      "    window: 30 days",
      "    sli:",
      "      error_query: sum(rate(x[5m]))",
      "      total_query: sum(rate(x[{{window}}])",
      "  - from: /etc/passwd",
      "rules:",
      "  - name: fast",
      "    burn_rate: -1",
      "    windows: [5m, 1h]",
      "    then: stop",
      "bypass:",
      "  teams: [sre]",
      "  expires: 30d",
      "",
    ].join("\n");
    expect(problemsOf(text).map((one) => `${one.position.line} ${one.code} ${one.key}`))
      .toMatchInlineSnapshot(`
      [
        "1 wrong_value version",
        "2 wrong_value mode",
        "3 unknown_key objektives",
        "6 bad_target objectives[0].target",
        "7 bad_duration objectives[0].window",
        "9 bad_query objectives[0].sli.error_query",
        "10 bad_query objectives[0].sli.total_query",
        "11 bad_path objectives[1].from",
        "14 wrong_value rules[0].burn_rate",
        "15 bad_windows rules[0].windows",
        "16 wrong_value rules[0].then",
        "18 wrong_value bypass.teams[0]",
        "19 bad_duration bypass.expires",
      ]
    `);
  });

  it("show a window of a long line, with the caret still below the character", () => {
    const [problem] = problemsOf(
      `{version: 1, ${" ".repeat(500)}objektives: [], objectives: [{from: slo/checkout.yaml}]}`,
    );
    const [line = "", caret = ""] = problem!.excerpt.split("\n");
    expect(line.length).toBeLessThan(200);
    expect(line.slice(caret.length - 1)).toMatch(/^objektives/);
  });

  it("show no control character of a hostile line", () => {
    const [problem] = problemsOf(`${small}"k\\u0007": "\u001b[31m"\n`);
    expect(problem?.excerpt.replace("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});
