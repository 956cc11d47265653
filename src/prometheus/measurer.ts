import type { Measurement, UnmeasuredKind } from "../domain/measurement.ts";
import type { Failure } from "../gate/failure.ts";
import type { MeasurementRequest, Measurer } from "../gate/ports.ts";
import { withComposites } from "./composites.ts";
import { clientOf, type PrometheusClient } from "./client.ts";
import type { DataSource } from "./data-source.ts";
import { type Expression, expressionsOf, joined, nameLabel, sentQueriesOf } from "./expressions.ts";
import { historyFrom } from "./history.ts";
import { type Answers, readMeasurement } from "./read.ts";
import type { Reply, Series } from "./reply.ts";

/** A measurer with something to close. */
export interface PrometheusMeasurer extends Measurer {
  /** Closes idle connections. */
  close(): void;
}

/** Measures at the operator's data sources, one request per policy. */
export function measurerOf(sources: readonly DataSource[]): PrometheusMeasurer {
  const clients = new Map(sources.map((source) => [source.id, clientOf(source)]));
  return withComposites({
    close: () => clients.forEach((client) => client.close()),
    async measure(request) {
      const client = clients.get(request.dataSource);
      const expressions = expressionsOf(request);
      if (client === undefined)
        return allUnmeasured(request, expressions, "unreachable", "is not configured");
      return askAll(client, request, expressions);
    },
    history: async (request) => historyFrom(clients.get(request.dataSource), request),
    queries: sentQueriesOf,
  });
}

async function askAll(
  client: PrometheusClient,
  request: MeasurementRequest,
  expressions: readonly Expression[],
): Promise<readonly Measurement[]> {
  const reply = await client.query(joined(expressions), request.at);
  if (reply.ok) return readAll(request, expressions, reply.value);
  const [question, ...others] = request.questions;
  // One expression that Prometheus rejects takes the whole request with it: ask by objective, so that it
  // speaks only for its own.
  if (reply.failure.kind === "rejected" && question !== undefined && others.length > 0) {
    const apart = request.questions.map((one) => {
      const ours = expressions.filter(({ objective }) => objective === one.objective.name);
      return askAll(client, { ...request, questions: [one] }, ours);
    });
    return (await Promise.all(apart)).flat();
  }
  return allUnmeasured(request, expressions, "unreachable", detailOf(reply.failure));
}

function detailOf({ kind, detail }: Failure): string {
  return kind === "rejected" ? `rejects the query: ${detail}` : detail;
}

function readAll(
  request: MeasurementRequest,
  expressions: readonly Expression[],
  reply: Reply,
): readonly Measurement[] {
  const [warning] = reply.warnings;
  if (warning !== undefined) return allUnmeasured(request, expressions, "partial", warning.slice(0, 200));
  const byName = Map.groupBy(reply.series, ({ labels }) => labels[nameLabel] ?? "");
  const answers: Answers = (id): readonly Series[] => byName.get(id) ?? [];
  return request.questions.flatMap(({ objective, windowsMs }) =>
    windowsMs.map((windowMs) => {
      const question = questionOf(request, expressions, objective.name, windowMs);
      return readMeasurement(question, objective, expressions, answers);
    }),
  );
}

function allUnmeasured(
  request: MeasurementRequest,
  expressions: readonly Expression[],
  why: UnmeasuredKind,
  detail: string,
): readonly Measurement[] {
  return request.questions.flatMap(({ objective, windowsMs }) =>
    windowsMs.map((windowMs): Measurement => {
      const question = questionOf(request, expressions, objective.name, windowMs);
      return { ...question, kind: "unmeasured", why, detail };
    }),
  );
}

function questionOf(
  request: MeasurementRequest,
  expressions: readonly Expression[],
  objective: string,
  windowMs: number,
) {
  const rates = expressions.filter(
    (one) =>
      one.objective === objective &&
      one.windowMs === windowMs &&
      ["bad", "total", "ratio"].includes(one.role),
  );
  const query = rates.map((one) => `(${one.query})`).join(" / ");
  return { objective, windowMs, dataSource: request.dataSource, query, at: request.at };
}
