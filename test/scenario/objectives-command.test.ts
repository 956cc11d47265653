import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

const examples = fileURLToPath(new URL("../../examples/policies", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "burngate-objectives-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `burngate objectives` in this process. */
async function objectives(...args: readonly string[]) {
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += `${text}\n`),
    err: (text: string) => void (printed.err += `${text}\n`),
  };
  const readFile = (path: string): string => readFileSync(path, "utf8");
  const environment = { variables: {}, readFile, modeOf: (): undefined => undefined };
  const code = await run(["objectives", ...args], environment, folder, output);
  return { code, ...printed };
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sloth = `version: prometheus/v1
service: shop
slos:
  - name: pay
    objective: 99.9
    sli:
      events:
        error_query: |
          sum(
            rate(paid_total{ok="no"}[{{.window}}])
          )
        total_query: sum(rate(paid_total[{{.window}}]))
    alerting: {name: Pay}
`;

const slo = `apiVersion: n9/v1alpha
kind: SLO
metadata: {name: ship, project: shop}
spec:
  indicator: {metricSource: {name: metrics-eu}}
  budgetingMethod: Timeslices
  timeWindows: [{unit: Month, count: 1, calendar: {startTime: "2026-01-01 00:00:00", timeZone: Europe/Warsaw}}]
  alertPolicies: [fast]
  objectives:
    - name: soon
      target: 0.95
      timeSliceTarget: 0.9
      op: lte
      value: 2
      rawMetric: {query: {prometheus: {promql: ship_days}}}
`;

const alert = `apiVersion: n9/v1alpha
kind: AlertPolicy
metadata: {name: fast, project: shop}
spec: {severity: High, conditions: [{measurement: averageBurnRate, value: 10.5, alertingWindow: 1h, op: gte}]}
`;

describe("burngate objectives", () => {
  it("prints a block for each objective: what is promised, how it is measured, by which rules it is judged", async () => {
    const { code, out } = await objectives(written("pay.yml", sloth), "--window", "28d");
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "shop-pay
        target      99.9% over 4w
        measured    as Sloth records it, or directly where that gives no answer
        bad         sum(
                      rate(paid_total{ok="no"}[{{window}}])
                    )
        total       sum(rate(paid_total[{{window}}]))
        recorded    slo:sli_error:ratio_rate{{window}}{sloth_id="shop-pay", sloth_service="shop", sloth_slo="pay"}
                    over 5m, 30m, 1h, 2h, 6h, 1d, 3d
                    over 4w, counting every moment alike
        rules       by default
                    fast-burn         block above 13.44x over 1h and 5m
                    slow-burn         block above 5.6x over 6h and 30m
                    steady-burn       warn  above 2.8x over 1d and 2h
                    creeping-burn     warn  above 0.933333x over 3d and 6h
                    budget-exhausted  block when nothing is left

      1 objective in 1 file: no problem
      "
    `);
  });

  it("reads files as one set, and tells problems beneath with place and caret", async () => {
    const paths = [written("ship.yml", slo), written("alert.yml", alert)];
    const { code, out } = await objectives(...paths);
    expect(code).toBe(0);
    expect(out.replaceAll(`${folder}/`, "")).toMatchInlineSnapshot(`
      "ship-soon
        target      95% in each month by the calendar, counted from 2026-01-01 00:00:00 in Europe/Warsaw
        budget      slices of 1m, each good when 90% of it are; one without traffic is left out
        measured    directly
        bad ÷ total 1 - avg_over_time(((ship_days) <= bool 2)[{{window}}:1m])
        lies in     metrics-eu
        rules       of its own
                    fast              block above 10.5x over 1h and 5m
                    budget-exhausted  block when nothing is left

      ship.yml:6:20 warning: spec.budgetingMethod says no length of a slice; one minute is taken, as Nobl9 counts [missing_key]
          6 |   budgetingMethod: Timeslices
                                 ^

      1 objective in 2 files: 0 errors, 1 warning
      "
    `);
  });

  it("prints the objectives of a policy, and by which rules of the policy they are judged", async () => {
    const { code, out } = await objectives(join(examples, "complete.yml"));
    expect(code).toBe(0);
    expect(out).toContain("rules       of the policy\n");
    expect(out).toContain("3 objectives in 1 file: no problem");
    const every = await objectives(join(examples, "objectives.yml"));
    expect(every.out).toMatchInlineSnapshot(`
      "checkout availability
        target      99.9% in each month by the calendar, counted from 2026-01-01 00:00:00 in Europe/Berlin
        measured    directly
        good        sum(rate(checkout_requests_total{code!~"5.."}[{{window}}]))
        total       sum(rate(checkout_requests_total[{{window}}]))
        rules       by default
                    fast-burn         block above 14.4x over 1h and 5m
                    slow-burn         block above 6x over 6h and 30m
                    steady-burn       warn  above 3x over 1d and 2h
                    creeping-burn     warn  above 1x over 3d and 6h
                    budget-exhausted  block when nothing is left

      checkout by region
        target      99.5% over 4w
        for each    region
        measured    directly
        bad         sum by (region) (rate(checkout_requests_total{code=~"5.."}[{{window}}]))
        total       sum by (region) (rate(checkout_requests_total[{{window}}]))
        rules       of its own
                    fast   block above 13.44x over 1h and 5m for 2m
                    spent  block when nothing is left

      quiet jobs
        target      99% over 1w
        budget      slices of 5m, each good when 95% of it are; one without traffic is left out
        measured    directly
        bad ÷ total sum(rate(job_failures_total[{{window}}])) / sum(rate(job_runs_total[{{window}}]))
        rules       by default
                    fast-burn         block above 3.36x over 1h and 5m
                    slow-burn         block above 1.4x over 6h and 30m
                    steady-burn       warn  above 0.7x over 1d and 2h
                    creeping-burn     warn  above 0.233333x over 3d and 6h
                    budget-exhausted  block when nothing is left

      pages
        target      99% over 30d
        budget      the mean of slices of 5m; one without traffic is good
        measured    directly
        part 1      99%, weighs 2, a slice good at 95%
                    bad         sum(sum_over_time(page_errors_per_minute[{{window}}]))
                    total       sum(sum_over_time(page_views_per_minute[{{window}}]))
        part 2      95%, weighs 1
                    good        sum(rate(page_duration_seconds_bucket{le="0.5"}[{{window}}]))
                    total       sum(rate(page_duration_seconds_count[{{window}}]))
        part 3      99%, weighs 1
                    bad ÷ total sum(rate(page_timeouts_total[{{window}}])) / sum(rate(page_views_total[{{window}}]))
        rules       by default
                    fast-burn         block above 14.4x over 1h and 5m
                    slow-burn         block above 6x over 6h and 30m
                    steady-burn       warn  above 3x over 1d and 2h
                    creeping-burn     warn  above 1x over 3d and 6h
                    budget-exhausted  block when nothing is left

      shop-login
        target      99.9% over 30d
        measured    as Sloth records it, since it runs a plugin of Sloth
        recorded    slo:sli_error:ratio_rate{{window}}{sloth_id="shop-login"}
                    over 5m, 30m, 1h, 2h, 6h, 1d, 3d
                    over 30d, counting every moment alike
                    bad ÷ total slo:sli_error:ratio_rate30d{sloth_id="shop-login"}
        rules       by default
                    fast-burn         block above 14.4x over 1h and 5m
                    slow-burn         block above 6x over 6h and 30m
                    steady-burn       warn  above 3x over 1d and 2h
                    creeping-burn     warn  above 1x over 3d and 6h
                    budget-exhausted  block when nothing is left

      shop-basket
        target      99% over 4w
        measured    as Pyrra records it, or directly where that gives no answer
        bad         sum(sum_over_time(basket_errors_per_minute[{{window}}]))
        total       sum(sum_over_time(basket_requests_per_minute[{{window}}]))
        recorded    basket_requests:burnrate{{window}}{slo="shop-basket"}
                    over 5m, 1h, 30m, 6h
                    over 4w, counting events
                    bad         sum(basket_requests:increase4w{slo="shop-basket", code=~"5.."})
                    total       sum(basket_requests:increase4w{slo="shop-basket"})
        lies in     production
        rules       by default
                    fast-burn         block above 13.44x over 1h and 5m
                    slow-burn         block above 5.6x over 6h and 30m
                    steady-burn       warn  above 2.8x over 1d and 2h
                    creeping-burn     warn  above 0.933333x over 3d and 6h
                    budget-exhausted  block when nothing is left

      shop-basket-latency
        target      99% over 4w
        measured    as Pyrra records it, since it is recorded elsewhere
        recorded    basket_seconds:burnrate{{window}}{slo="shop-basket-latency"}
                    over 5m, 1h, 30m, 6h
                    over 4w, counting events
                    good        sum(basket_seconds:increase4w{slo="shop-basket-latency", le="0.5"})
                    total       sum(basket_seconds:increase4w{slo="shop-basket-latency", le=""})
        rules       by default
                    fast-burn         block above 13.44x over 1h and 5m
                    slow-burn         block above 5.6x over 6h and 30m
                    steady-burn       warn  above 2.8x over 1d and 2h
                    creeping-burn     warn  above 0.933333x over 3d and 6h
                    budget-exhausted  block when nothing is left

      7 objectives in 1 file: no problem
      "
    `);
  });

  it("prints entries that read as the same objectives again", async () => {
    const paths = [written("pay.yml", sloth), written("ship.yml", slo), written("alert.yml", alert)];
    const { out: entries, err } = await objectives("--format", "yaml", ...paths);
    expect(err).toContain("2 objectives in 3 files: 0 errors, 1 warning");
    const policy = written("slo-policy.yml", `version: 1\nobjectives:\n${entries}`);
    const [first, again] = [
      await objectives("--format", "json", ...paths),
      await objectives("--format", "json", policy),
    ];
    const [before, after] = [first, again].map(
      ({ out }) => JSON.parse(out) as { ok: boolean; objectives: object[] },
    );
    expect(after?.objectives).toEqual(before?.objectives);
    expect(before?.objectives).toHaveLength(2);
    expect(after).toMatchObject({ ok: true, files: 1, problems: [] });
  });

  it("exits 1 where a file has an error, and prints what is read nevertheless", async () => {
    const broken = written("broken.yml", slo.replace("target: 0.95", "target: 95"));
    const { code, out } = await objectives(broken, written("pay.yml", sloth));
    expect(code).toBe(1);
    expect(out).toContain("shop-pay\n");
    expect(out).toContain("broken.yml:11:15 error: spec.objectives[0].target must be");
    expect((await objectives(join(folder, "none.yml"))).out).toContain("is not there or cannot be read");
    expect(JSON.parse((await objectives("--format", "json", broken)).out)).toMatchObject({
      ok: false,
      objectives: [],
    });
  });

  it("shows what a file would do to a terminal, and does it not", async () => {
    const { out } = await objectives(
      written(
        "odd.yml",
        sloth
          .replace("paid_total[", 'paid_total{a=\\"\\u001b[2J\\"}[')
          .replace(/total_query: (.*)/, 'total_query: "$1"'),
      ),
    );
    expect(out).toContain("\\u001b[2J");
    expect(out).not.toContain("\u001b");
  });

  it("tells a wrong call what to do, with 64", async () => {
    for (const args of [[], ["x.yml", "--format", "github"], ["x.yml", "--window", "3x"], ["--nope"]])
      expect(await objectives(...args), args.join(" ")).toMatchObject({ code: 64, out: "" });
    expect(await objectives("--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("--window 28d") as string,
    });
  });
});
