import * as fc from "fast-check";
import { expect, it } from "vitest";
import { evaluateKeptn } from "../../src/quality/keptn/evaluation.ts";
import { repairSlo } from "../../src/quality/keptn/repair.ts";

const line = fc.constantFrom(
  "objectives:",
  "comparison:",
  "total_score:",
  "filter:",
  "  compare_with: several_results",
  "  number_of_comparison_results: 3",
  "  aggregate_function: p95",
  "- sli: a",
  "- &x",
  "- *x",
  "- <<: *x",
  "  pass:",
  '  - criteria: ["<5"]',
  "  - criteria:",
  '    - ">5"',
  "    - >5",
  "    - <=+10%",
  "    - null",
  "  - null",
  "  warning: []",
  "  weight: 2.7",
  "  weight: 0x10",
  "  key_sli: yes",
  "  pass: 90%",
  '  warning: "75"',
  "pass: 90%",
  "---",
  "...",
  "null",
  "~",
  "\t- sli: b",
  "'",
  '"',
  "{",
  "]",
  "# x",
  "spec_version: 1.0",
  "  id: 123",
  "!!binary x",
  "? a",
  "“sli”: b",
  "- criteria:",
  '- "<=600"',
  "key_sli: true",
);
const text = fc.oneof(
  fc.array(line, { maxLength: 20 }).map((lines) => lines.join("\n")),
  fc.string({ maxLength: 200 }),
);
const values = fc.array(
  fc.record({
    metric: fc.constantFrom("a", "b"),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    success: fc.boolean(),
  }),
  { maxLength: 3 },
);

it("[T33] evaluates whatever text it is given, and a file that cannot be read never passes", () => {
  fc.assert(
    fc.property(text, values, (sloText, found) => {
      const data = evaluateKeptn({
        context: { project: "p", stage: "s", service: "c" },
        sloText,
        retrieval: { status: "succeeded", result: "pass", message: "" },
        values: found,
        timeStart: "2026-11-22T12:00:00.000Z",
        timeEnd: "2026-11-22T12:05:00.000Z",
        history: [],
      });
      const isUnread = data.message?.startsWith("Could not parse") === true;
      expect(isUnread && data.result !== "fail").toBe(false);
      expect(["pass", "warning", "fail"]).toContain(data.result);
      expect(["strict", "repaired", "hopeless"]).toContain(repairSlo(sloText).kind);
    }),
    { numRuns: 10_000 },
  );
});
