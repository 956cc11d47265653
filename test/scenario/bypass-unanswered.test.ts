import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

const gone = { path: /\/timeline/, times: Infinity, status: 502, body: { message: "Server Error" } };

async function open(at: number, expires = "2h"): Promise<{ number: number; headSha: string }> {
  const policy = policyFor("checkout").replace("expires: 2h", `expires: ${expires}`);
  shop = await openShop({ at, policy });
  const pull = await shop.openPull();
  shop.pass();
  return pull;
}

/** Lets minutes pass, with watch and jobs running and with what is planned to fail failing. */
async function run(minutes: number): Promise<void> {
  await shop.github.settled();
  for (let minute = 0; minute < minutes; minute += 1) {
    await shop.app.machine.tick();
    await shop.app.machine.worker.processAll();
    shop.clock.advance(60_000);
  }
}

it("keeps the gate shut while GitHub cannot tell who set the label, and opens it when it can", async () => {
  const pull = await open(story.burning);
  const mend = shop.github.fail(gone);
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await run(5);
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);

  mend();
  await run(6);
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
});

it("[T6] turns red, label or not, while GitHub cannot tell who set the label", async () => {
  const pull = await open(story.calm);
  shop.repository.label(pull.number, "hotfix", { by: "mallory" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: checkout/);
  shop.github.fail(gone);

  shop.clock.set(story.burning);
  await run(5);

  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
  expect(shop.repository.statuses(pull.headSha)).toHaveLength(2);
});

it("[T6] turns red, label or not, when GitHub refuses to tell who set the label", async () => {
  const pull = await open(story.calm);
  shop.repository.label(pull.number, "hotfix", { by: "mallory" });
  await shop.app.settle();
  shop.github.fail({ ...gone, status: 403, body: { message: "Resource not accessible by integration" } });

  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});

it("lets a bypass stand for its time while GitHub cannot tell of it, and not a minute longer", async () => {
  const pull = await open(story.burning, "10m");
  const labeledAt = shop.clock.now();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  shop.pass();
  shop.github.fail(gone);
  shop.repository.label(pull.number, "docs", { by: "bob" });
  await run(5);
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
  expect(shop.repository.statuses(pull.headSha)).toHaveLength(2);

  shop.clock.set(labeledAt + 10 * 60_000);
  await run(1);
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});
