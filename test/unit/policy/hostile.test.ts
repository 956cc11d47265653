import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, readWhole, small } from "./written-policy.ts";

const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ...Array.from("bcdefghi").map((name, index) => {
    const before = String.fromCharCode("a".charCodeAt(0) + index);
    return `${name}: &${name} [${`*${before}, `.repeat(9)}]`;
  }),
].join("\n");

const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}${close.repeat(depth)}`;
const manyKeys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join("\n");

// What is written, and the codes that may be told of it.
const attacks: readonly (readonly [name: string, text: string, codes: readonly string[]])[] = [
  ["a bomb of aliases", bomb, ["alias"]],
  ["an alias", `${small}mode: *mode\n`, ["alias", "not_yaml"]],
  ["an anchor", `${small}mode: &mode observe\n`, ["alias"]],
  ["an anchor on a key", `${small}&mode mode: observe\n`, ["alias"]],
  ["a merge key with an alias", `x: &x {mode: observe}\n<<: *x\n${small}`, ["alias"]],
  ["a merge key with a mapping", `${small}<<: {mode: observe}\n`, ["unknown_key"]],
  ["a tagged merge key", `${small}!!merge <<: {mode: observe}\n`, ["not_yaml"]],
  ["a key twice", `${small}mode: observe\nmode: enforce\n`, ["duplicate_key"]],
  ["a key twice, once in quotes", `${small}mode: observe\n"mode": enforce\n`, ["duplicate_key"]],
  ["a key twice, once escaped", `${small}mode: observe\n"m\\u006fde": enforce\n`, ["duplicate_key"]],
  [
    "a key twice in one mapping of braces",
    `version: 1\nobjectives: [{from: a.yaml, from: slo/checkout.yaml}]\n`,
    ["duplicate_key"],
  ],
  ["an unknown key", `${small}modes: observe\n`, ["unknown_key"]],
  ["thousands of unknown keys", `${small}${manyKeys(6000)}\n`, ["unknown_key"]],
  [
    "fifty wrong paths and hundreds of unknown keys",
    `version: 1\nobjectives: [${"{from: /a}, ".repeat(50)}]\n${manyKeys(200)}\n`,
    ["bad_path", "unknown_key"],
  ],
  ["thousands of one key", `${small}${"k: 1\n".repeat(10_000)}`, ["duplicate_key"]],
  ["a key of another case", `${small}Mode: observe\n`, ["unknown_key"]],
  ["a number for a key", `${small}1: observe\n`, ["forbidden_key"]],
  ["a list for a key", `${small}[a, b]: observe\n`, ["forbidden_key", "not_yaml"]],
  ["`__proto__`", `${small}__proto__: {mode: observe}\n`, ["forbidden_key"]],
  ["`constructor`", `${small}constructor: {prototype: {mode: observe}}\n`, ["forbidden_key"]],
  ["`prototype`", `${small}bypass: {prototype: 1}\n`, ["forbidden_key"]],
  ["`__proto__`, escaped", `${small}"\\x5f_proto__": 1\n`, ["forbidden_key"]],
  ["more than 64 KB", `${small}# ${"x".repeat(64 * 1024)}\n`, ["too_large"]],
  ["more than 64 KB of letters of three bytes", `# ${"漢".repeat(22_000)}\n${small}`, ["too_large"]],
  ["lists 20 deep in a mapping", `${small}x: ${nested("[", "]", 20)}\n`, ["too_deep"]],
  ["mappings 20 deep in a mapping", `${small}x: ${nested("{a: ", "}", 20)}\n`, ["too_deep"]],
  ["lists without end", "[".repeat(60_000), ["too_deep"]],
  ["mappings without end", "{a: ".repeat(16_000), ["too_deep"]],
  ["dashes without end", "- ".repeat(32_000), ["too_deep"]],
  ["keys of keys without end", "? ".repeat(32_000), ["too_deep"]],
  ["a tag of its own", `${small}mode: !mine observe\n`, ["not_yaml"]],
  ["a tag of a language", `${small}mode: !!js/function "() => 1"\n`, ["not_yaml"]],
  ["a tag that makes bytes", `${small}mode: !!binary "b2JzZXJ2ZQ=="\n`, ["not_yaml"]],
  ["a tag that makes a set", `${small}gates: !!set {a, b}\n`, ["not_yaml"]],
  ["a tag that makes a date", `${small}mode: !!timestamp 2026-11-22\n`, ["not_yaml"]],
  ["`yes`, which is text", `${small}when_unmeasured: {no_data: yes}\n`, ["wrong_value"]],
  ["`no`, which is text", `${small}bypass: {labels: no}\n`, ["wrong_type"]],
  ["`on` for a version", "version: on\nobjectives: [{from: slo/checkout.yaml}]\n", ["wrong_value"]],
  [
    "a number with colons, which is text",
    `${small}bypass: {users: [1:30]}\n`,
    ["wrong_value", "wrong_type", "not_yaml"],
  ],
  ["two documents", `${small}---\n${small}`, ["several_documents"]],
  ["two documents, the first empty", `---\n---\n${small}`, ["several_documents"]],
  ["16,000 documents", "---\n".repeat(16_000), ["several_documents"]],
  [
    "a huge number",
    `version: ${"9".repeat(400)}\nobjectives: [{from: slo/checkout.yaml}]\n`,
    ["wrong_value"],
  ],
  ["a huge id", `${small}bypass: {users: [${"9".repeat(30)}]}\n`, ["wrong_value"]],
  [
    "an infinite burn rate",
    `${small}rules: [{name: r, burn_rate: .inf, windows: [1h, 5m], then: block}]\n`,
    ["wrong_type"],
  ],
  [
    "a burn rate too large to be finite",
    `${small}rules: [{name: r, burn_rate: 1e999, windows: [1h, 5m], then: block}]\n`,
    ["wrong_type"],
  ],
  [
    "a burn rate that is no number",
    `${small}rules: [{name: r, burn_rate: .nan, windows: [1h, 5m], then: block}]\n`,
    ["wrong_type"],
  ],
  ["no rule, which would let everything through", `${small}rules: []\n`, ["wrong_value"]],
  ["no objective, likewise", "version: 1\nobjectives: []\n", ["wrong_value"]],
  ["nothing", "", ["not_yaml"]],
  ["blank lines", " \n\t\n", ["not_yaml"]],
  ["a comment alone", "# nothing here\n", ["not_yaml"]],
  ["an empty document", "---\n", ["wrong_type"]],
  ["`null`", "null\n", ["wrong_type"]],
  ["a text", "allow everything\n", ["wrong_type"]],
  ["a list", "- version: 1\n", ["wrong_type"]],
  ["bytes of another kind of file", "\u0000\u0001\u0002\uFFFD", ["not_yaml", "wrong_type"]],
];

