import { describe, expect, it } from "vitest";
import { type ProblemCode, problemCodes } from "../../../src/domain/problem.ts";
import { dataSourceProblem, policyPath, readPolicy } from "../../../src/policy/parse.ts";
import { mistakes } from "./mistakes.ts";
import { problemsOf, small } from "./written-policy.ts";

/** What only the gate can know: it sees the repository, and the operator's configuration. */
const toldByTheGate: readonly ProblemCode[] = ["not_a_file", "unknown_data_source", "data_source_closed"];

/** What is told of files of other tools alone: test/scenario/quality-lints.test.ts. */
const toldByLints: readonly ProblemCode[] = [
  "passes_without_data",
  "never_ends",
  "not_consecutive",
  "bad_condition",
  "any_series",
  "wrong_unit",
  "decides_nothing",
  "wrong_arithmetic",
  "hidden_default",
  "unsupported_provider",
];

describe("each kind of mistake", () => {
  it.each(mistakes.map(([code, text, at, files]) => ({ code, text, at, files })))(
    "is found once, as $code, in $text at $at",
    ({ code, text, at, files }) => {
      const problems = problemsOf(text, files);
      expect(problems.map((one) => one.code)).toEqual([code]);
      const [problem] = problems;
      expect(`${problem?.position.line}:${problem?.position.column}`).toBe(at);
      expect(problem?.message).not.toBe("");
    },
  );

  it("puts its caret below the very character", () => {
    for (const [, text, , files] of mistakes) {
      for (const { excerpt, position } of problemsOf(text, files)) {
        if (excerpt === "") continue;
        const [line = "", caret = ""] = excerpt.split("\n");
        expect(line.startsWith(`${position.line} | `)).toBe(true);
        expect(caret).toMatch(/^ *\^$/);
        expect(caret.length).toBeLessThanOrEqual(line.length + 1);
      }
    }
  });

  it("is here, or is told by the gate", () => {
    const here = mistakes.map(([code]) => code);
    const elsewhere = [...toldByTheGate, ...toldByLints];
    const missing = problemCodes.filter((code) => !here.includes(code) && !elsewhere.includes(code));
    expect(missing).toEqual([]);
  });

  it("with the data source is placed at its key, or at the file's beginning where it names none", () => {
    const place = (text: string) => {
      const { position, severity, key } = dataSourceProblem(
        readPolicy(policyPath, text),
        "unknown_data_source",
        "is not known",
      );
      return [severity, key, position.line, position.column];
    };
    expect(place(`data_source: elsewhere\n${small}`)).toEqual(["error", "data_source", 1, 14]);
    expect(place(small)).toEqual(["error", "data_source", 1, 1]);
  });
});
