import { Ajv2020 } from "ajv/dist/2020.js";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { policySchema } from "../../../src/policy/schema.ts";
import { policyJsonSchema, schemaId } from "../../../script/policy-json-schema.ts";
import { policyOf, problemsOf, small } from "./written-policy.ts";

const root = join(import.meta.dirname, "../../..");
const examples = join(root, "examples/policies");
const names = readdirSync(examples).filter((name) => name.endsWith(".yml"));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const example = (name: string): string => readFileSync(join(examples, name), "utf8");
const pointedAt = [
  "slo/checkout.yaml",
  "quality/carts.slo.yaml",
  "quality/carts.sli.yaml",
  "quality/analysis.yaml",
  "quality/canary.yaml",
];
const files = Object.fromEntries(pointedAt.map((path) => [path, example(path)]));

/** Every key of a schema that is an object, a list or a choice, as dotted paths. */
function keysOf(schema: unknown, at = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties, items, anyOf } = schema as { properties?: object; items?: object; anyOf?: object[] };
  const own = Object.entries(properties ?? {}).flatMap(([key, inner]) => [
    `${at}${key}`,
    ...keysOf(inner, `${at}${key}.`),
  ]);
  return [...own, ...keysOf(items, at), ...(anyOf ?? []).flatMap((one) => keysOf(one, at))];
}

