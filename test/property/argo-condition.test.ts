import * as fc from "fast-check";
import { expect, it } from "vitest";
import { phaseOf } from "../../src/quality/argo/condition.ts";
import type { ArgoResult, Json } from "../../src/quality/argo/static-type.ts";

const phases: ReadonlySet<string> = new Set(["Successful", "Failed", "Inconclusive", "Error"]);

/** Words of the language and of what people take for it. */
const token = fc.constantFrom(
  ..."result result[0] result[1] result.allow result.a.b results # .value len( all( any( none( one( count( max( min( sum( mean( median( default( isNaN( isInf( isNil( asInt( asFloat( abs( round( ( ) [ ] { } , ; . .. ? : ?? ?. | & && || ! not and or in not_in == != = < > <= >= + - * / % ** ^ 0 1 0.95 1e3 .5 1_000 0x1f true false nil null this let matches \"text\" 'x' `raw` \" ' \\ $a {{args.x}} // é".split(
    " ",
  ),
);
const soup = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" "));

/** Conditions that are well formed, without anything that turns a comparison round; of nothing the language's mean is 0. */
const { plain } = fc.letrec<{ plain: string; comparison: string }>((tie) => ({
  comparison: fc
    .tuple(
      fc.constantFrom("result[0]", "result[1]", "result[-1]", "max(result)", "min(result)", "abs(result[0])"),
      fc.constantFrom("<", ">", "<=", ">=", "=="),
      fc.constantFrom("0", "1", "0.95", "-3", "1e3", "(1 + 2)"),
    )
    .map((parts) => parts.join(" ")),
  plain: fc.oneof(
    { maxDepth: 3 },
    tie("comparison"),
    fc
      .tuple(tie("plain"), fc.constantFrom("and", "&&", "or", "||"), tie("plain"))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie("comparison").map((one) => `any(result, # ${one.split(" ").slice(1).join(" ")})`),
  ),
}));

const number = fc.oneof(fc.double(), fc.constantFrom(0, 1, 0.95, Number.NaN, Number.POSITIVE_INFINITY));
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const result: fc.Arbitrary<ArgoResult> = fc.oneof(
  number.map((value) => ({ kind: "scalar", value }) as const),
  fc.array(number, { maxLength: 4 }).map((values) => ({ kind: "vector", values }) as const),
  json.map((value) => ({ kind: "json", value }) as const),
);

it("[T34] decides whatever it is given, and never throws", () => {
  fc.assert(
    fc.property(soup, soup, result, (success, failure, found) => {
      expect(phases.has(phaseOf({ success, failure }, found).phase)).toBe(true);
    }),
    { numRuns: 100_000 },
  );
});

it("is never successful for numbers that are none, or for no numbers at all", () => {
  const nothing = fc
    .constantFrom([], [Number.NaN, Number.NaN])
    .map((values) => ({ kind: "vector", values }) as const);
  fc.assert(
    fc.property(plain, nothing, (success, found) => {
      expect(phaseOf({ success, failure: "" }, found).phase).not.toBe("Successful");
    }),
    { numRuns: 50_000 },
  );
});

it("does not decide on what has a part too many", () => {
  const spoilt = fc
    .tuple(
      plain,
      fc.constantFrom(";", ",", " true", " result", ")", "]", "}", " 1", " {true}", "?", " and", "..1"),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(spoilt, fc.constant({ kind: "vector", values: [1, 2] } as const), (success, found) => {
      expect(phaseOf({ success, failure: "" }, found).phase).toBe("Error");
    }),
    { numRuns: 50_000 },
  );
});
