import { expect, it } from "vitest";
import type { Hint } from "../../../src/domain/delivery.ts";
import { acceptDelivery } from "../../../src/gate/accept.ts";
import type { Ledger } from "../../../src/gate/ledger.ts";
import { bob, pullAt } from "../../contract/ledger-samples.ts";
import { gateWorld, noon, shop } from "./gate-world.ts";

const pull = pullAt(noon, { repositoryId: shop.id });
const opened: Hint = { kind: "pull_request", repository: shop, pull, pusher: bob };
const pushed: Hint = {
  kind: "push",
  repository: shop,
  branch: "main",
  headSha: pull.headSha,
  touched: "unknown",
};
const delivery = (hint: Hint) => ({ id: "d-1", name: "event", hint });

/** The kinds of the jobs that wait, the most urgent first. */
async function waiting({ queue }: Ledger): Promise<readonly string[]> {
  const jobs = [];
  for (
    let job = await queue.claim(noon, 1000, []);
    job !== undefined;
    job = await queue.claim(noon, 1000, [])
  )
    jobs.push(job.task.kind);
  return jobs;
}

it("works an event of a pull request with its storing", async () => {
  const { ledger, clock, world } = await gateWorld();
  expect(await acceptDelivery({ ledger, clock, events: world.events }, delivery(opened))).toBe("stored");
  expect(await ledger.pulls.openIn(shop.id)).toEqual([pull]);
  expect(await waiting(ledger)).toEqual(["subject"]);
});

it("queues the work of any other", async () => {
  const { ledger, clock, world } = await gateWorld();
  expect(await acceptDelivery({ ledger, clock, events: world.events }, delivery(pushed))).toBe("stored");
  expect(await waiting(ledger)).toEqual(["delivery"]);
});

it("[T16] leaves work that fails at once to the worker, and loses nothing", async () => {
  const { ledger, clock, world, log } = await gateWorld();
  const deliveries: Ledger["deliveries"] = {
    ...ledger.deliveries,
    accept: (one, now, work) =>
      ledger.deliveries.accept(
        one,
        now,
        work &&
          ((within) =>
            work({
              ...within,
              pulls: { ...within.pulls, observe: () => Promise.reject(new Error("a bug")) },
            })),
      ),
  };
  expect(
    await acceptDelivery({ ledger: { deliveries }, clock, events: world.events }, delivery(opened)),
  ).toBe("stored");
  expect(await waiting(ledger)).toEqual(["delivery"]);
  expect(log).toContainEqual(
    expect.objectContaining({
      level: "warn",
      task: "delivery:d-1",
      detail: "not worked with its storing: Error: a bug",
    }),
  );
});
