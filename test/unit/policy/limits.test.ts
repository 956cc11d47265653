import { describe, expect, it } from "vitest";
import { problemsOf, sloth, small } from "./written-policy.ts";

const list = (count: number, item: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => item(index)).join(", ")}]`;
const query = (length: number): string =>
  `x[{{window}}]`.padEnd(length + "{{window}}".length - "1h".length, " ");
const inline = (keys: string): string =>
  `version: 1\nobjectives:\n  - {name: a, target: 99%, window: 30d, sli: {error_ratio_query: "x[{{window}}]"}, ${keys}}\n`;
const rule = (index: number): string => `{name: r${index}, remaining: ${index}%, then: warn}`;
const work = (index: number): string =>
  `{name: w${index}, start: 2026-01-0${(index % 9) + 1}T00:00:00, time_zone: UTC, duration: 5m}`;

/** What may be so many, how many, and a policy that has `count` of it. */
const limits: readonly (readonly [what: string, most: number, policy: (count: number) => string])[] = [
  [
    "objectives",
    50,
    (count) => `version: 1\nobjectives: ${list(count, () => "{from: slo/checkout.yaml}")}\n`,
  ],
  ["rules", 20, (count) => `${small}rules: ${list(count, rule)}\n`],
  ["rules of an objective", 20, (count) => inline(`rules: ${list(count, rule)}`)],
  ["labels that split an objective", 10, (count) => inline(`grouped_by: ${list(count, (at) => `l${at}`)}`)],
  [
    "parts of an SLI",
    20,
    (count) =>
      `version: 1\nobjectives:\n  - {name: a, target: 99%, window: 30d, sli: {parts: ${list(count, (at) => `{weight: ${at + 1}, target: 99%, sli: {error_ratio_query: "x[{{window}}]"}}`)}}}\n`,
  ],
  [
    "recorded windows",
    30,
    (count) =>
      inline(
        `recording: {tool: sloth, error_ratio: "x{{window}}", windows: ${list(count, (at) => `${at + 1}m`)}, period: {error_ratio_query: "x{{window}}"}, weighting: time}`,
      ),
  ],
  [
    "base branches",
    50,
    (count) => `${small}gates: {pull_request: {branches: ${list(count, (at) => `b${at}`)}}}\n`,
  ],
  [
    "environments",
    50,
    (count) => `${small}gates: {deployment: {environments: ${list(count, (at) => `e${at}`)}}}\n`,
  ],
  [
    "environments of the Deployments API",
    10,
    (count) => `${small}gates: {deployments_api: ${list(count, (at) => `e${at}`)}}\n`,
  ],
  ["labels of a bypass", 10, (count) => `${small}bypass: {labels: ${list(count, (at) => `l${at}`)}}\n`],
  ["teams", 20, (count) => `${small}bypass: {teams: ${list(count, (at) => `acme/t${at}`)}}\n`],
  ["users", 50, (count) => `${small}bypass: {users: ${list(count, (at) => `u${at}`)}}\n`],
  ["tags", 10, (count) => `${small}bypass: {tags: ${list(count, (at) => `t${at}`)}}\n`],
  [
    "signers",
    50,
    (count) => `${small}bypass: {tags: [t], signers: ${list(count, (at) => `s${at}@acme.example`)}}\n`,
  ],
  ["pieces of planned work", 20, (count) => `${small}maintenance: ${list(count, work)}\n`],
];

const errors = (text: string): readonly string[] =>
  problemsOf(text).flatMap(({ code, severity }) =>
    severity === "error" && code !== "duplicate_name" ? [code] : [],
  );
const tooMany = (text: string): readonly string[] =>
  problemsOf(text).flatMap(({ code, message }) => (code === "too_many" ? [message] : []));

describe("[T29] [T33] a policy holds so many", () => {
  it.each(limits)("%s: %i", (_, most, policy) => {
    expect(errors(policy(most))).toEqual([]);
    expect(tooMany(policy(most + 1))).toEqual([`must have at most ${most} entries`]);
  });
});

describe("[T29] [T33] a policy is bounded", () => {
  it("in objectives, wherever they come from", () => {
    const [head = "", slo = ""] = sloth.split("slos:\n");
    const file = (count: number) =>
      `${head}slos:\n${Array.from({ length: count }, (_, at) => slo.replace("name: checkout", `name: s${at}`)).join("")}`;
    expect(tooMany(small)).toEqual([]);
    expect(problemsOf(small, { "slo/checkout.yaml": file(50) })).toEqual([]);
    expect(problemsOf(small, { "slo/checkout.yaml": file(51) })).toMatchObject([
      { code: "too_many", message: "name 51 objectives; 50 at most" },
    ]);
  });

  it("in the length of a query", () => {
    const policy = (length: number) => inline("measure: direct").replace("x[{{window}}]", query(length));
    expect(problemsOf(policy(8192))).toEqual([]);
    expect(problemsOf(policy(8193))).toMatchObject([
      { code: "bad_query", message: "is not PromQL: is longer than 8192 characters" },
    ]);
  });

  it("in the problems that are told of it and of all its files together", () => {
    const lax = sloth.replace("99.9", "50");
    const paths = Array.from({ length: 50 }, (_, at) => `slo/${at}.yaml`);
    const never = list(20, (at) => `{name: r${at}, burn_rate: 100, windows: [1h, 5m], then: warn}`);
    const policy = `version: 1\nobjectives: ${list(50, (at) => `{from: slo/${at}.yaml}`)}\nrules: ${never}\n`;
    const files = Object.fromEntries(paths.map((path, at) => [path, lax.replace("checkout", `s${at}`)]));
    const warned = problemsOf(policy, files);
    expect(warned).toHaveLength(200);
    expect(warned.filter(({ severity }) => severity === "error")).toEqual([]);
    // What keeps the policy from being used is told, wherever it is.
    const broken = problemsOf(policy, { ...files, "slo/49.yaml": sloth.replace("99.9", "999") });
    expect(broken).toHaveLength(200);
    expect(broken.filter(({ severity }) => severity === "error")).toMatchObject([{ file: "slo/49.yaml" }]);
  });
});
