import type { AskSli } from "../gate/quality-gate.ts";
import type { PrometheusConnection } from "./client.ts";

/** Asks for a quality gate's SLIs over a connection. Missing data is no answer: half of it could pass for all. */
export function askSliOver(connection: PrometheusConnection): AskSli {
  return async (expression, at) => {
    const answer = await connection.query(expression, at);
    if (!answer.ok) return { error: answer.failure.detail };
    const { series, warnings } = answer.value;
    if (warnings.length > 0) return { error: `some of the data is missing: ${warnings[0] ?? ""}` };
    return { resultType: "vector", values: series.map(({ value }) => value) };
  };
}
