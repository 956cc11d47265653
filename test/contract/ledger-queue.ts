import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClaimedJob, priority, type Queue, taskKey } from "../../src/gate/queue.ts";
import type { Law, OpenLedger } from "./ledger-contract.ts";
import { queueMoves } from "./ledger-queue-moves.ts";
import { queueModel } from "./ledger-queue-model.ts";
import { jobFor, noon, sha } from "./ledger-samples.ts";

const lease = 60_000;

/** What is promised of the queue. */
export function queueLaws(law: Law, open: () => Promise<OpenLedger>): void {
  const take = async (queue: Queue, now = noon, paused: number[] = []): Promise<number | undefined> => {
    const job = await queue.claim(now, lease, paused);
    return job?.task.kind === "pull" ? job.task.number : undefined;
  };
  const claim = async (queue: Queue, now = noon): Promise<ClaimedJob> => {
    const job = await queue.claim(now, lease, []);
    if (job === undefined) throw new Error("nothing is due");
    return job;
  };
  const idle = { waiting: 0, running: 0, buried: 0 };

  describe("queue", () => {
    law("every kind of task comes out as it went in", async ({ queue }) => {
      const tasks = [
        { kind: "delivery", id: "a-b" },
        {
          kind: "subject",
          subject: {
            repositoryId: 7,
            headSha: "a".repeat(40),
            baseRef: "a:b\nü",
            gate: { kind: "pull_request" },
          },
        },
        { kind: "pull", repositoryId: 7, number: 3 },
        { kind: "repository", repositoryId: 7 },
        { kind: "look", repositoryId: 7, revision: "a+b:c\nü" },
      ] as const;
      for (const [index, task] of tasks.entries()) {
        await queue.enqueue({ ...jobFor(0), task, priority: 10 - index }, noon);
      }
      for (const task of tasks) expect(await claim(queue)).toMatchObject({ task, key: taskKey(task) });
      expect(await queue.claim(noon, lease, [])).toBeUndefined();
    });

    law(
      "what waits or was given up about a repository can be dropped; what runs, and what is about others, stays",
      async ({ queue }) => {
        const repositoryId = 7;
        const subject = {
          repositoryId,
          headSha: sha(1),
          baseRef: "main",
          gate: { kind: "merge_group" },
        } as const;
        const dropped = [
          { kind: "subject", subject },
          { kind: "refresh", wish: "recheck", subject },
          { kind: "report", subject },
          { kind: "comment", repositoryId, number: 3 },
          { kind: "pull", repositoryId, number: 3 },
          { kind: "repository", repositoryId },
          { kind: "welcome", repositoryId },
          { kind: "look", repositoryId, revision: "r1" },
        ] as const;
        const kept = [
          { kind: "delivery", id: "7" },
          { kind: "pull", repositoryId: 70, number: 7 },
          { kind: "welcome", repositoryId: 77 },
        ] as const;
        const running = { kind: "pull", repositoryId, number: 1 } as const;
        await queue.enqueue({ ...jobFor(1), task: running }, noon);
        const hand = await claim(queue);
        for (const task of dropped) await queue.enqueue({ ...jobFor(0), task }, noon);
        await queue.bury(await claim(queue), "gone", noon);
        for (const task of kept) await queue.enqueue({ ...jobFor(0), task }, noon);
        expect(await queue.counts()).toEqual({ waiting: 10, running: 1, buried: 1 });
        await queue.drop(new Set([repositoryId, 8]));
        expect(await queue.counts()).toEqual({ waiting: 3, running: 1, buried: 0 });
        expect(await queue.renew(hand, noon, lease)).toBe(true);
        for (const task of kept) expect(await claim(queue)).toMatchObject({ task });
      },
    );

    law("higher priority first, then earlier time; what is not due yet waits", async ({ queue }) => {
      const { flip, red, event } = priority;
      const jobs = [
        jobFor(1, { priority: flip }),
        jobFor(2, { notBefore: noon + 1 }),
        jobFor(3),
        jobFor(4, { notBefore: noon - 1 }),
      ];
      for (const job of [...jobs, jobFor(5, { priority: red, notBefore: noon + 2 })])
        await queue.enqueue(job, noon);
      expect(event).toBeGreaterThan(flip);
      expect([await take(queue), await take(queue), await take(queue), await take(queue)]).toEqual([
        4,
        3,
        1,
        undefined,
      ]);
      expect([await take(queue, noon + 2), await take(queue, noon + 2)]).toEqual([5, 2]);
    });

    law(
      "[T18] a key waits once, as urgent and as soon as the most pressing of its wishes",
      async ({ queue }) => {
        await queue.enqueue(jobFor(1, { priority: priority.sweep, notBefore: noon + 5 }), noon);
        await queue.enqueue(jobFor(1, { priority: priority.red, notBefore: noon + 9 }), noon);
        await queue.enqueue(jobFor(1, { priority: priority.flip, notBefore: noon + 7 }), noon);
        await queue.enqueue(jobFor(2, { priority: priority.event, notBefore: noon }), noon);
        expect(await queue.counts()).toEqual({ ...idle, waiting: 2 });
        expect(await queue.nextDue()).toBe(noon);
        expect([
          await take(queue, noon + 5),
          await take(queue, noon + 5),
          await take(queue, noon + 9),
        ]).toEqual([1, 2, undefined]);
      },
    );

    law(
      "[T18] a key that is queued while it runs runs again, and never twice at a time",
      async ({ queue }) => {
        await queue.enqueue(jobFor(1), noon);
        const first = await claim(queue);
        await queue.enqueue(jobFor(1), noon);
        await queue.enqueue(jobFor(1), noon);
        expect(await queue.counts()).toEqual({ waiting: 1, running: 1, buried: 0 });
        expect(await take(queue)).toBeUndefined();
        await queue.finish(first);
        expect(await queue.counts()).toEqual({ ...idle, waiting: 1 });
        await queue.finish(await claim(queue));
        expect(await queue.counts()).toEqual(idle);
      },
    );

    law(
      "waiting for a turn counts nothing, a failure counts, a fault counts twice over; success forgets",
      async ({ queue }) => {
        await queue.enqueue(jobFor(1), noon);
        const counted = async (at: number): Promise<readonly number[]> => {
          const { failures, faults } = await claim(queue, at);
          return [failures, faults];
        };
        await queue.postpone(await claim(queue), noon + 1, { kind: "wait" });
        expect(await take(queue)).toBeUndefined();
        const second = await claim(queue, noon + 1);
        expect(second).toMatchObject({ failures: 0, faults: 0 });
        await queue.postpone(second, noon + 2, { kind: "failure", detail: "x".repeat(5000) });
        const third = await claim(queue, noon + 2);
        expect(third).toMatchObject({ failures: 1, faults: 0 });
        await queue.postpone(third, noon + 3, { kind: "fault", detail: "bug" });
        expect(await counted(noon + 3)).toEqual([2, 1]);
        const last = await claim(queue, noon + 3 + lease);
        expect(last).toMatchObject({ failures: 2, faults: 1 });
        await queue.enqueue(jobFor(1), noon);
        await queue.finish(last);
        expect(await counted(noon + 4)).toEqual([0, 0]);
      },
    );

    law("a wish that came while a job failed waits no longer than it asked", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      const failed = await claim(queue);
      await queue.enqueue(jobFor(1, { notBefore: noon + 1 }), noon);
      await queue.postpone(failed, noon + 5000, { kind: "failure", detail: "down" });
      expect(await take(queue, noon + 1)).toBe(1);
    });

    law("a pause that the world needs holds for a wish that came meanwhile", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      const early = await claim(queue);
      await queue.enqueue(jobFor(1, { notBefore: noon + 1 }), noon);
      await queue.postpone(early, noon + 5000, { kind: "wait" });
      expect(await take(queue, noon + 4999)).toBeUndefined();
      expect(await take(queue, noon + 5000)).toBe(1);
    });

    law("a buried job rests until it is queued to be revived", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      await queue.postpone(await claim(queue), noon, { kind: "fault", detail: "bug" });
      await queue.bury(await claim(queue), "refused", noon);
      expect(await queue.counts()).toEqual({ ...idle, buried: 1 });
      expect(await queue.nextDue()).toBeUndefined();
      await queue.enqueue(jobFor(1, { revive: false, priority: priority.bypass }), noon);
      expect(await take(queue, noon + 10 * lease)).toBeUndefined();
      await queue.enqueue(jobFor(1), noon);
      expect(await queue.counts()).toEqual({ ...idle, waiting: 1 });
      expect(await claim(queue)).toMatchObject({ failures: 0, faults: 0 });
    });

    law("what was queued while a job was being given up is tried, not buried with it", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      const job = await claim(queue);
      await queue.enqueue(jobFor(1, { revive: false }), noon);
      await queue.bury(job, "refused", noon);
      expect(await queue.counts()).toEqual({ ...idle, waiting: 1 });
      expect(await take(queue)).toBe(1);
    });

    law(
      "jobs of paused installations are passed over; jobs that write nothing are not",
      async ({ queue }) => {
        await queue.enqueue(jobFor(1, { installationId: 70, priority: 90 }), noon);
        await queue.enqueue(jobFor(2, { installationId: 71, priority: 80 }), noon);
        await queue.enqueue(jobFor(3, { installationId: 72, priority: 70 }), noon);
        await queue.enqueue(jobFor(4, { priority: 60 }), noon);
        const paused = [70, 72];
        expect([
          await take(queue, noon, paused),
          await take(queue, noon, paused),
          await take(queue, noon, paused),
        ]).toEqual([2, 4, undefined]);
        expect(await take(queue)).toBe(1);
      },
    );

    law("of many hands at once each takes another job", async ({ queue }) => {
      for (let number = 1; number <= 10; number += 1) await queue.enqueue(jobFor(number), noon);
      const taken = await Promise.all(Array.from({ length: 20 }, async () => take(queue)));
      expect(taken.filter((one) => one !== undefined).toSorted((a, b) => a - b)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
      ]);
    });

    it("whatever is done in whatever order, the queue is as its model", async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(queueMoves, { maxCommands: 60 }), async (moves) => {
          const opened = await open();
          const { ledger } = opened;
          try {
            await fc.asyncModelRun(
              () => ({ model: queueModel(noon), real: { queue: ledger.queue, hands: [] } }),
              moves,
            );
          } finally {
            await opened.close();
          }
        }),
        { numRuns: 300 },
      );
    });
  });
}
