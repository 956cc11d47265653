import { expect, it } from "vitest";
import { type Patience, waitForGate } from "../../../src/client/wait.ts";
import type { Reply } from "../../../src/domain/gate-reply.ts";
import { walkingClock } from "../../world/clock.ts";

const minute = 60_000;
const hold: Reply = { kind: "unanswered", why: "429", isTransient: true, retryAfterMs: 5000 };
const silent: Reply = { kind: "unanswered", why: "silent", isTransient: true };
const wrong: Reply = { kind: "unanswered", why: "401", isTransient: false };
const said = (verdict: "allow" | "block" | "inconclusive"): Reply => ({
  kind: "answered",
  text: "",
  answer: {
    verdict,
    allow: verdict === "allow",
    decision: verdict,
    reason: verdict,
    id: null,
    url: null,
    retryAfterSeconds: null,
    slos: [],
    qualityGates: [],
  },
});

/** Replays replies, the last one for ever; gives when each was asked for, and what came of it. */
async function wait(replies: readonly Reply[], patience: Patience, signal = new AbortController().signal) {
  const clock = walkingClock(0);
  const askedAt: number[] = [];
  const told: Reply[] = [];
  const last = await waitForGate(
    () => {
      askedAt.push(clock.now());
      const reply = replies[Math.min(askedAt.length, replies.length) - 1] ?? silent;
      return Promise.resolve(reply);
    },
    patience,
    clock,
    signal,
    (reply) => told.push(reply),
  );
  return { last, askedAt, told };
}

const once: Patience = { longestMs: 0, pollMs: minute };
const hour: Patience = { longestMs: 60 * minute, pollMs: minute };

it("asks once where nothing is waited for", async () => {
  expect(await wait([said("block")], once)).toEqual({ last: said("block"), askedAt: [0], told: [] });
});

it("asks again what cannot be answered, a few times, and then says so", async () => {
  expect((await wait([silent, silent, said("allow")], once)).askedAt).toEqual([0, 2000, 4000]);
  const { last, askedAt } = await wait([silent], once);
  expect(last).toBe(silent);
  expect(askedAt).toEqual([0, 2000, 4000, 6000]);
});

it("does not ask again what would be answered alike", async () => {
  expect((await wait([wrong], hour)).askedAt).toEqual([0]);
});

it("polls until it opens", async () => {
  const { last, askedAt, told } = await wait([said("block"), said("inconclusive"), said("allow")], hour);
  expect(last).toEqual(said("allow"));
  expect(askedAt).toEqual([0, minute, 2 * minute]);
  expect(told).toHaveLength(2);
});

it("asks a last time at the end, and gives that answer", async () => {
  const { last, askedAt } = await wait([said("block")], { longestMs: 90_000, pollMs: minute });
  expect(last).toEqual(said("block"));
  expect(askedAt).toEqual([0, minute, 90_000]);
});

it("comes back when it is told to, and sooner than the next poll when it was silent", async () => {
  expect((await wait([hold, silent, said("allow")], hour)).askedAt).toEqual([0, 5000, 7000]);
});

it("asks ever more seldom while nobody answers, at least at each poll", async () => {
  const { askedAt } = await wait([silent], { longestMs: 5 * minute, pollMs: minute });
  expect(askedAt.map((at) => at / 1000)).toEqual([0, 2, 6, 14, 30, 62, 122, 182, 242, 300]);
  const again = [silent, silent, said("block"), silent, said("allow")];
  expect((await wait(again, hour)).askedAt.map((at) => at / 1000)).toEqual([0, 2, 6, 66, 68]);
});

it("ends when it is called off, with what was said last", async () => {
  const ending = new AbortController();
  ending.abort();
  expect((await wait([said("block")], hour, ending.signal)).last).toEqual(said("block"));
});

it.each([
  ["while a question is out", 2, 0],
  ["between two questions", 1, 1],
])("ends with what was said last when it is called off %s", async (_, questions, pauses) => {
  const ending = new AbortController();
  const clock = walkingClock(0);
  let asked = 0;
  let paused = 0;
  const last = await waitForGate(
    () => {
      asked += 1;
      if (asked === questions && pauses === 0) ending.abort();
      return Promise.resolve(asked === 1 ? said("block") : silent);
    },
    hour,
    {
      now: () => clock.now(),
      wait: (ms, signal) => {
        paused += 1;
        if (paused === pauses) ending.abort();
        return clock.wait(ms, signal);
      },
    },
    ending.signal,
    () => undefined,
  );
  expect(last).toEqual(said("block"));
  expect(asked).toBe(questions);
});
