import { describe, expect } from "vitest";
import { type ClaimedJob, priority, type Queue } from "../../src/gate/queue.ts";
import type { Law } from "./ledger-contract.ts";
import { jobFor, noon } from "./ledger-samples.ts";

const lease = 60_000;
const idle = { waiting: 0, running: 0, buried: 0 };

/** What is promised of who has a job: hands that died, that come late, and that come at once. */
export function queueHandLaws(law: Law): void {
  const take = async (queue: Queue, now = noon): Promise<number | undefined> => {
    const job = await queue.claim(now, lease, []);
    return job?.task.kind === "pull" ? job.task.number : undefined;
  };
  const claim = async (queue: Queue, now = noon): Promise<ClaimedJob> => {
    const job = await queue.claim(now, lease, []);
    if (job === undefined) throw new Error("nothing is due");
    return job;
  };

  describe("hands", () => {
    law("a job whose worker died is free when its lease ends", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      const dead = await claim(queue);
      expect(await queue.nextDue()).toBe(noon + lease);
      expect(await queue.renew(dead, noon + lease - 1, 1)).toBe(true);
      expect(await take(queue, noon + lease - 1)).toBeUndefined();
      expect(await queue.renew(dead, noon + lease, lease)).toBe(false);
      const next = await claim(queue, noon + lease);
      expect(next).toMatchObject({ task: dead.task, failures: 0, faults: 0 });
      expect(await queue.renew(dead, noon + lease, lease)).toBe(false);
      expect(await queue.renew(next, noon + lease, lease)).toBe(true);
    });

    law("a job that takes long stays its hand's as long as its lease is lengthened", async ({ queue }) => {
      await queue.enqueue(jobFor(1), noon);
      const long = await claim(queue);
      for (let now = noon; now < noon + 10 * lease; now += lease / 2) {
        expect(await queue.renew(long, now, lease)).toBe(true);
        expect(await take(queue, now)).toBeUndefined();
      }
      await queue.finish(long);
      expect(await queue.renew(long, noon + 10 * lease, lease)).toBe(false);
      expect(await queue.counts()).toEqual(idle);
    });

    law(
      "a process that starts frees what ran, and nobody waits for the leases of the dead",
      async ({ queue }) => {
        for (const number of [1, 2, 3]) await queue.enqueue(jobFor(number), noon);
        const [first, second] = [await claim(queue), await claim(queue)];
        await queue.bury(first, "refused", noon);
        await queue.freeAll();
        expect(await queue.counts()).toEqual({ waiting: 2, running: 0, buried: 1 });
        expect(await queue.renew(second, noon, lease)).toBe(false);
        await queue.finish(second);
        expect([await take(queue), await take(queue), await take(queue)]).toEqual([2, 3, undefined]);
      },
    );

    law(
      "what a dead hand left comes behind what is more urgent, however many must wait",
      async ({ queue }) => {
        await queue.enqueue(jobFor(1, { priority: priority.sweep }), noon);
        await claim(queue);
        for (let number = 100; number < 200; number += 1)
          await queue.enqueue(jobFor(number, { installationId: 70, priority: priority.red }), noon);
        await queue.enqueue(jobFor(2, { installationId: 71, priority: priority.flip }), noon);
        const next = async (): Promise<unknown> => (await queue.claim(noon + lease, lease, [70]))?.task;
        expect([await next(), await next(), await next()]).toEqual([
          jobFor(2).task,
          jobFor(1).task,
          undefined,
        ]);
      },
    );

    law("several are taken in the order of one by one, however many must wait", async ({ queue }) => {
      await queue.enqueue(jobFor(1, { priority: priority.sweep }), noon);
      await claim(queue);
      for (let number = 100; number < 200; number += 1)
        await queue.enqueue(jobFor(number, { installationId: 70, priority: priority.red }), noon);
      await queue.enqueue(jobFor(2, { installationId: 71, priority: priority.waiting }), noon);
      await queue.enqueue(jobFor(3, { installationId: 71, priority: priority.flip }), noon);
      await queue.enqueue(jobFor(4, { installationId: 71, priority: priority.flip }), noon);
      await queue.enqueue(jobFor(5, { installationId: 72, priority: priority.cosmetic }), noon);
      const taken: ClaimedJob[] = [];
      for (let before = -1; before < taken.length;) {
        before = taken.length;
        for await (const job of queue.claims(noon + lease, lease, [70])) taken.push(job);
      }
      expect(taken.map(({ task }) => task)).toEqual([2, 3, 4, 1, 5].map((number) => jobFor(number).task));
    });

    for (const act of ["finish", "postpone", "bury"] as const) {
      const late = async (queue: Queue, job: ClaimedJob): Promise<void> => {
        if (act === "finish") return queue.finish(job);
        if (act === "bury") return queue.bury(job, "late", noon);
        return queue.postpone(job, noon + 10 * lease, { kind: "fault", detail: "late" });
      };

      law(`a late hand cannot ${act} a job that another has`, async ({ queue }) => {
        await queue.enqueue(jobFor(1), noon);
        const old = await claim(queue);
        const current = await claim(queue, noon + lease);
        await late(queue, old);
        expect(await queue.counts()).toEqual({ ...idle, running: 1 });
        expect(await queue.renew(current, noon + lease, lease)).toBe(true);
        await queue.finish(current);
        expect(await queue.counts()).toEqual(idle);
      });

      law(`a late hand cannot ${act} a job of its key that was made since`, async ({ queue }) => {
        await queue.enqueue(jobFor(1), noon);
        const old = await claim(queue);
        await queue.finish(await claim(queue, noon + lease));
        await queue.enqueue(jobFor(1, { notBefore: noon + lease }), noon + lease);
        const current = await claim(queue, noon + lease);
        await late(queue, old);
        expect(await queue.counts()).toEqual({ ...idle, running: 1 });
        expect(await queue.renew(current, noon + lease, lease)).toBe(true);
      });
    }

    for (const act of ["finish", "bury"] as const) {
      law(
        `a hand that wants to ${act} while its key is queued and taken anew ends nobody else's lease`,
        async ({ queue }) => {
          for (let round = 0; round < 20; round += 1) {
            await queue.enqueue(jobFor(1), noon);
            const old = await claim(queue);
            const [, , taken] = await Promise.all([
              act === "finish" ? queue.finish(old) : queue.bury(old, "refused", noon),
              queue.enqueue(jobFor(1), noon),
              queue.claim(noon, lease, []),
            ]);
            const current = taken ?? (await claim(queue));
            expect(await queue.renew(current, noon, lease)).toBe(true);
            expect(await queue.counts()).toEqual({ ...idle, running: 1 });
            await queue.finish(current);
          }
        },
      );
    }
  });
}
