import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorHistory } from "../../src/domain/error-history.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import {
  answering,
  askedAt,
  type Behaviour,
  type HostileServer,
  saying,
  startHostileServer,
} from "./hostile-server.ts";
import { events, ratio, sourceAt, token } from "./one-question.ts";

const hour = 3_600_000;
const noon = askedAt / 1000;

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(async () => server.stop());

async function lastDay(
  behaviour: Behaviour,
  objective: Objective = ratio,
  changes: Partial<DataSource> = {},
  dataSource = "main",
): Promise<ErrorHistory> {
  server.behave(behaviour);
  const measurer = measurerOf([sourceAt(server, changes)], budgetDaysInMemory());
  const questions = [{ objective, windowsMs: [300_000] }];
  const [history, ...others] = await measurer.history({ dataSource, questions, at: askedAt });
  measurer.close();
  expect(others).toEqual([]);
  return history!;
}

type Points = readonly (readonly [time: number, value: string])[];

/** A matrix: for each expression's name the points of its series. */
const matrix = (values: Readonly<Record<string, readonly Points[]>>, more: object = {}): Behaviour =>
  saying({
    status: "success",
    data: {
      resultType: "matrix",
      result: Object.entries(values).flatMap(([name, all]) =>
        all.map((points, index) => ({
          metric: { burngate_expression: name, series: String(index) },
          values: points,
        })),
      ),
    },
    ...more,
  });

const lastHours = async (values: Readonly<Record<string, readonly Points[]>>, objective?: Objective) => {
  const history = await lastDay(matrix(values), objective);
  return history.kind === "measured" ? history.ratios.slice(-3) : history.detail;
};

const good: Points = [[noon, "0.5"]];
const notAResult = "answered something that is not a query result";
const otherMoment = "answered about another moment than it was asked";

const failures: readonly (readonly [name: string, behaviour: Behaviour, detail: string])[] = [
  ["nothing", matrix({}), "no hour of the last day was measured"],
  ["503", answering(503, "no", "text/plain"), "answered HTTP 503"],
  ["403", answering(403, "{}"), "refused us (HTTP 403)"],
  ["half of the JSON", answering(200, '{"status":"success","data":{'), notAResult],
  ["a page", answering(200, "<html>", "text/html"), notAResult],
  ["a vector", saying({ status: "success", data: { resultType: "vector", result: [] } }), notAResult],
  [
    "an error",
    saying({ status: "error", errorType: "execution", error: "too many points" }),
    "execution: too many points",
  ],
  ["[T39] a warning", matrix({ e0: [good] }, { warnings: ["store 3 is down"] }), "store 3 is down"],
  [
    "[T39] VictoriaMetrics' word for it",
    matrix({ e0: [good] }, { isPartial: true }),
    "some storage nodes did not answer",
  ],
  ["a moment between two steps", matrix({ e0: [[[noon - 1800, "0.5"]]] }), otherMoment],
  ["the day before", matrix({ e0: [[[noon - 24 * 3600, "0.5"]]] }), otherMoment],
  ["the future", matrix({ e0: [[[noon + 3600, "0.5"]]] }), otherMoment],
  ["a moment told twice", matrix({ e0: [[...good, ...good]] }), otherMoment],
  ["a moment that is no number of a step", matrix({ e0: [[[1e300, "0.5"]]] }), otherMoment],
  ["a broken connection", (response) => void response.destroy(), "cannot be reached: ECONNRESET"],
  [
    "a redirect",
    (response) => void response.writeHead(302, { location: "/elsewhere" }).end(),
    "answered 302, a redirect, which is not followed",
  ],
  [
    "a body without end",
    (response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    },
    "answered more than 8 MB",
  ],
];

describe("a Prometheus that does not tell the last day as it should", () => {
  it.each(failures.map(([name, behaviour, detail]) => ({ name, behaviour, detail })))(
    "by $name leaves it unmeasured, in words",
    async ({ behaviour, detail }) => {
      expect(await lastDay(behaviour)).toEqual({
        kind: "unmeasured",
        objective: "checkout",
        at: askedAt,
        detail,
      });
    },
  );

  it("by silence is given up in time, and one that nobody configured is not asked", async () => {
    const silent = await lastDay(() => undefined, ratio, { timeoutMs: 100 });
    expect(silent).toMatchObject({ detail: "did not answer in time" });
    const unknown = await lastDay(() => undefined, ratio, {}, "other");
    expect(unknown).toMatchObject({ kind: "unmeasured", detail: "is not configured" });
    expect(server.received).toEqual([]);
  });

  it("[T46] by echoing our credential does not make us tell it", async () => {
    const told = await lastDay((response, received) =>
      matrix({}, { warnings: [received.headers.authorization] })(response, received),
    );
    expect(JSON.stringify(told)).toContain("[secret]");
    expect(JSON.stringify(told)).not.toContain(token);
  });
});

describe("the question about the last day", () => {
  it("is for 24 hourly moments, and carries the tenant, the credential and the limits", async () => {
    await lastDay(matrix({ e0: [good] }));
    const [received] = server.received;
    expect(received?.url).toBe("/prometheus/api/v1/query_range");
    expect(Object.fromEntries(received?.form ?? [])).toEqual({
      query: 'label_replace((\nsum(rate(ratio[1h]))\n), "burngate_expression", "e0", "", "")',
      start: (noon - 23 * 3600).toFixed(3),
      end: noon.toFixed(3),
      step: String(hour / 1000),
      timeout: "5s",
      partial_response: "false",
    });
    expect(received?.headers).toMatchObject({ "x-scope-orgid": "acme", authorization: `Bearer ${token}` });
  });

  it("[T37] is answered by a number or a gap", async () => {
    const points = (...values: readonly string[]): Points =>
      values.map((value, index) => [noon - (values.length - 1 - index) * 3600, value]);
    expect(await lastHours({ e0: [points("0.5", "NaN", "-1")] })).toEqual([0.5, null, null]);
    expect(await lastHours({ e0: [points("+Inf", "", "1e-7")] })).toEqual([null, null, 1e-7]);
    const bad = points("1", "5", "0");
    expect(await lastHours({ e0: [bad], e1: [points("4", "0", "9")] }, events)).toEqual([0.25, null, 0]);
    expect(await lastHours({ e0: [], e1: [points("4", "0", "9")] }, events)).toEqual([0, null, 0]);
  });

  it("[T40] takes none of several series, and any that is alone in its hour", async () => {
    const before: Points = [[noon - 3600, "0.25"]];
    expect(await lastHours({ e0: [good, before] })).toEqual([null, 0.25, 0.5]);
    expect(await lastHours({ e0: [[...before, ...good], good] })).toEqual([null, 0.25, null]);
    expect(await lastHours({ e0: [good, before], e1: [good] }, events)).toEqual([null, null, 1]);
    expect(await lastHours({ e0: [good, good], e1: [[...before, ...good]] }, events)).toEqual([
      null,
      0,
      null,
    ]);
  });
});
