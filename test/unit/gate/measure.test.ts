import { beforeEach, describe, expect, it } from "vitest";
import type { Measurement, UnmeasuredKind } from "../../../src/domain/measurement.ts";
import type { PolicyOrigin } from "../../../src/domain/policy.ts";
import { type SharedMeasurements, shareMeasurements } from "../../../src/gate/measure.ts";
import type { MeasurementRequest } from "../../../src/gate/ports.ts";
import { readPolicy, assemblePolicy } from "../../../src/policy/parse.ts";
import { policyFor } from "../../world/checkout.ts";
import { type GateWorld, gateWorld, noon } from "./gate-world.ts";

const tick = 30_000;
const originOf = (revision: string): PolicyOrigin => ({ file: "f", commitSha: "a".repeat(40), revision });
const origin = originOf("r1");

const nothing = { kind: "files", files: [] } as const;
const reading = assemblePolicy(readPolicy("f", policyFor("checkout")), () => nothing, {
  id: "main",
  named: () => "main",
});
if (reading.kind !== "usable") throw new Error("the policy of the story is not usable");
const { policy } = reading;

/** What the next look finds: an error ratio, or why there is none. */
type Look = number | UnmeasuredKind;

let gate: GateWorld;
let asked: number[];
let look: Look;

beforeEach(async () => {
  gate = await gateWorld();
  asked = [];
  look = 0;
});

async function measure({ questions, at, dataSource }: MeasurementRequest): Promise<readonly Measurement[]> {
  asked.push(at - noon);
  await new Promise((resolve) => setImmediate(resolve));
  return questions.flatMap(({ objective, windowsMs }) =>
    windowsMs.map((windowMs): Measurement => {
      const question = { objective: objective.name, windowMs, dataSource, query: "q", at };
      return typeof look === "number"
        ? { ...question, kind: "measured", errorRatio: look }
        : { ...question, kind: "unmeasured", why: look, detail: "no" };
    }),
  );
}

/** The sharing of one process; another call is another process on the same ledger. */
function sharing(aheadMs = 0): SharedMeasurements {
  const { clock } = gate;
  const own = { now: () => clock.now() + aheadMs, wait: clock.wait.bind(clock) };
  return shareMeasurements(
    gate.ledger,
    { measure, values: () => () => Promise.resolve({ error: "nobody asks" }) },
    own,
    gate.world.events,
    tick,
  );
}

/** What a look gives: the moment of the numbers and the first of them. */
async function recent(
  shared: SharedMeasurements,
  of = origin,
  repository = 7,
): Promise<readonly [number, Look]> {
  const { set } = await shared.recent(repository, policy, of);
  const [first] = set.measurements;
  return [set.at - noon, first?.kind === "unmeasured" ? first.why : (first?.errorRatio ?? 0)];
}

