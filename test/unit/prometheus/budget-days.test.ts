import { describe, expect, it } from "vitest";
import { dayAt, dayMs, dayStart } from "../../../src/domain/budget-day.ts";
import type { Measurement } from "../../../src/domain/measurement.ts";
import type { Objective } from "../../../src/domain/objective.ts";
import { budgetDaysInMemory } from "../../../src/gate/budget-days.ts";
import { failed, type Failure, ok, type Result } from "../../../src/gate/failure.ts";
import { measureByDays } from "../../../src/prometheus/budget-days.ts";
import type { PrometheusClient } from "../../../src/prometheus/client.ts";
import type { Reply, StepSeries } from "../../../src/prometheus/reply.ts";
import type { Span } from "../../../src/prometheus/span.ts";
import { openSource } from "../../world/app.ts";
import { objective, requests } from "../../contract/written-objective.ts";

const hour = 3_600_000;
const today = 20_000;
const noon = dayStart(today) + 12 * hour;
const nameLabel = "burngate_expression";

/** What is answered about the day that ends at a moment: values of the error and the total query, per second. */
type Answer = {
  readonly bad?: readonly string[];
  readonly total?: readonly string[];
  readonly warning?: string;
};
type Behaviour = (from: number, to: number) => Answer | Failure;

const healthy: Behaviour = () => ({ bad: ["0.1"], total: ["10"] });

/** A Prometheus that is asked about one objective and answers as it is told. */
function clientThat(behave: Behaviour) {
  const runs: (readonly [first: number, days: number])[] = [];
  const moments: number[] = [];
  const client: PrometheusClient = {
    query(_, at): Promise<Result<Reply>> {
      moments.push(at);
      return Promise.resolve(ok({ series: [seriesOf("p0", "0.1"), seriesOf("t0", "10")], warnings: [] }));
    },
    querySpan(_, span: Span): Promise<Result<Reply<StepSeries>>> {
      const count = Math.round((span.to - span.from) / span.stepMs) + 1;
      const first = dayAt(span.from) - 1;
      runs.push([first, count]);
      const answer = behave(first, first + count);
      if ("detail" in answer) return Promise.resolve(failed(answer));
      const values = (id: string, texts: readonly string[] = []) =>
        texts.map((text) => ({ labels: { [nameLabel]: id }, values: Array<string>(count).fill(text) }));
      const series = [...values("p0", answer.bad), ...values("t0", answer.total)];
      return Promise.resolve(ok({ series, warnings: answer.warning === undefined ? [] : [answer.warning] }));
    },
  };
  return { client, runs, moments };
}

const seriesOf = (id: string, value: string) => ({ labels: { [nameLabel]: id }, value });

const shop: Objective = objective("shop", requests("shop"));
const source = openSource("main", "http://127.0.0.1:9");
const question = { objective: "shop", dataSource: "main", query: "q", at: noon };

async function measure(
  behave: Behaviour,
  options: {
    readonly days?: ReturnType<typeof budgetDaysInMemory>;
    readonly live?: Partial<Measurement>;
  } = {},
) {
  const { client, runs, moments } = clientThat(behave);
  const days = options.days ?? budgetDaysInMemory();
  const asked: number[] = [];
  const [found] = await measureByDays(
    { source, client, days },
    { dataSource: "main", questions: [{ objective: shop, windowsMs: [shop.windowMs] }], at: noon },
    (request) => {
      const windows = request.questions.flatMap(({ windowsMs }) => windowsMs);
      asked.push(...windows);
      return Promise.resolve(
        windows.map((windowMs) => {
          const live = { errorRatio: 0.01, totalEvents: (10 * windowMs) / 1000, ...options.live };
          return { ...question, windowMs, kind: "measured", ...live } as Measurement;
        }),
      );
    },
  );
  return { found, runs, moments, asked };
}

const first = today - 29;

