/** What is noticed of deployments while GitHub tells too little, too late or nothing: nobody is accused by mistake. */
import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { audit, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";
import { naming, noticed, pushed } from "./ungated-kit.ts";

const openShop = shopsBefore();

async function open(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  return openShop({ ...deploying, at: story.burning, policy: naming, ...options });
}

it("finds out when GitHub tells the policy again, if it did not at first", async () => {
  const shop = await open();
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: 5 });
  await deploy(shop);
  expect(await noticed(shop)).toHaveLength(1);
});

for (const [how, end] of [
  ["deleted", (shop: Shop) => shop.repository.delete()],
  ["out of our sight", (shop: Shop) => shop.acme.remove(shop.repository)],
  ["without the app", (shop: Shop) => shop.acme.delete()],
] as const) {
  it(`asks no more what gated a deployment in a repository that is ${how}`, async () => {
    const shop = await open();
    shop.github.holdWebhooks();
    const { deployments } = shop.repository;
    const made = deployments.create({
      ref: "main",
      environment: "production",
      by: "ann",
      requiredContexts: [],
    });
    if (typeof made === "string") throw new Error(made);
    deployments.setStatus(made.id, "in_progress", { by: "ann" });
    end(shop);
    const last = shop.github.deliveries.at(-1);
    const late = shop.github.deliveries.filter(({ event }) => event === "deployment_status");
    if (last === undefined) throw new Error("nothing told of the end");
    await shop.github.deliverAll({ order: [last, ...late].map(({ guid }) => guid) });
    await shop.app.settle();

    expect(shop.rows("select id from deliveries where worked_at is null")).toEqual([]);
    expect(shop.rows("select key from jobs where key like 'delivery:%'")).toEqual([]);
    expect(await noticed(shop)).toEqual([]);
  });
}

it("notices what GitHub did not tell at first, as soon as it tells", async () => {
  const shop = await open();
  shop.github.fail({ path: /git\/ref/, status: 502, times: 3 });
  await pushed(shop, "production", true);
  expect(await noticed(shop)).toHaveLength(1);
});

it("says nothing of a job that we approved when its run asks anew before GitHub tells that it ran", async () => {
  const shop = await open({ at: story.calm });
  gate(shop);
  shop.github.holdWebhooks();
  const { actions } = shop.repository;
  const run = actions.run({ ref: "main", environment: "production", by: "bob" });
  await heard(shop, "deployment_protection_rule");
  expect(run.state).toBe("succeeded");

  shop.clock.set(story.burning);
  await shop.app.tick();
  actions.addJob(run, "production");
  await heard(shop, "deployment_protection_rule");
  expect(run.state).toBe("rejected");
  await shop.github.deliverAll();
  await shop.app.settle();
  expect(await noticed(shop)).toEqual([]);
});

it("says nothing of a job that we approved, never heard so, and would reject by now", async () => {
  const shop = await open({ at: story.calm });
  gate(shop);
  shop.github.holdWebhooks();
  shop.github.fail({
    method: "POST",
    path: /\/deployment_protection_rule$/,
    destroySocket: true,
    afterEffect: true,
  });
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await shop.github.deliver(newest(shop, "deployment_protection_rule"));
  await shop.app.machine.worker.processAll();
  expect(run.state).toBe("succeeded");

  await shop.go(story.burning);
  expect(await shop.app.machine.ledger.askers.waiting()).toEqual([]);
  await shop.github.deliverAll();
  await shop.app.settle();
  expect(await noticed(shop)).toEqual([]);
  expect(await audit(shop)).toEqual([
    expect.stringMatching(/approved before; now rejected, which GitHub no/),
  ]);
});

it("tells of a job that goes on although we rejected it, after an approval that never arrived", async () => {
  const shop = await open({ at: story.calm });
  gate(shop);
  shop.github.fail({ method: "POST", path: /\/deployment_protection_rule$/, status: 502 });
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await shop.github.settled();
  await shop.app.machine.worker.processAll();
  await shop.go(story.burning);
  expect(run.state).toBe("rejected");

  shop.repository.deployments.setStatus(run.job().deployment?.id ?? 0, "in_progress", { by: "ann" });
  await shop.app.settle();
  expect(await noticed(shop)).toEqual([
    expect.stringMatching(/our answer was no; an administrator, whom GitHub does not name, let it go on/),
  ]);
});

it("asks again whether somebody had opened the gate, before it tells of a deployment by the API", async () => {
  const shop = await open();
  const wrong = { path: /\/commits\/[0-9a-f]+\/pulls/, status: 502, times: Infinity };
  const mend = shop.github.fail(wrong);
  shop.github.holdWebhooks();
  await pushed(shop, "production", true);
  await shop.github.deliver(newest(shop, "deployment_status"));
  await shop.app.machine.worker.processAll();
  expect(await noticed(shop)).toEqual([]);
  mend();
  await shop.app.settle();
  expect(await noticed(shop)).toHaveLength(1);
});

it("does not ask for ever for the policy of a branch that is gone", async () => {
  for (const deployed of [
    async (shop: Shop): Promise<unknown> => deploy(shop),
    async (shop: Shop): Promise<unknown> => pushed(shop, "production", true),
  ]) {
    const shop = await open({ at: story.calm });
    shop.github.holdWebhooks();
    const { branches } = shop.repository;
    await deployed(shop);
    branches.delete("main");
    await shop.github.deliver(newest(shop, "deployment_status"));
    await shop.app.machine.worker.processAll();
    expect(shop.rows("select key from jobs where key like 'delivery:%'")).toEqual([]);
    expect(await noticed(shop)).toEqual([]);
    await shop.close();
  }
});

/** The newest webhook of a kind. */
function newest({ github }: Shop, kind: string): string {
  return github.deliveries.findLast(({ event }) => event === kind)?.guid ?? "";
}

/** Lets the newest webhook of a kind through, while others wait, and looks at it. */
async function heard(shop: Shop, kind: string): Promise<void> {
  await shop.github.deliver(newest(shop, kind));
  await shop.app.settle();
}
