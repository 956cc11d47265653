import { describe, expect } from "vitest";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { Law } from "./ledger-contract.ts";
import { bob, deliveryOf, jobFor, noon, pullAt, shop } from "./ledger-samples.ts";

/** What is promised of deliveries. */
export function deliveryLaws(law: Law): void {
  describe("deliveries", () => {
    law("[T16] a delivery and its job appear together", async ({ deliveries, queue }) => {
      expect(await deliveries.accept(deliveryOf("d-1"), noon)).toBe("stored");
      expect(await deliveries.find("d-1")).toEqual(deliveryOf("d-1"));
      expect(await queue.claim(noon, 1000, [])).toMatchObject({ task: { kind: "delivery", id: "d-1" } });
    });

    law(
      "[T16] a delivery that comes again makes no second job, worked or not",
      async ({ deliveries, queue }) => {
        await deliveries.accept(deliveryOf("d-1"), noon);
        expect(await deliveries.accept(deliveryOf("d-1"), noon + 1)).toBe("known");
        expect(await queue.counts()).toEqual({ waiting: 1, running: 0, buried: 0 });
        const job = await queue.claim(noon, 1000, []);
        expect(await deliveries.accept(deliveryOf("d-1"), noon + 2)).toBe("known");
        expect(await queue.counts()).toEqual({ waiting: 0, running: 1, buried: 0 });
        await queue.finish(job!);
        await deliveries.worked("d-1", noon);
        expect(await deliveries.accept(deliveryOf("d-1"), noon + 3)).toBe("known");
        expect(await queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
      },
    );

    law("[T18] those that wait for their work are counted, up to a bound", async ({ deliveries, queue }) => {
      expect(await deliveries.waiting(5)).toBe(0);
      for (const id of ["d-1", "d-2", "d-3"]) await deliveries.accept(deliveryOf(id), noon);
      await queue.enqueue(jobFor(1), noon);
      expect(await deliveries.waiting(5)).toBe(3);
      expect(await deliveries.waiting(2)).toBe(2);
      const job = await queue.claim(noon, 1000, []);
      expect(await deliveries.waiting(5)).toBe(2);
      await queue.bury(job!, "broken", noon);
      expect(await deliveries.waiting(5)).toBe(2);
    });

    law(
      "[T9] a delivery was told when it was stored, or when it was tried in vain before",
      async (ledger) => {
        const { deliveries, gaps } = ledger;
        expect(await deliveries.toldAt("d-1")).toBeUndefined();
        for (const id of ["d-1", "d-2", "d-3"]) await deliveries.accept(deliveryOf(id), noon);
        const lost = { id: 1, event: "push", action: undefined, installationId: undefined };
        await gaps.note([{ ...lost, guid: "d-2", at: noon - 9 }], noon);
        await gaps.note([{ ...lost, guid: "d-3", at: noon + 9 }], noon + 9);
        const told = await Promise.all(["d-1", "d-2", "d-3"].map(async (id) => deliveries.toldAt(id)));
        expect(told).toEqual([noon, noon - 9, noon]);
      },
    );

    law(
      "[T16] what is worked with the storing is there when it is stored, and queued no more",
      async (ledger) => {
        const { deliveries, queue, pulls } = ledger;
        let works = 0;
        const work = async (within: Ledger): Promise<void> => {
          works += 1;
          await within.pulls.observe(pullAt(noon), bob);
          await within.queue.enqueue(jobFor(1), noon);
          await within.remarks.note(shop.id, 1, noon);
        };
        expect(await deliveries.accept(deliveryOf("d-1"), noon, work)).toBe("stored");
        expect(await pulls.openIn(shop.id)).toEqual([pullAt(noon)]);
        expect(await queue.claim(noon, 1000, [])).toMatchObject({ task: jobFor(1).task });
        expect(await queue.counts()).toMatchObject({ waiting: 0 });
        expect(await deliveries.accept(deliveryOf("d-1"), noon, work)).toBe("known");
        expect(works).toBe(1);
      },
    );

    law("[T16] what fails while it is stored leaves nothing, and takes no other with it", async (ledger) => {
      const { deliveries, queue, pulls } = ledger;
      const work =
        (id: number) =>
        async (within: Ledger): Promise<void> => {
          await within.pulls.observe(pullAt(noon, { number: id }), bob);
          await within.queue.enqueue(jobFor(id), noon);
          if (id === 2) throw new Error("a bug");
        };
      const all = await Promise.allSettled(
        [1, 2, 3].map(async (id) => deliveries.accept(deliveryOf(`d-${id}`), noon, work(id))),
      );
      expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await deliveries.find("d-2")).toBeUndefined();
      expect((await pulls.openIn(shop.id)).map(({ number }) => number)).toEqual([1, 3]);
      expect(await queue.counts()).toMatchObject({ waiting: 2 });
      expect(await deliveries.accept(deliveryOf("d-2"), noon)).toBe("stored");
      expect(await queue.counts()).toMatchObject({ waiting: 3 });
    });

    law("[T16] of many acceptances of one id at once, one stores", async ({ deliveries, queue }) => {
      const all = await Promise.all(
        Array.from({ length: 20 }, async () => deliveries.accept(deliveryOf("d-1"), noon)),
      );
      expect(all.toSorted()).toEqual([...Array.from({ length: 19 }, () => "known"), "stored"]);
      expect(await queue.counts()).toMatchObject({ waiting: 1 });
    });

    law(
      "a delivery that was given up is worked again when it is redelivered",
      async ({ deliveries, queue }) => {
        await deliveries.accept(deliveryOf("d-1"), noon);
        const job = await queue.claim(noon, 60_000, []);
        if (job === undefined) throw new Error("nothing is due");
        await queue.bury(job, "a bug", noon);
        expect(await deliveries.accept(deliveryOf("d-1"), noon + 1)).toBe("known");
        expect(await queue.claim(noon + 1, 60_000, [])).toMatchObject({ key: job.key, failures: 0 });
        expect(await deliveries.accept(deliveryOf("d-1"), noon + 2)).toBe("known");
        expect(await queue.counts()).toEqual({ waiting: 0, running: 1, buried: 0 });
      },
    );

    law("a delivery that never came is not found", async ({ deliveries }) => {
      expect(await deliveries.find("d-1")).toBeUndefined();
      await deliveries.worked("d-1", noon);
      expect(await deliveries.find("d-1")).toBeUndefined();
    });
  });
}