describe("shared measurements", () => {
  it("are asked once, however many ask at once and until the tick is over", async () => {
    const shared = sharing();
    look = 0.25;
    const all = await Promise.all(Array.from({ length: 50 }, async () => recent(shared)));
    expect(new Set(all.map(String))).toEqual(new Set(["0,0.25"]));
    look = 0.5;
    gate.clock.advance(tick - 1);
    expect(await recent(shared)).toEqual([0, 0.25]);
    expect(asked).toEqual([0]);
    gate.clock.advance(1);
    expect(await recent(shared)).toEqual([tick, 0.5]);
    expect(asked).toEqual([0, tick]);
  });

  it("are asked apart for another repository and for another policy", async () => {
    const shared = sharing();
    await Promise.all([
      recent(shared),
      recent(shared, originOf("r2")),
      recent(shared, origin, 8),
      recent(shared),
    ]);
    expect(asked).toHaveLength(3);
  });

  it("are taken over by a process that starts within the tick, and by none that starts later", async () => {
    look = 0.25;
    await recent(sharing());
    gate.clock.advance(tick - 1);
    expect(await recent(sharing())).toEqual([0, 0.25]);
    gate.clock.advance(1);
    expect(await recent(sharing())).toEqual([tick, 0.25]);
    expect(asked).toEqual([0, tick]);
  });

  it("are not taken from the future, when the clock was set back", async () => {
    const shared = sharing();
    await recent(shared);
    gate.clock.advance(-1000);
    expect(await recent(shared)).toEqual([-1000, 0]);
    gate.clock.advance(-1000);
    expect(await recent(sharing())).toEqual([-2000, 0]);
  });

  it("do not stand for an unreachable Prometheus until a clock that was set back has caught up", async () => {
    const shared = sharing();
    await recent(shared);
    gate.clock.advance(-3_600_000);
    look = "unreachable";
    expect(await recent(shared)).toEqual([-3_600_000, "unreachable"]);
    gate.clock.advance(tick);
    expect(await recent(sharing())).toEqual([tick - 3_600_000, "unreachable"]);
  });

  it("hold a rule's condition from the moment it is seen on, also on a clock that was set back", async () => {
    const shared = sharing();
    await recent(shared);
    gate.clock.advance(-3_600_000);
    look = 0.5;
    const since = async (): Promise<readonly number[]> => [
      ...new Set((await shared.fresh(7, policy, origin)).holds.values()),
    ];
    expect(await since()).toEqual([noon - 3_600_000]);
    gate.clock.advance(tick);
    expect(await since()).toEqual([noon - 3_600_000]);
  });

  it("hold a rule's condition where two processes look by turns whose clocks differ by more than a tick", async () => {
    const [right, ahead] = [sharing(), sharing(2 * tick)];
    look = 0.5;
    const earliest = async (shared: SharedMeasurements): Promise<number> =>
      Math.min(...(await shared.fresh(7, policy, origin)).holds.values());
    expect(await earliest(ahead)).toBe(noon + 2 * tick);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await earliest(right)).toBe(noon);
      gate.clock.advance(tick);
      expect(await earliest(ahead)).toBe(noon);
      gate.clock.advance(tick);
    }
  });

  it("stand while another process asks for their successor, until they are two ticks old", async () => {
    const [one, other] = [sharing(), sharing()];
    const take = async (): Promise<boolean> =>
      gate.ledger.looks.take({ repositoryId: 7, revision: "r1", cause: "tick" }, gate.clock.now(), tick);
    await take();
    look = 0.25;
    await recent(one);
    gate.clock.advance(tick);
    expect(await take()).toBe(true);
    expect(await recent(other)).toEqual([0, 0.25]);
    look = 0.5;
    await one.fresh(7, policy, origin);
    expect(await recent(other)).toEqual([tick, 0.5]);
    expect(asked).toEqual([0, tick]);
    // The next one dies with the look in hand, and the one after it, too.
    gate.clock.advance(tick);
    await take();
    gate.clock.advance(tick - 1);
    expect(await recent(other)).toEqual([tick, 0.5]);
    gate.clock.advance(1);
    await take();
    expect(await recent(other)).toEqual([3 * tick, 0.5]);
  });

  it("do not stand on a look that was taken before this tick, and whose taker is dead", async () => {
    const [one, other] = [sharing(), sharing()];
    await recent(one);
    gate.clock.advance(10_000);
    await gate.ledger.looks.take({ repositoryId: 7, revision: "r1", cause: "tick" }, gate.clock.now(), tick);
    gate.clock.advance(tick);
    expect(await recent(other)).toEqual([tick + 10_000, 0]);
  });

  it("are waited for where this process itself asks for them", async () => {
    const shared = sharing();
    await recent(shared);
    gate.clock.advance(tick);
    look = 0.5;
    await gate.ledger.looks.take({ repositoryId: 7, revision: "r1", cause: "tick" }, gate.clock.now(), tick);
    const [, found] = await Promise.all([shared.fresh(7, policy, origin), recent(shared)]);
    expect(found).toEqual([tick, 0.5]);
    expect(asked).toEqual([0, tick]);
  });

  it("are another process's where those are newer than what this one asked itself", async () => {
    const [one, other, ahead] = [sharing(), sharing(), sharing(tick)];
    await recent(one);
    gate.clock.advance(tick - 3000);
    look = 0.5;
    await other.fresh(7, policy, origin);
    expect(await recent(one)).toEqual([tick - 3000, 0.5]);
    // One whose clock is ahead tells nothing that could be called newer.
    await ahead.fresh(7, policy, origin);
    expect(await recent(other)).toEqual([tick - 3000, 0.5]);
    expect(asked).toEqual([0, tick - 3000, 2 * tick - 3000]);
  });

  it("are new when somebody wants new ones, and then shared", async () => {
    const shared = sharing();
    await recent(shared);
    look = 0.5;
    gate.clock.advance(1);
    await Promise.all([shared.fresh(7, policy, origin), shared.fresh(7, policy, origin)]);
    expect(await recent(shared)).toEqual([1, 0.5]);
    expect(asked).toEqual([0, 1]);
  });
});

describe("a Prometheus that cannot be reached", () => {
  it("is given two ticks: until then the last good numbers stand, then it is not measured", async () => {
    const shared = sharing();
    look = 0.25;
    await recent(shared);
    look = "unreachable";
    gate.clock.advance(tick);
    expect(await recent(shared)).toEqual([0, 0.25]);
    gate.clock.advance(tick - 1);
    expect(await recent(shared)).toEqual([0, 0.25]);
    gate.clock.advance(1);
    expect(await recent(shared)).toEqual([2 * tick, "unreachable"]);
    look = 0.5;
    gate.clock.advance(tick);
    expect(await recent(shared)).toEqual([3 * tick, 0.5]);
  });

  it("is not told apart from one that a repository may not ask for now", async () => {
    const shared = sharing();
    await recent(shared);
    look = "query_limit";
    gate.clock.advance(tick);
    expect(await recent(shared)).toEqual([0, 0]);
    gate.clock.advance(tick);
    expect(await recent(shared)).toEqual([2 * tick, "query_limit"]);
  });

  it("is asked once a tick while it is away, not once a subject", async () => {
    const shared = sharing();
    await recent(shared);
    look = "unreachable";
    for (let round = 1; round <= 3; round += 1) {
      gate.clock.advance(tick);
      for (let subject = 0; subject < 10; subject += 1) await recent(shared);
    }
    expect(asked).toEqual([0, tick, 2 * tick, 3 * tick]);
  });

  it("that was never reached is not measured at once", async () => {
    look = "unreachable";
    expect(await recent(sharing())).toEqual([0, "unreachable"]);
  });

  it.each(["no_data", "no_traffic", "stale", "partial", "ambiguous", "not_a_number", "warming_up"] as const)(
    "is not confused with one that answered: %s holds at once",
    async (why) => {
      const shared = sharing();
      await recent(shared);
      look = why;
      gate.clock.advance(tick);
      expect(await recent(shared)).toEqual([tick, why]);
    },
  );

  it("is counted by data source in the metrics, with everything that is no number", async () => {
    look = "unreachable";
    await recent(sharing());
    const { values } = await gate.metrics.unmeasured.get();
    expect(values).toMatchObject([{ labels: { data_source: "main" } }]);
    expect(values[0]?.value).toBeGreaterThan(0);
  });
});
