import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import type { DataSourceState } from "../../src/gate/events.ts";
import type { MeasurementRequest } from "../../src/gate/ports.ts";
import { maxQueryBytes } from "../../src/prometheus/client.ts";
import { type DataSource } from "../../src/prometheus/data-source.ts";
import { type GuardWorld, plainGuardWorld } from "../../src/prometheus/guard.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import {
  answering,
  askedAt,
  type Behaviour,
  type HostileServer,
  startHostileServer,
} from "./hostile-server.ts";
import { ofRatio, ratio, sourceAt } from "./one-question.ts";

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.stop());

let now: number;
let states: DataSourceState["kind"][];
beforeEach(() => {
  now = askedAt;
  states = [];
});

/** A measurer at the server over a clock that is moved by hand. */
function measurerAt(changes: Partial<DataSource> = {}, more: Partial<GuardWorld> = {}): PrometheusMeasurer {
  const guardWorld: GuardWorld = {
    ...plainGuardWorld,
    now: () => now,
    random: () => 0,
    events: { dataSourceState: (_, { kind }) => void states.push(kind), queryUnasked() {} },
    ...more,
  };
  return measurerOf([sourceAt(server, changes)], budgetDaysInMemory(), guardWorld);
}

const requestFor = (...objectives: readonly Objective[]): MeasurementRequest => ({
  dataSource: "main",
  repositoryId: 1,
  questions: objectives.map((objective) => ({ objective, windowsMs: [300_000] })),
  at: askedAt,
});

/** How each of some objectives came out. */
async function told(measurer: PrometheusMeasurer, request = requestFor(ratio)): Promise<readonly string[]> {
  const measurements = await measurer.measure(request);
  return measurements.map((one) => (one.kind === "measured" ? "measured" : `${one.why}: ${one.detail}`));
}

const many = (count: number): readonly Objective[] =>
  Array.from({ length: count }, (_, index) => ({ ...ratio, name: `o${index}` }));

/** Rejects whatever asks about several objectives, so that each is asked about apart. */
const rejecting =
  (then: Behaviour): Behaviour =>
  (response, received) =>
    ((received.form.get("query") ?? "").includes('"e3"')
      ? answering(400, JSON.stringify({ status: "error", errorType: "bad_data", error: "no" }))
      : then)(response, received);

describe("a Prometheus that hangs and comes back", () => {
  it("is not asked while it hangs, and measured again by itself", async () => {
    const measurer = measurerAt({ timeoutMs: 100 });
    server.behave(() => undefined);
    for (let look = 0; look < 5; look += 1)
      expect(await told(measurer)).toEqual(["unreachable: did not answer in time"]);
    const until = ["unreachable: does not answer and is not asked until 12:00:15Z"];
    expect(await told(measurer)).toEqual(until);
    expect(server.received).toHaveLength(6);
    expect(server.received[5]?.form.get("query")).toBe("vector(1)");
    expect(await told(measurer)).toEqual(until);
    expect(await measurer.history(requestFor(ratio))).toMatchObject([
      { kind: "unmeasured", detail: until[0]?.replace("unreachable: ", "") },
    ]);
    expect(server.received).toHaveLength(6);

    server.behave(ofRatio("0"));
    expect(await told(measurer)).toEqual(until);
    expect(server.received).toEqual([]);
    now += 15_000;
    expect(await told(measurer)).toEqual(["measured"]);
    expect(states).toEqual(["half_open", "open", "half_open", "closed"]);
    measurer.close();
  });

  it("is not asked where its door is shut or its proxy says 503", async () => {
    for (const behaviour of [
      ((response) => void response.destroy()) satisfies Behaviour,
      answering(503, "upstream connect error", "text/plain"),
    ]) {
      const measurer = measurerAt();
      server.behave(behaviour);
      for (let look = 0; look < 9; look += 1) await told(measurer);
      expect(server.received).toHaveLength(6);
      measurer.close();
    }
  });

  const inWords = JSON.stringify({ status: "error", errorType: "too_many_requests", error: "slow down" });
  it.each([
    ...[400, 401, 403, 404, 422, 429].map((status) => [status, "{}"] as const),
    [429, inWords] as const,
  ])("is asked as ever where it answers HTTP %i %s", async (status, body) => {
    const measurer = measurerAt();
    server.behave(answering(status, body));
    for (let look = 0; look < 9; look += 1)
      expect(await told(measurer)).toEqual([expect.stringMatching(/^unreachable: /)]);
    expect(server.received).toHaveLength(9);
    expect(states).toEqual([]);
    measurer.close();
  });
});

