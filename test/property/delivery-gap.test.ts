import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arrivedAmong,
  type DeliveryAttempt,
  type Gap,
  lostAmong,
  pauseAfter,
  planFor,
  turnOf,
} from "../../src/domain/delivery-gap.ts";

const numRuns = 2000;
const minute = 60_000;
const memoryMs = 3 * 86_400_000;

const anyAttempt: fc.Arbitrary<DeliveryAttempt> = fc.record({
  id: fc.nat(1000),
  guid: fc.constantFrom("a", "b", "c", "d"),
  at: fc.nat(100).map((minutes) => minutes * minute),
  event: fc.constant("pull_request"),
  action: fc.constantFrom("opened", undefined),
  repositoryId: fc.constant(7),
  installationId: fc.constantFrom(70, undefined),
  isDelivered: fc.boolean(),
  isWanted: fc.boolean(),
});

const anyLog = fc.uniqueArray(anyAttempt, { selector: ({ id }) => id, maxLength: 20 });

const anyGap: fc.Arbitrary<Gap> = fc.record({
  id: fc.nat(1000),
  guid: fc.uuid(),
  at: fc.nat({ max: 2 * memoryMs }),
  event: fc.constant("push"),
  action: fc.constant(undefined),
  installationId: fc.constant(70),
  asked: fc.nat(6),
  askedAt: fc.option(fc.nat({ max: 2 * memoryMs }), { nil: undefined }),
});

describe("[T22] what is lost among attempts", () => {
  it("is each webhook that we want and that no attempt brought, once, by its newest attempt, in order of time", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const lost = lostAmong(log);
        const guids = new Set(log.map(({ guid }) => guid));
        for (const guid of guids) {
          const attempts = log.filter((attempt) => attempt.guid === guid);
          const wanted = attempts.filter(({ isWanted }) => isWanted);
          const isLost = wanted.length > 0 && attempts.every(({ isDelivered }) => !isDelivered);
          const found = lost.filter((one) => one.guid === guid);
          expect(found).toHaveLength(isLost ? 1 : 0);
          const newest = wanted.toSorted((one, other) => other.at - one.at || other.id - one.id)[0];
          if (isLost) expect(found[0]).toMatchObject({ id: newest?.id, at: newest?.at });
        }
        expect(lost).toEqual(lost.toSorted((one, other) => one.at - other.at || one.id - other.id));
      }),
      { numRuns },
    );
  });

  it("does not depend on the order of the log, and what arrived is never among it", () => {
    fc.assert(
      fc.property(
        anyLog.chain((log) =>
          fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length })),
        ),
        ([log, shuffled]) => {
          expect(lostAmong(shuffled)).toEqual(lostAmong(log));
          const arrived = arrivedAmong(log);
          expect(lostAmong(log).filter(({ guid }) => arrived.has(guid))).toEqual([]);
        },
      ),
      { numRuns },
    );
  });
});

describe("[T22] [T45] what is asked for", () => {
  it("is bounded, not forgotten by GitHub, not asked for too often, and the nearest to be forgotten", () => {
    fc.assert(
      fc.property(fc.array(anyGap, { maxLength: 12 }), fc.nat(2 * memoryMs), fc.nat(5), (gaps, now, most) => {
        const { ask, giveUp } = planFor(gaps, now, memoryMs, most);
        expect(ask.length).toBeLessThanOrEqual(most);
        for (const { at, asked, askedAt } of ask) {
          expect(now - at).toBeLessThan(memoryMs);
          expect(asked).toBeLessThan(5);
          if (askedAt !== undefined && askedAt <= now)
            expect(now - askedAt).toBeGreaterThanOrEqual(pauseAfter(asked));
        }
        expect(ask.filter((gap) => giveUp.includes(gap))).toEqual([]);
        const left = gaps.filter((gap) => !ask.includes(gap) && turnOf(gap, now, memoryMs) === "ask");
        if (left.length > 0) expect(ask).toHaveLength(most);
        const last = ask.at(-1);
        if (last !== undefined) for (const gap of left) expect(gap.at).toBeGreaterThanOrEqual(last.at);
      }),
      { numRuns },
    );
  });

  it("is asked for five times with growing pauses, however the scans fall, and then given up", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2000, maxLength: 2000 }),
        (steps) => {
          const lost = { id: 1, guid: "a", event: "push", action: undefined, installationId: 70 };
          let gap: Gap = { ...lost, at: 0, asked: 0, askedAt: undefined };
          const askedAt: number[] = [];
          let now = 0;
          let turn = turnOf(gap, now, memoryMs);
          for (const step of steps) {
            turn = turnOf(gap, now, memoryMs);
            if (turn === "give_up") break;
            if (turn === "ask") {
              askedAt.push(now);
              gap = { ...gap, asked: gap.asked + 1, askedAt: now };
            }
            now += step * minute;
          }
          expect(turn).toBe("give_up");
          expect(askedAt).toHaveLength(5);
          const pauses = askedAt.slice(1).map((at, index) => at - askedAt[index]!);
          for (const [index, pause] of pauses.entries())
            expect(pause).toBeGreaterThanOrEqual([5, 15, 45, 135][index]! * minute);
        },
      ),
      { numRuns: 200 },
    );
  });
});
