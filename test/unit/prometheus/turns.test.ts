import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestLine, type Turn, turnsOf } from "../../../src/prometheus/turns.ts";

/** Lets everything that can go on go on. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A place where turns are taken and written down in their order. */
function placeFor(atOnce: number) {
  const turns = turnsOf(atOnce);
  const running: { readonly asker: string; readonly release: () => void }[] = [];
  const order: string[] = [];
  const outcomes: Turn["kind"][] = [];
  const taken = async (asker: string, end?: AbortSignal): Promise<void> => {
    const turn = await turns.take(asker, end);
    outcomes.push(turn.kind);
    if (turn.kind !== "turn") return;
    order.push(asker);
    running.push({ asker, release: () => turn.release() });
  };
  return {
    running,
    order,
    outcomes,
    ask(asker: string, end?: AbortSignal): void {
      void taken(asker, end);
    },
    async finish(): Promise<void> {
      running.shift()?.release();
      await settled();
    },
  };
}

describe("turns at a data source", () => {
  it("are first come, first served for one asker", async () => {
    const turns = turnsOf(1);
    const served: number[] = [];
    const asked = [1, 2, 3].map(async (number) => {
      const turn = await turns.take("a");
      served.push(number);
      if (turn.kind === "turn") turn.release();
    });
    await Promise.all(asked);
    expect(served).toEqual([1, 2, 3]);
  });

  it("go round the askers: who has hundreds of questions delays another by one", async () => {
    const place = placeFor(1);
    for (let count = 0; count < 200; count += 1) place.ask("large");
    place.ask("small");
    place.ask("small");
    place.ask("tiny");
    await settled();
    for (let count = 0; count < 6; count += 1) await place.finish();
    expect(place.order).toEqual(["large", "large", "small", "tiny", "large", "small", "large"]);
  });

  it("are never more at once than may be, none is lost, and nobody waits beside a free place", async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant("ask" as const), asker: fc.constantFrom("a", "b", "c") }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("finish" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), which: fc.nat(20) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (atOnce, steps) => {
          const place = placeFor(atOnce);
          const ends: AbortController[] = [];
          let finished = 0;
          for (const one of steps) {
            if (one.kind === "ask") {
              const end = new AbortController();
              ends.push(end);
              place.ask(one.asker, end.signal);
            } else if (one.kind === "leave") ends[one.which]?.abort();
            else if (place.running.length > 0) {
              finished += 1;
              await place.finish();
            }
            await settled();
            expect(place.running.length).toBeLessThanOrEqual(atOnce);
            const waiting = ends.length - place.outcomes.length;
            expect(place.running.length).toBe(place.order.length - finished);
            expect(waiting === 0 || place.running.length === atOnce).toBe(true);
          }
          while (place.running.length > 0) await place.finish();
          expect(place.outcomes).toHaveLength(ends.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are not waited for in a line that is too long, which is no other asker's line", async () => {
    const place = placeFor(1);
    for (let count = 0; count < longestLine + 2; count += 1) place.ask("large");
    await settled();
    expect(place.outcomes).toEqual(["turn", "full"]);
    place.ask("small");
    await place.finish();
    await place.finish();
    expect(place.order).toEqual(["large", "large", "small"]);
  });

  it("are given up where the asker ends, before and while it waits", async () => {
    const place = placeFor(1);
    place.ask("a");
    place.ask("b", AbortSignal.abort());
    const end = new AbortController();
    place.ask("c", end.signal);
    place.ask("d");
    await settled();
    end.abort();
    await settled();
    expect(place.outcomes).toEqual(["turn", "ended", "ended"]);
    await place.finish();
    expect(place.order).toEqual(["a", "d"]);
  });

  it("are handed on once, however often they are released", async () => {
    const turns = turnsOf(1);
    const first = await turns.take("a");
    const order: string[] = [];
    for (const asker of ["b", "c"]) void turns.take(asker).then(() => order.push(asker));
    if (first.kind === "turn") {
      first.release();
      first.release();
    }
    await settled();
    expect(order).toEqual(["b"]);
  });
});