describe("a hostile policy", () => {
  it.each(attacks)("[T33] of %s is refused, in words", (_, text, codes) => {
    const reading = readWhole(text);
    expect(reading.kind).toBe("unusable");
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(100);
    expect([...new Set(problems.map((one) => one.code))].filter((code) => !codes.includes(code))).toEqual([]);
  });

  it("[T33] does not keep one that is only large or deep within the limits from being read", () => {
    const comment = `# ${"x".repeat(64 * 1024 - small.length - 3)}\n`;
    expect(Buffer.byteLength(comment + small)).toBe(64 * 1024);
    expect(policyOf(comment + small).objectives).toHaveLength(1);
    const codes = problemsOf(`${small}x: ${nested("[", "]", 19)}\n`).map((one) => one.code);
    expect(codes).toEqual(["unknown_key"]);
  });

  it("[T33] changes no object but its own", () => {
    for (const [, text] of attacks) readWhole(text);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { mode?: string }).mode).toBeUndefined();
  });

  it("is held in observe mode only where it says so legibly, and under enforcement otherwise", () => {
    const modeOf = (text: string) => {
      const reading = readWhole(text);
      return reading.kind === "unusable" ? reading.mode : "usable";
    };
    expect(modeOf(`${small}mode: observe\nobjektives: []\n`)).toBe("observe");
    expect(modeOf(`${small}mode: Observe\n`)).toBe("enforce");
    expect(modeOf(`${small}mode: [observe]\n`)).toBe("enforce");
    expect(modeOf(`${small}mode: observe\nmode: observe\n`)).toBe("enforce");
    expect(modeOf("mode: observe\n: : :\n- [")).toBe("enforce");
    expect(modeOf("bypass: {mode: observe}\n")).toBe("enforce");
  });

  it("[T34] has no expression for a branch, only globs", () => {
    const codesOf = (branch: string) =>
      problemsOf(`${small}gates: {pull_request: {branches: [${JSON.stringify(branch)}]}}\n`).map(
        (one) => one.code,
      );
    for (const glob of [
      "main",
      "release/*",
      "**",
      "*-stable",
      "a".repeat(200),
      "ünï",
      "(a+)+$",
      "feature/#1",
    ]) {
      expect(codesOf(glob), glob).toEqual([]);
    }
    for (const other of ["", "a b", "[ab]", "a?", "^main", "~1", "a:b", "a\\b", "a\nb", "a".repeat(201)]) {
      expect(codesOf(other), other).toEqual(["bad_pattern"]);
    }
  });

  it("[T35] cannot point out of its repository", () => {
    const codesOf = (path: string) =>
      problemsOf(`version: 1\nobjectives: [{from: ${JSON.stringify(path)}}]\n`, { [path]: "" }).map(
        (one) => one.code,
      );
    for (const path of [
      "/etc/passwd",
      "../a",
      "a/../../b",
      "a/./b",
      "a//b",
      "",
      ".",
      "..",
      "a\\b",
      "a\u0000b",
      "a/",
      "x".repeat(201),
    ]) {
      expect(codesOf(path), path).toEqual(["bad_path"]);
    }
    expect(codesOf("..a/b...c/.d")).toEqual(["not_yaml"]);
  });
});

