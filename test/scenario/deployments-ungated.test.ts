/** What was deployed without our verdict, or against it, is noticed and recorded: who, what and how, once. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";
import { naming, noticed, pushed } from "./ungated-kit.ts";

const openShop = shopsBefore();

async function open(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  return openShop({ ...deploying, at: story.burning, policy: naming, ...options });
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
