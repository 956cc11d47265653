/** Composites, measured by their parts: every other measurer need not know them. */
import { combined, partsOf, wholeQuestion } from "../domain/composite.ts";
import type { ErrorHistory } from "../domain/error-history.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Objective } from "../domain/objective.ts";
import type { MeasurementRequest, Measurer } from "../gate/ports.ts";

/** A measurer that knows composites, made of one that knows their parts. */
export function withComposites<Inner extends Measurer>(inner: Inner): Inner {
  return {
    ...inner,
    async measure(request) {
      const measurements = await inner.measure(expanded(request));
      return request.questions.flatMap(({ objective, windowsMs }) => {
        const parts = partsOf(objective);
        if (parts === undefined) return measurements.filter((one) => one.objective === objective.name);
        return windowsMs.map((windowMs) => wholeOf(objective, parts, windowMs, measurements, request));
      });
    },
    async history(request) {
      const histories = await inner.history(expanded(request));
      return request.questions.map(({ objective }) => historyOf(objective, histories, request));
    },
    queries: (request) =>
      inner.queries(expanded(request)).map((sent) => ({ ...sent, objective: wholeName(sent.objective) })),
  };
}

function expanded(request: MeasurementRequest): MeasurementRequest {
  const questions = request.questions.flatMap((question) =>
    (partsOf(question.objective) ?? [question.objective]).map((objective) => ({ ...question, objective })),
  );
  return { ...request, questions };
}

/** Parts are named by the whole, a line break and a number; no objective's own name holds a line break. */
export const wholeName = (name: string): string => name.split("\n", 1)[0] ?? name;

function wholeOf(
  objective: Objective,
  parts: readonly Objective[],
  windowMs: number,
  measurements: readonly Measurement[],
  { dataSource, at }: MeasurementRequest,
): Measurement {
  const ours = parts.flatMap(
    ({ name }) => measurements.find((one) => one.objective === name && one.windowMs === windowMs) ?? [],
  );
  return combined(objective, { ...wholeQuestion(objective, windowMs, ours), dataSource, at }, ours);
}

/** The history of each part is its own, and what they spend together is no history of one error ratio. */
function historyOf(
  objective: Objective,
  histories: readonly ErrorHistory[],
  { at }: MeasurementRequest,
): ErrorHistory {
  const found = histories.find((one) => one.objective === objective.name);
  if (found !== undefined) return found;
  return { kind: "unmeasured", objective: objective.name, at, detail: "several SLIs have no one history" };
}