describe("any text at all", () => {
  const token = fc.constantFrom(
    ...Array.from("[]{}:,-?&*!|>%@`\"'#~\n \t"),
    ...Array.from("\n\n  "),
    "version: 1\n",
    "objectives:",
    "  - from: slo/checkout.yaml\n",
    "  - {name: a, target: 99%, window: 30d, sli: {error_ratio_query: 'x[{{window}}]'}}\n",
    "rules:\n",
    "- {name: r, remaining: 0%, then: block}\n",
    "mode: observe\n",
    "bypass: {users: [ann, 7]}\n",
    "when_unmeasured: {no_data: allow}\n",
    "---\n",
    "...\n",
    "<<: ",
    "&a ",
    "*a",
    "!!str ",
    "__proto__: ",
    "null",
    "1e999",
    "\r\n",
    "\uFEFF",
    "\uD83D",
  );
  const text = fc.oneof(
    fc.array(token, { maxLength: 30 }).map((tokens) => tokens.join("")),
    fc.array(token, { maxLength: 8 }).map((tokens) => small + tokens.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.json(),
  );

  it("[T33] is a policy without an error, or is refused with one; nothing is ever thrown", () => {
    const seen = { usable: 0, unusable: 0 };
    fc.assert(
      fc.property(text, text, (source, pointed) => {
        const reading = readWhole(source, { "slo/checkout.yaml": pointed });
        const again = readWhole(source);
        for (const one of [reading, again]) {
          seen[one.kind] += 1;
          if (one.kind === "unusable") {
            expect(one.problems.some(({ severity }) => severity === "error")).toBe(true);
            continue;
          }
          expect(one.warnings.every(({ severity }) => severity === "warning")).toBe(true);
          expect(one.policy.objectives.length).toBeGreaterThan(0);
          expect(one.policy.rules?.length).not.toBe(0);
        }
      }),
      { numRuns: 4000 },
    );
    expect(
      Math.min(seen.usable, seen.unusable),
      "texts of either kind, or the law would be empty",
    ).toBeGreaterThan(50);
  });
});
