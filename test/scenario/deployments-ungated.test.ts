/** What was deployed without our verdict, or against it, is noticed and recorded: who, what and how, once. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { audit, counted, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

const naming = policyFor("checkout", "gates:\n  deployment:\n    environments: [production]\n");

async function open(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  return openShop({ ...deploying, at: story.burning, policy: naming, ...options });
}

/** Every line about what passed us, and the counter that stands for it. */
async function noticed(shop: Shop): Promise<string[]> {
  const lines = await audit(shop, "deployed_without_verdict");
  expect(await counted(shop, "burngate_ungated_deployments_total")).toBe(lines.length);
  return lines;
}

/** Deploys by the API as ann, with all contexts left out, and says that it runs. */
async function pushed(shop: Shop, environment = "production", isHasty = false): Promise<void> {
  const { deployments } = shop.repository;
  const made = deployments.create({ ref: "main", environment, by: "ann", requiredContexts: [] });
  if (typeof made === "string") throw new Error(made);
  if (!isHasty) await shop.app.settle();
  deployments.setStatus(made.id, "in_progress", { by: "ann" });
  deployments.setStatus(made.id, "success", { by: "ann" });
  await shop.app.settle();
}

it("says nothing of a job that we approved", async () => {
  const shop = await open({ at: story.calm });
  gate(shop);
  const run = await deploy(shop);
  expect(run.state).toBe("succeeded");
  expect(await noticed(shop)).toEqual([]);
});

it("[T24] tells of an administrator who lets a job go on before our answer", async () => {
  const shop = await open({ config: { logLevel: "warn" } });
  gate(shop);
  shop.github.holdWebhooks();
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  shop.repository.actions.bypass(run, { by: "ann" });
  shop.github.releaseWebhooks();
  await shop.app.settle();

  expect(run.state).toBe("succeeded");
  expect(await noticed(shop)).toHaveLength(1);
  expect(shop.app.log).toContainEqual(expect.objectContaining({ msg: "deployed without verdict" }));
});

it("[T24] tells of an administrator who lets a job go on that we hold, with who, what and how", async () => {
  const holding = policyFor("checkout", "gates:\n  deployment:\n    hold: 30m\n");
  const shop = await open({ policy: holding });
  gate(shop);
  const run = await deploy(shop);
  expect(run.state).toBe("waiting");
  shop.repository.actions.bypass(run, { by: "ann" });
  await shop.app.settle();

  expect(await noticed(shop)).toEqual([
    `deployed_without_verdict by bob: ${run.sha} (main) to production by run ${run.id}: our answer was not given yet; an administrator, whom GitHub does not name, let it go on`,
  ]);
});

it("[T23] tells of a job whose environment the policy names and no rule of ours gates, healthy or not", async () => {
  const shop = await open({ at: story.calm });
  await deploy(shop, { environment: "Production" });
  expect(await noticed(shop)).toEqual([
    expect.stringMatching(/by bob: .* to Production by run \d+: .* no protection rule of ours asked/),
  ]);
});

it("says nothing of environments that no policy names, nor while only watching", async () => {
  for (const policy of [policyFor("checkout"), null, `mode: observe\n${naming}`]) {
    const shop = await open({ policy });
    await deploy(shop);
    await pushed(shop, "staging");
    expect(await noticed(shop)).toEqual([]);
    await shop.close();
  }
});

it("tells of a deployment by the API against our status", async () => {
  const shop = await open();
  await pushed(shop);
  expect(await noticed(shop)).toEqual([
    expect.stringMatching(/by ann: [0-9a-f]{40} \(main\) to production: against our status on the commit$/),
  ]);
});

it("tells of a deployment by the API that did not wait for our status, if that would have been red", async () => {
  const shop = await open();
  await pushed(shop, "production", true);
  expect(await noticed(shop)).toEqual([
    expect.stringMatching(/without waiting for our status on the commit$/),
  ]);
  await shop.close();

  const calm = await open({ at: story.calm });
  await pushed(calm, "production", true);
  await pushed(calm);
  expect(await noticed(calm)).toEqual([]);
});

it("tells of each deployment once, however often GitHub tells us", async () => {
  const shop = await open();
  await pushed(shop);
  shop.pass();
  for (const { guid, event } of shop.github.deliveries)
    if (event === "deployment_status") await shop.github.deliver(guid);
  await shop.app.settle();
  await pushed(shop);
  expect(await noticed(shop)).toHaveLength(2);
});

it("finds out when GitHub tells the policy again, if it did not at first", async () => {
  const shop = await open();
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: 5 });
  await deploy(shop);
  expect(await noticed(shop)).toHaveLength(1);
});

it("does not take yesterday's approval for today's, when the job is run again", async () => {
  const shop = await open();
  gate(shop);
  const run = await deploy(shop);
  expect(run.state).toBe("rejected");
  shop.pass();
  shop.github.holdWebhooks();
  shop.repository.actions.rerunFailed(run);
  shop.repository.actions.bypass(run, { by: "ann" });
  shop.github.releaseWebhooks();
  await shop.app.settle();
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
