import { expect, it } from "vitest";
import { failed, ok } from "../../../src/gate/failure.ts";
import { askSliOver } from "../../../src/prometheus/ask-sli.ts";
import type { PrometheusClient } from "../../../src/prometheus/client.ts";

const at = 1_767_225_600_000;
const range = { from: at - 120_000, to: at, stepMs: 60_000 };

/** A Prometheus of two series, which has no value of the second at the range's middle. */
function client(warnings: readonly string[] = []): Pick<PrometheusClient, "query" | "querySpan"> {
  return {
    query: async (expression, moment) =>
      expression === ""
        ? failed({ kind: "rejected", detail: "no query" })
        : ok({ series: [{ labels: {}, value: String(moment) }], warnings }),
    querySpan: async (_, span) =>
      ok({
        series: [
          { labels: {}, values: [String(span.from), "2", "3"] },
          { labels: {}, values: ["4", undefined, "6"] },
        ],
        warnings,
      }),
  };
}

it("asks about a moment, or about those of a range, whose values are one list", async () => {
  const ask = askSliOver(client());
  expect(await ask("up", at)).toEqual({ resultType: "vector", values: [String(at)] });
  const values = [String(range.from), "2", "3", "4", "6"];
  expect(await ask("up", at, range)).toEqual({ resultType: "matrix", values });
});

it("takes no part of the data for all", async () => {
  const ask = askSliOver(client(["a store is away"]));
  for (const answer of [await ask("up", at), await ask("up", at, range)])
    expect(answer).toEqual({ error: "some of the data is missing: a store is away" });
  expect(await ask("", at)).toEqual({ error: "no query" });
});
