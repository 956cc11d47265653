import * as fc from "fast-check";
import type { CheckEvidence } from "../../src/domain/check-report.ts";
import type { ErrorHistory } from "../../src/domain/error-history.ts";
import { type Measurement, unmeasuredKinds } from "../../src/domain/measurement.ts";
import type { SentQuery } from "../../src/domain/sent-query.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { anyVerdict, detailMark, wildText } from "./arbitrary-verdict.ts";

// What stands behind any verdict: measurements of its objectives and of others, a day of history, queries full of backticks.

/** Stands in every query. */
export const queryMark = "QUERY";

const ratio = fc.double({ min: 0, max: 2, noNaN: true });
const windowMs = fc.constantFrom(300_000, 3_600_000, 30 * 86_400_000);

const query = fc
  .array(fc.constantFrom("`", "```", "~~~", "\n", "</details>", "|", "@ann", "sum(rate(x[5m]))"), {
    maxLength: 12,
  })
  .map((parts) => `${queryMark}${parts.join("")}`);

const measurementOf = (verdict: Verdict): fc.Arbitrary<Measurement> => {
  const windows = verdict.findings.map((one) => one.windowMs);
  const question = {
    objective: fc.constantFrom("other", ...verdict.findings.map((one) => one.objective)),
    windowMs: fc.oneof(windowMs, fc.constantFrom(0, ...windows)),
    dataSource: fc.constant("main"),
    query,
    at: fc.constant(verdict.measuredAt),
  };
  const measured = fc.record({ ...question, kind: fc.constant("measured" as const), errorRatio: ratio });
  return fc.oneof(
    measured,
    measured.chain((one) =>
      fc.double({ min: 0, noNaN: true }).map((totalEvents) => ({ ...one, totalEvents })),
    ),
    fc.record({
      ...question,
      kind: fc.constant("unmeasured" as const),
      why: fc.constantFrom(...unmeasuredKinds),
      detail: wildText.map((rest) => `${detailMark}${rest}`),
    }),
  );
};

const historyOf = (objective: string, at: number): fc.Arbitrary<ErrorHistory> =>
  fc.oneof(
    fc.record({
      kind: fc.constant("measured" as const),
      objective: fc.constant(objective),
      at: fc.constant(at),
      ratios: fc.array(fc.option(ratio), { minLength: 24, maxLength: 24 }),
    }),
    fc.record({
      kind: fc.constant("unmeasured" as const),
      objective: fc.constant(objective),
      at: fc.constant(at),
      detail: wildText.map((rest) => `${detailMark}${rest}`),
    }),
  );

const queryOf = (objective: string): fc.Arbitrary<SentQuery> =>
  fc.record({
    objective: fc.constant(objective),
    windowMs,
    role: fc.constantFrom("bad" as const, "total" as const, "ratio" as const),
    text: query,
  });

/** Any verdict with all that may stand behind it. */
export const anyEvidence: fc.Arbitrary<CheckEvidence> = anyVerdict.chain((verdict) => {
  const objectives = verdict.findings.map((one) => one.objective);
  return fc.record({
    verdict: fc.constant(verdict),
    audience: fc.constantFrom("members" as const, "public" as const),
    measurements: fc.array(measurementOf(verdict), { maxLength: 8 }),
    history: fc.tuple(...objectives.map((one) => historyOf(one, verdict.measuredAt))),
    queries: fc.tuple(...objectives.map(queryOf)),
    policyUrl: fc.option(fc.oneof(fc.webUrl(), wildText), { nil: undefined }),
    waitsUntil: fc.option(fc.constant(verdict.at), { nil: undefined }),
  });
});