describe("a policy of very many objectives", () => {
  it("has no more under way than the data source may have", async () => {
    const held: (() => void)[] = [];
    server.behave(
      rejecting((response, received) => {
        held.push(() => ofRatio("0")(response, received));
        // Nobody is answered before three wait, and whoever comes beyond them would be seen.
        if (held.length === 3)
          setImmediate(() => {
            expect(held.splice(0).map((answer) => answer())).toHaveLength(3);
          });
      }),
    );
    const measurer = measurerAt({ maxConcurrent: 3 });
    expect(new Set(await told(measurer, requestFor(...many(48))))).toEqual(new Set(["measured"]));
    measurer.close();
  });

  it("is not measured beyond its repository's queries a minute, and another repository is", async () => {
    server.behave(rejecting(ofRatio("0")));
    const measurer = measurerAt({ maxQueriesPerMinute: 11 });
    const answers = await told(measurer, requestFor(...many(20)));
    expect(answers.filter((one) => one === "measured")).toHaveLength(10);
    const over = "query_limit: 11 queries a minute are spent until 12:01:00Z";
    expect(answers.filter((one) => one === over)).toHaveLength(10);
    expect(server.received).toHaveLength(11);
    expect(await told(measurer, { ...requestFor(ratio), repositoryId: 2 })).toEqual(["measured"]);
    const dayOf = async (repositoryId: number): Promise<boolean> =>
      (await measurer.history({ ...requestFor(ratio), repositoryId })).some(
        (one) => one.kind === "unmeasured" && one.detail.includes("are spent"),
      );
    expect([await dayOf(1), await dayOf(2)]).toEqual([true, false]);
    now += 60_000;
    expect(await told(measurer)).toEqual(["measured"]);
    measurer.close();
  });

  it("is asked about apart where its queries together are too long, and is never asked one that is", async () => {
    const long = (name: string, bytes: number): Objective => ({
      ...ratio,
      name,
      sli: { kind: "ratio", errorRatioQuery: { pieces: [`sum(rate(x{a!="${"x".repeat(bytes)}"}[`, "]))"] } },
    });
    server.behave(ofRatio("0"));
    const measurer = measurerAt();
    const third = Math.floor(maxQueryBytes / 9);
    const answers = await told(
      measurer,
      requestFor(long("a", third), long("b", maxQueryBytes), long("c", 5 * third), long("d", third)),
    );
    expect(answers).toEqual([
      "measured",
      "unreachable: the query is longer than 1 MB",
      expect.any(String),
      "measured",
    ]);
    const lengths = server.received.map(({ form }) => form.get("query")?.length ?? 0);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(maxQueryBytes);
    measurer.close();
  });
});

it("a look ends in time, with what was answered until then", async () => {
  const look = new AbortController();
  const measurer = measurerAt({ maxConcurrent: 1, timeoutMs: 60_000 }, { lookEnd: () => look.signal });
  let answered = 0;
  server.behave(
    rejecting((response, received) => {
      if (answered === 2) return look.abort();
      answered += 1;
      ofRatio("0")(response, received);
    }),
  );
  const answers = await told(measurer, requestFor(...many(4)));
  const over = "unreachable: the look took longer than 60s";
  expect(answers).toEqual(["measured", "measured", over, over]);
  expect(server.received).toHaveLength(4);
  measurer.close();
});
