import type { AskValue } from "../gate/ports.ts";
import type { PrometheusClient } from "./client.ts";

/** Asks for the values of quality gates. Missing data is no answer: half of it could pass for all. */
export function askSliOver(client: Pick<PrometheusClient, "query" | "querySpan">): AskValue {
  return async (expression, at, range) => {
    const answer =
      range === undefined ? await client.query(expression, at) : await client.querySpan(expression, range);
    if (!answer.ok) return { error: answer.failure.detail };
    const { series, warnings } = answer.value;
    if (warnings.length > 0) return { error: `some of the data is missing: ${warnings[0] ?? ""}` };
    const values = series.flatMap((one) =>
      "value" in one ? [one.value] : one.values.flatMap((value) => value ?? []),
    );
    return { resultType: range === undefined ? "vector" : "matrix", values };
  };
}
