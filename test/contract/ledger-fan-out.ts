import { describe, expect } from "vitest";
import { type NewJob, priority, type Queue } from "../../src/gate/queue.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

/** Jobs of a repository of installation 70. */
function jobsOf(repositoryId: number, numbers: readonly number[], more: Partial<NewJob> = {}): NewJob[] {
  return numbers.map((number) => ({
    task: { kind: "pull", repositoryId, number },
    installationId: 70,
    priority: priority.red,
    notBefore: noon,
    revive: false,
    ...more,
  }));
}

/** Takes that many jobs and finishes them: `7:1` is the first of repository 7. */
async function take(queue: Queue, count: number, paused: number[] = []): Promise<string[]> {
  const taken: string[] = [];
  for (let left = count; left > 0; left -= 1) {
    const job = await queue.claim(noon, 1000, paused);
    if (job?.task.kind !== "pull") break;
    taken.push(`${job.task.repositoryId}:${job.task.number}`);
    await queue.finish(job);
  }
  return taken;
}

/** What is promised of many jobs that are queued at once. */
export function fanOutLaws(law: Law): void {
  describe("fan-out", () => {
    law("repositories of an installation take turns, each in its own order", async ({ queue }) => {
      await queue.fanOut(jobsOf(7, [4, 3, 2, 1]), noon);
      await queue.fanOut(jobsOf(8, [1, 2]), noon);
      expect(await take(queue, 9)).toEqual(["7:4", "8:1", "7:3", "8:2", "7:2", "7:1"]);
    });

    law(
      "who comes late begins where the others stand, and who adds more goes behind himself",
      async (ledger) => {
        const { queue } = ledger;
        await queue.fanOut(jobsOf(7, [1, 2, 3, 4]), noon);
        expect(await take(queue, 2)).toEqual(["7:1", "7:2"]);
        await queue.fanOut(jobsOf(8, [1, 2]), noon);
        await queue.fanOut(jobsOf(7, [3, 4, 5]), noon);
        expect(await take(queue, 9)).toEqual(["7:3", "8:1", "7:4", "8:2", "7:5"]);
      },
    );

    law("what is more urgent goes first, whoever's turn it is", async ({ queue }) => {
      await queue.fanOut(jobsOf(7, [1, 2]), noon);
      await queue.fanOut(jobsOf(8, [1], { priority: priority.waiting }), noon);
      await queue.fanOut(jobsOf(7, [2], { priority: priority.waiting }), noon);
      expect(await take(queue, 9)).toEqual(["7:2", "8:1", "7:1"]);
    });

    law(
      "thousands are queued at once, a key twice is one job, and a pause takes none of them",
      async (ledger) => {
        const { queue } = ledger;
        const numbers = Array.from({ length: 2500 }, (_, index) => index);
        await queue.fanOut([...jobsOf(7, numbers), ...jobsOf(7, [1])], noon);
        expect(await queue.counts()).toEqual({ waiting: 2500, running: 0, buried: 0 });
        expect(await take(queue, 1, [70])).toEqual([]);
        await queue.fanOut(jobsOf(9, [1], { installationId: 71, priority: priority.sweep }), noon);
        expect(await take(queue, 9, [70])).toEqual(["9:1"]);
      },
    );

    law("what was given up stays given up unless it is to be revived", async ({ queue }) => {
      await queue.fanOut(jobsOf(7, [1]), noon);
      const job = await queue.claim(noon, 1000, []);
      if (job !== undefined) await queue.bury(job, "gone", noon);
      await queue.fanOut(jobsOf(7, [1]), noon);
      expect(await queue.counts()).toEqual({ waiting: 0, running: 0, buried: 1 });
      await queue.fanOut(jobsOf(7, [1], { revive: true }), noon);
      expect(await take(queue, 1)).toEqual(["7:1"]);
    });
  });
}
