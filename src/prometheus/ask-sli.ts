import type { AskValue } from "../gate/ports.ts";
import type { PrometheusClient } from "./client.ts";

/** Asks for the values of quality gates. Missing data is no answer: half of it could pass for all. */
export function askSliOver(client: Pick<PrometheusClient, "query">): AskValue {
  return async (expression, at) => {
    const answer = await client.query(expression, at);
    if (!answer.ok) return { error: answer.failure.detail };
    const { series, warnings } = answer.value;
    if (warnings.length > 0) return { error: `some of the data is missing: ${warnings[0] ?? ""}` };
    return { resultType: "vector", values: series.map(({ value }) => value) };
  };
}