describe("a budget counted by days", () => {
  it("asks about the present, the first end, and whole days five at once", async () => {
    const { found, runs, moments, asked } = await measure(healthy);
    expect(asked).toEqual([12 * hour]);
    expect(moments).toEqual([dayStart(first)]);
    expect(runs).toEqual([0, 5, 10, 15, 20, 25].map((from) => [first + from, from === 25 ? 4 : 5]));
    expect(found).toMatchObject({ kind: "measured", windowMs: 30 * dayMs, way: { kind: "days" } });
    expect(found?.kind === "measured" && found.errorRatio).toBeCloseTo(0.01, 12);
    expect(found?.kind === "measured" && found.totalEvents).toBeCloseTo(30 * 864_000, 3);
  });

  it.each([
    [{ total: ["10"], bad: ["NaN"] }, "not_a_number", "errors are NaN"],
    [{ total: ["NaN"], bad: ["1"] }, "not_a_number", "total is NaN"],
    [{ total: ["+Inf"] }, "not_a_number", "total is +Inf"],
    [{ total: ["-1"] }, "not_a_number", "total is -1"],
    [{ total: ["10"], bad: ["-1"] }, "not_a_number", "errors are -1"],
    [{ total: ["10"], bad: ["1", "2"] }, "ambiguous", "the error query gives 2 series, must give one"],
    [{ total: ["10"], bad: ["1"], warning: "a store is missing" }, "partial", "a store is missing"],
    [{ kind: "unreachable", detail: "answered HTTP 502" }, "unreachable", "answered HTTP 502"],
    [{ kind: "rate_limited", detail: "2 queries are spent" }, "query_limit", "2 queries are spent"],
    [{ kind: "rejected", detail: "bad_data: no" }, "unreachable", "rejects the query: bad_data: no"],
  ] as const)(
    "is not measured where days are %j, keeps none of them, and asks anew",
    async (answer, why, detail) => {
      const days = budgetDaysInMemory();
      const ill = first + 7;
      const behave: Behaviour = (from, to) => (ill >= from && ill < to ? answer : healthy(from, to));
      const { found } = await measure(behave, { days });
      const date = new Date(dayStart(first + 5)).toISOString().slice(0, 10);
      expect(found).toMatchObject({ kind: "unmeasured", why, detail: `${date}: ${detail}` });
      expect(found).not.toHaveProperty("errorRatio");
      const again = await measure(healthy, { days });
      expect(again.runs[0]).toEqual([first + 5, 5]);
      expect(again.found).toMatchObject({ kind: "measured" });
      expect((await measure(healthy, { days })).runs).toEqual([]);
    },
  );

  it("goes on with the days after one that was no number, and ends with one that cannot be had", async () => {
    const some = await measure((from) => (from === first ? { total: ["NaN"] } : healthy(from, from)));
    expect(some.runs).toHaveLength(6);
    for (const kind of ["unreachable", "rate_limited"] as const) {
      const none = await measure(() => ({ kind, detail: "cannot be had" }));
      expect(none.runs).toHaveLength(1);
    }
  });

  it("asks about fewer days where five take too long, and remembers how far it came", async () => {
    const days = budgetDaysInMemory();
    const slow: Behaviour = (from, to) =>
      to - from > 2 ? { kind: "timed_out", detail: "did not answer in time" } : healthy(from, to);
    const { found, runs } = await measure(slow, { days });
    expect(found).toMatchObject({ kind: "measured" });
    expect(runs.length).toBeLessThanOrEqual(60);
    expect((await measure(slow, { days })).runs).toEqual([]);
    const never = await measure(() => ({ kind: "timed_out", detail: "did not answer in time" }));
    expect(never.runs.map(([, count]) => count)).toEqual([5, 3, 2, 1]);
    expect(never.found).toMatchObject({ why: "unreachable" });
  });

  it.each(["stale", "unreachable", "no_data", "partial", "ambiguous", "not_a_number"] as const)(
    "asks about no day while the present is %s",
    async (why) => {
      const live = { kind: "unmeasured", why, detail: "so it is" } as const;
      const { found, runs, moments } = await measure(healthy, { live });
      expect(found).toMatchObject({ kind: "unmeasured", why, detail: "so it is", windowMs: 30 * dayMs });
      expect([runs, moments]).toEqual([[], []]);
    },
  );

  it("counts nothing of a present without traffic, and all of the days before", async () => {
    const live = { kind: "unmeasured", why: "no_traffic", detail: "nobody asked" } as const;
    const { found } = await measure(healthy, { live });
    expect(found?.kind === "measured" && found.totalEvents).toBeCloseTo(29.5 * 864_000, 3);
  });

  it("takes a day without any series for one without data, and errors beside no total for errors", async () => {
    const { found } = await measure((from) => (from === first ? {} : { bad: ["0.1"] }));
    // Only the present and the first end have a total: a day.
    expect(found).toMatchObject({ kind: "unmeasured", why: "warming_up", detail: "1d of history, needs 3d" });
    const errors = await measure((from) => (from === first ? { bad: ["1"] } : healthy(from, from)));
    expect(errors.found?.kind === "measured" && errors.found.errorRatio).toBeCloseTo(
      (5 * 1 + 25 * 0.1) / (25 * 10),
      9,
    );
  });

  it("keeps its days under the address and the tenant that were asked", async () => {
    const days = budgetDaysInMemory();
    await measure(healthy, { days });
    const { client, runs } = clientThat(healthy);
    const request = {
      dataSource: "main",
      questions: [{ objective: shop, windowsMs: [shop.windowMs] }],
      at: noon,
    };
    const ask = () =>
      Promise.resolve([
        { ...question, windowMs: 12 * hour, kind: "measured", errorRatio: 0, totalEvents: 1 } as const,
      ]);
    for (const [other, count] of [
      [source, 0],
      [{ ...source, headers: { "x-scope-orgid": "other" } }, 6],
      [{ ...source, url: new URL("http://127.0.0.1:10") }, 6],
    ] as const) {
      runs.length = 0;
      await measureByDays({ source: other, client, days }, request, ask);
      expect(runs).toHaveLength(count);
    }
  });
});
