import { afterAll, beforeAll, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { counter, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { objective, ratio, requests } from "./written-objective.ts";

// What died, and what is only gone: an exporter of errors that stopped must never read as "no errors", and a process
// that started anew has no error series until its first error.

const minute = 60_000;
const hour = 60 * minute;
const then = Date.parse("2021-03-01T00:00:00Z");
const from = then - 30 * 24 * hour;

const series = (name: string, code: string, perSecond: number, to = then): Series =>
  counter({ name, labels: { code }, from, to, everySeconds: 120, perSecond: () => perSecond });

let prometheus: Prometheus;
let measurer: PrometheusMeasurer;
beforeAll(async () => {
  prometheus = await startPrometheus({
    history: [
      series("asked_total", "200", 10),
      series("failed_40m_total", "500", 5, then - 40 * minute),
      series("failed_70m_total", "500", 5, then - 70 * minute),
      series("anew_total", "200", 10),
      series("anew_total", "500", 1, then - 20 * minute),
    ],
  });
  const plain = { auth: undefined, tls: {}, headers: {}, timeoutMs: 20_000, repositories: ["**"] };
  measurer = measurerOf([{ id: "main", url: new URL(prometheus.url), ...plain }], budgetDaysInMemory());
});
afterAll(async () => {
  measurer.close();
  await prometheus.stop();
});

async function told(asked: Objective): Promise<readonly string[]> {
  const questions = [{ objective: asked, windowsMs: [5 * minute, hour] }];
  const measurements = await measurer.measure({ dataSource: "main", questions, at: then });
  return measurements.map((one) =>
    one.kind === "measured"
      ? `measured ${Number(one.errorRatio.toPrecision(1))}`
      : `${one.why}: ${one.detail}`,
  );
}

const failedOfAsked = (name: string): Objective =>
  objective(
    name,
    ratio(`(sum(rate(${name}_total[{{window}}])) or vector(0)) / sum(rate(asked_total[{{window}}]))`),
  );

it("[T38] a ratio whose errors have died is stale, and stays so when an hour has passed", async () => {
  const minutes = "stale: newest sample is 40m old: failed_40m_total";
  expect(await told(failedOfAsked("failed_40m"))).toEqual([minutes, minutes]);
  const hours = "stale: no sample in the last hour: failed_70m_total";
  expect(await told(failedOfAsked("failed_70m"))).toEqual([hours, hours]);
});

it("[T36] a ratio of one metric is measured while its error series are gone after a new start", async () => {
  const query =
    'sum(rate(anew_total{code="500"}[{{window}}]) or vector(0)) / sum(rate(anew_total[{{window}}]))';
  expect(await told(objective("anew", ratio(query)))).toEqual(["measured 0", "measured 0.06"]);
  expect(await told(objective("anew", requests("anew")))).toEqual(["measured 0", "measured 0.06"]);
});

it("a total vouches for its errors: that nobody failed is what it says when another exporter has died", async () => {
  const sli = {
    kind: "events" as const,
    errorQuery: { pieces: ["sum(rate(failed_70m_total[", "]))"] },
    totalQuery: { pieces: ["sum(rate(asked_total[", "]))"] },
  };
  expect(await told(objective("apart", sli))).toEqual(["measured 0", "measured 0"]);
});