/** Every key that a value holds, as dotted paths. */
function keysIn(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keysIn(one, at));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${at}${key}`, ...keysIn(inner, `${at}${key}.`)]);
}

const schema = JSON.parse(policyJsonSchema()) as { $id: string };

describe("the example policies", () => {
  it("are the five that the documentation shows", () => {
    expect(names.toSorted()).toEqual([
      "complete.yml",
      "inline.yml",
      "objectives.yml",
      "quality-gates.yml",
      "smallest.yml",
    ]);
  });

  it.each(names)("%s is usable, without so much as a warning", (name) => {
    expect(problemsOf(example(name), files)).toEqual([]);
    const { objectives, qualityGates = [] } = policyOf(example(name), files);
    expect(objectives.length + qualityGates.length).toBeGreaterThan(0);
  });

  it("smallest.yml is nothing but a version and a Sloth file", () => {
    expect(parse(example("smallest.yml"))).toEqual({
      version: 1,
      objectives: [{ from: "slo/checkout.yaml" }],
    });
    expect(policyOf(example("smallest.yml"), files)).toMatchObject({
      mode: "enforce",
      rules: undefined,
      pullRequestBranches: ["**"],
      objectives: [{ name: "shop-checkout-availability" }],
    });
  });

  it("complete.yml shows every key there is, but what objectives.yml and quality-gates.yml show of theirs", () => {
    const known = new Set(keysOf(schema));
    expect(known.size).toBeGreaterThan(60);
    const shown = new Set(
      ["complete.yml", "objectives.yml", "quality-gates.yml"].flatMap((name) => keysIn(parse(example(name)))),
    );
    expect([...known].filter((key) => !shown.has(key))).toEqual([]);
  });
});

describe("the policy's JSON Schema", () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTuples: false, allowUnionTypes: true });
  const validate = ajv.compile(schema);
  const accepts = (value: unknown): boolean => validate(value);

  it("is committed as the code has it; if not, run `node script/schema.ts`", () => {
    expect(read("schema/slo-policy.schema.json")).toBe(policyJsonSchema());
    expect(schema.$id).toBe(schemaId);
  });

  it.each(names)("accepts %s", (name) => {
    expect(accepts(parse(example(name))), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    ["an unknown key", { objektives: [] }],
    ["another version", { version: 2 }],
    [
      "a bare target",
      { objectives: [{ name: "a", target: 99.9, window: "30d", sli: { error_ratio_query: "x" } }] },
    ],
    [
      "a target without its sign",
      { objectives: [{ name: "a", target: "99.9", window: "30d", sli: { error_ratio_query: "x" } }] },
    ],
    ["no objective", { objectives: [] }],
    ["half an SLI", { objectives: [{ name: "a", target: "99%", window: "30d", sli: { error_query: "x" } }] }],
    ["a window that is none", { objectives: [{ from: "a", window: "30 days" }] }],
    ["a rule without a consequence", { rules: [{ name: "r", remaining: "0%" }] }],
    ["one window of two", { rules: [{ name: "r", burn_rate: 2, windows: ["1h"], then: "block" }] }],
    ["an unknown way of not knowing", { when_unmeasured: { no_idea: "allow" } }],
  ])("refuses %s, as the reader does", (_, changes) => {
    const whole = { version: 1, objectives: [{ from: "slo/checkout.yaml" }], ...changes };
    expect(accepts(whole)).toBe(false);
    expect(policySchema.safeParse(whole).success).toBe(false);
  });

  it("describes every key to the person who edits it", () => {
    const bare: string[] = [];
    const walk = (node: unknown, at: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { properties, items, anyOf } = node as { properties?: object; items?: object; anyOf?: object[] };
      for (const [key, inner] of Object.entries(properties ?? {})) {
        const { description } = inner as { description?: string };
        if (description === undefined) bare.push(`${at}${key}`);
        walk(inner, `${at}${key}.`);
      }
      walk(items, at);
      for (const one of anyOf ?? []) walk(one, at);
    };
    walk(schema, "");
    expect(bare).toEqual([]);
  });
});

describe("what a policy means", () => {
  it("is the defaults where it says nothing", () => {
    const { rules, bypass, whenUnmeasured, mode, disclose } = policyOf(small);
    expect(mode).toBe("enforce");
    expect(disclose).toBe(false);
    expect(rules).toBeUndefined();
    expect(bypass).toMatchObject({
      labels: ["hotfix"],
      entitled: { permission: "maintain" },
      self: "refused",
    });
    expect(Object.entries(whenUnmeasured).filter(([, action]) => action !== "block")).toEqual([
      ["no_traffic", "allow"],
    ]);
  });

  it("is what complete.yml says", () => {
    const { objectives, rules, bypass, pullRequestBranches, whenUnmeasured } = policyOf(
      example("complete.yml"),
      files,
    );
    expect(objectives.map(({ name, windowMs }) => [name, windowMs / 86_400_000])).toEqual([
      ["shop-checkout-availability", 28],
      ["search availability", 28],
      ["search latency", 28],
    ]);
    expect(rules?.map(({ name, then, forMs }) => [name, then, forMs])).toEqual([
      ["fast burn", "block", 0],
      ["slow burn", "warn", 600_000],
      ["budget spent", "block", 0],
      ["budget low", "warn", 0],
    ]);
    expect(pullRequestBranches).toEqual(["main", "release/*"]);
    expect(whenUnmeasured).toMatchObject({ warming_up: "warn", no_traffic: "allow", stale: "block" });
    expect(bypass).toEqual({
      labels: ["hotfix", "break-glass"],
      entitled: { permission: "admin", teams: ["acme/sre"], users: ["ann"], ids: [5309] },
      expiresMs: 2 * 3_600_000,
      reason: "required",
      self: "refused",
      people: 2,
      quota: { max: 3, per: "quarter" },
      ticket: "INC-*",
      tags: ["hotfix-*"],
      signers: ["release@acme.example"],
    });
  });

  it("[T31] discloses only where it says so", () => {
    expect(policyOf(`${small}disclose: true\n`).disclose).toBe(true);
    expect(policyOf(`${small}disclose: false\n`).disclose).toBe(false);
    expect(problemsOf(`${small}disclose: "true"\n`).map(({ code }) => code)).toEqual(["wrong_type"]);
  });

  it("[T6] entitles nobody by role once it names somebody itself", () => {
    const entitled = (bypass: string) => policyOf(`${small}bypass: ${bypass}\n`).bypass.entitled;
    expect(entitled("{expires: 1h}").permission).toBe("maintain");
    expect(entitled("{teams: [acme/sre]}")).toEqual({
      permission: undefined,
      teams: ["acme/sre"],
      users: [],
      ids: [],
    });
    expect(entitled("{users: []}")).toEqual({ permission: undefined, teams: [], users: [], ids: [] });
  });

  it("asks each pointed file once, in the order of the objectives", () => {
    const text = "version: 1\nobjectives: [{from: b.yaml, window: 7d}, {from: a.yaml}, {from: b.yaml}]\n";
    expect(problemsOf(text, {}).map((one) => one.message)).toEqual([
      "`b.yaml` is not a file at this commit",
      "`a.yaml` is not a file at this commit",
      "`b.yaml` is not a file at this commit",
    ]);
  });
});
