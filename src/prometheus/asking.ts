/** Asks one Prometheus what is to be asked, in one request. */
import type { DurationMs } from "../domain/duration.ts";
import type { Measurement, Question } from "../domain/measurement.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import type { Ask } from "./ask.ts";
import type { PrometheusClient } from "./client.ts";
import { type Expression, expressionsOf, joined, nameLabel } from "./expressions.ts";
import type { NoNumber } from "./ratio.ts";
import { type Answers, readMeasurements } from "./read.ts";
import type { Reply, Series } from "./reply.ts";
import { mayBeOnesFault, unanswered } from "./unanswered.ts";

/** Where and for which moment is asked. */
type Occasion = Pick<MeasurementRequest, "dataSource" | "at">;

/** At least one measurement for each window of each ask. Nobody is asked about nothing. */
export async function askAll(
  client: PrometheusClient,
  occasion: Occasion,
  asks: readonly Ask[],
): Promise<readonly Measurement[]> {
  if (asks.length === 0) return [];
  const expressions = expressionsOf(asks);
  const reply = await client.query(joined(expressions), occasion.at);
  if (reply.ok) return readAll(occasion, asks, expressions, reply.value);
  if (mayBeOnesFault(reply.failure) && asks.length > 1)
    return (await Promise.all(asks.map(async (one) => askAll(client, occasion, [one])))).flat();
  return allUnmeasured(occasion, asks, expressions, unanswered(reply.failure));
}

function readAll(
  occasion: Occasion,
  asks: readonly Ask[],
  expressions: readonly Expression[],
  { series, warnings }: Reply,
): readonly Measurement[] {
  const [warning] = warnings;
  if (warning !== undefined)
    return allUnmeasured(occasion, asks, expressions, { why: "partial", detail: warning.slice(0, 200) });
  const byName = Map.groupBy(series, ({ labels }) => labels[nameLabel] ?? "");
  const answers: Answers = (id): readonly Series[] => byName.get(id) ?? [];
  return asks.flatMap((ask) => {
    const ours = expressions.filter((one) => one.objective === ask.objective.name);
    return ask.windows.flatMap((window) =>
      readMeasurements(questionOf(occasion, ours, ask, window.windowMs), window, {
        ask,
        expressions: ours,
        answers,
      }),
    );
  });
}

function allUnmeasured(
  occasion: Occasion,
  asks: readonly Ask[],
  expressions: readonly Expression[],
  { why, detail }: NoNumber,
): readonly Measurement[] {
  return asks.flatMap((ask) =>
    ask.windows.map(({ windowMs }): Measurement => ({
      ...questionOf(occasion, expressions, ask, windowMs),
      kind: "unmeasured",
      why,
      detail,
    })),
  );
}

function questionOf(
  { dataSource, at }: Occasion,
  expressions: readonly Expression[],
  { objective }: Ask,
  windowMs: DurationMs,
): Question {
  const values = expressions.filter(
    (one) =>
      one.objective === objective.name &&
      one.windowMs === windowMs &&
      ["bad", "good", "total", "ratio"].includes(one.role),
  );
  const query = values.map((one) => `(${one.query})`).join(" / ");
  return { objective: objective.name, windowMs, dataSource, query, at };
}
