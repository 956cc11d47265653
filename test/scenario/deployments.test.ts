/** Deployments by GitHub's Deployments API: told by a commit status and a deployment status. */
import { expect, it } from "vitest";
import { dayMs, policyFor, story } from "../world/checkout.ts";
import type { Deployment } from "../world/github-deployment.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { deploy, deploying } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const context = "error-budget/deploy: production";
const well = story.mended + 6 * 3_600_000;

const naming = policyFor("checkout", "gates:\n  deployment:\n    environments: [production]\n");

async function open(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  return openShop({ ...deploying, policy: naming, ...options });
}

/** Deploys main as ann does, whatever the statuses, and lets it be looked at. */
async function created(shop: Shop, environment = "production"): Promise<Deployment> {
  const made = shop.repository.deployments.create({
    ref: "main",
    environment,
    by: "ann",
    requiredContexts: [],
  });
  if (typeof made === "string") throw new Error(made);
  await shop.app.settle();
  return made;
}

/** What a deployment was told, oldest first. */
function said({ repository }: Shop, { id }: Deployment): string[] {
  return repository.deployments.statuses(id).map(({ state, description }) => `${state}: ${description}`);
}

async function waiting({ app }: Shop): Promise<number> {
  return (await app.machine.ledger.askers.waiting()).length;
}

it("are told that the gate is open, and never success, since we deploy nothing", async () => {
  const shop = await open();
  const made = await created(shop);
  expect(shop.told(made.sha, context)).toMatch(/^success: checkout: 95% left/);
  expect(said(shop, made)).toEqual([expect.stringMatching(/^queued: checkout: 95% left/)]);
});

it("are told that the budget burns, once, and once more when it is well again", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  await shop.app.tick();
  await shop.sweep();
  expect(shop.told(made.sha, context)).toMatch(/^failure: checkout: 1h burn/);
  expect(said(shop, made)).toEqual([expect.stringMatching(/^failure: checkout: 1h burn/)]);

  await shop.go(well);
  expect(shop.told(made.sha, context)).toMatch(/^success/);
  expect(said(shop, made)).toEqual([expect.stringMatching(/^failure/), expect.stringMatching(/^queued: /)]);
});

it("are told that nothing was measured as an error", async () => {
  const shop = await open({ source: { url: new URL("http://127.0.0.1:9") } });
  const made = await created(shop);
  expect(said(shop, made)).toEqual([expect.stringMatching(/^error: Not measured: checkout/)]);
});

it("are told nothing more once somebody else says that they run or have ended", async () => {
  for (const state of ["in_progress", "success", "failure", "error"] as const) {
    const shop = await open();
    const made = await created(shop);
    shop.repository.deployments.setStatus(made.id, state, { by: "ann" });
    await shop.app.settle();
    expect(await waiting(shop)).toBe(0);
    await shop.go(story.burning);
    expect(said(shop, made)).toHaveLength(2);
    expect(shop.told(made.sha, context)).toMatch(/^success/);
    await shop.close();
  }
});

it("are still told while somebody else only says that they are queued or pending", async () => {
  const shop = await open();
  const made = await created(shop);
  for (const state of ["queued", "pending"] as const) {
    shop.repository.deployments.setStatus(made.id, state, { by: "ann" });
    await shop.app.settle();
  }
  await shop.go(story.burning);
  expect(said(shop, made).at(-1)).toMatch(/^failure: checkout/);
});

it("do not take our own failure for the end", async () => {
  const shop = await open({ at: story.burning });
  await created(shop);
  expect(await waiting(shop)).toBe(1);
});

it("do not take our own failure for the end when GitHub tells of it after we have said something else", async () => {
  const shop = await open();
  const made = await created(shop);
  shop.github.holdWebhooks();
  await shop.go(story.burning);
  await shop.go(well);
  expect(said(shop, made).map((one) => one.split(":", 1)[0])).toEqual(["queued", "failure", "queued"]);

  await shop.github.deliverAll();
  await shop.app.settle();
  expect(await waiting(shop)).toBe(1);
});

it("leave no red behind on the commit when they ended while the budget burned", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  shop.repository.deployments.setStatus(made.id, "failure", { by: "ann", description: "gave up" });
  await shop.app.settle();
  expect(said(shop, made)).toHaveLength(2);
  expect(shop.told(made.sha, context)).toMatch(/^failure/);

  await shop.go(well);
  expect(said(shop, made)).toHaveLength(2);
  expect(shop.told(made.sha, context)).toMatch(/^success/);
  expect(await waiting(shop)).toBe(0);
});

it("are let go of after a day", async () => {
  const shop = await open();
  const made = await created(shop);
  shop.clock.advance(dayMs);
  await shop.sweep();
  expect(await waiting(shop)).toBe(0);
  expect(said(shop, made)).toHaveLength(1);
});

it("do not begin again when their creation is told after their success", async () => {
  const shop = await open();
  shop.github.holdWebhooks();
  const made = shop.repository.deployments.create({
    ref: "main",
    environment: "production",
    by: "ann",
    requiredContexts: [],
  });
  if (typeof made === "string") throw new Error(made);
  shop.repository.deployments.setStatus(made.id, "success", { by: "ann" });
  const [creation, success] = shop.github.deliveries.slice(-2).map(({ guid }) => guid);
  for (const guid of [success, creation]) {
    await shop.github.deliver(guid ?? "");
    await shop.app.settle();
  }
  expect(said(shop, made)).toHaveLength(1);
  expect(await waiting(shop)).toBe(0);
});

it("are not spoken of where the policy does not name their environment, or there is none, or it is broken", async () => {
  for (const policy of [policyFor("checkout"), null, "version: 1\nobjectives: []\n"]) {
    const shop = await open({ at: story.burning, policy });
    const made = await created(shop);
    expect(said(shop, made)).toEqual([]);
    expect(shop.repository.statuses(made.sha)).toEqual([]);
    await shop.close();
  }
});

it("have our word taken back when the policy no longer names their environment", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();
  await shop.sweep();
  expect(shop.told(made.sha, context)).toMatch(/^success: Not gated: .* does not name this environment/);
  expect(await waiting(shop)).toBe(0);
});

it("of workflows' jobs get no status from us: their job is answered", async () => {
  const shop = await open({ at: story.burning });
  shop.repository.environments.create("production");
  shop.repository.environments.enableRule("production");
  const run = await deploy(shop);
  const [made] = shop.repository.deployments.all();
  expect(run.state).toBe("rejected");
  expect(shop.repository.statuses(run.sha)).toEqual([]);
  expect(shop.repository.deployments.statuses(made?.id ?? 0).map(({ creator }) => creator.login)).toEqual([
    "github-actions[bot]",
  ]);
});

it("[T31] are told anew without their numbers as soon as the repository becomes public", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  expect(shop.told(made.sha, context)).toMatch(/\d+(\.\d+)?x/);

  shop.repository.publicize();
  await shop.app.settle();
  expect(shop.told(made.sha, context)).toMatch(/^failure: checkout: error budget burns too fast/);
});

it("[T31] are told without their numbers by the next sweep when that word was lost", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  shop.github.holdWebhooks();
  shop.repository.publicize();
  const { queue } = shop.app.machine.ledger;
  const task = { kind: "repository", repositoryId: shop.repository.id } as const;
  const now = shop.clock.now();
  await queue.enqueue({ task, installationId: undefined, priority: 10, notBefore: now, revive: true }, now);
  await shop.app.settle();
  expect(shop.told(made.sha, context)).toMatch(/^failure: checkout: error budget burns too fast/);
});

it("[T31] are told without their numbers when another event tells first that the repository is public", async () => {
  const shop = await open({ at: story.burning });
  const made = await created(shop);
  shop.github.holdWebhooks();
  shop.repository.publicize();
  await shop.openPull();
  await shop.github.deliver(shop.github.deliveries.at(-1)?.guid ?? "");
  await shop.app.settle();
  expect(shop.told(made.sha, context)).toMatch(/^failure: checkout: error budget burns too fast/);
});

it("[T31] tell the public no number", async () => {
  const shop = await open({ at: story.burning, isPublic: true });
  expect(said(shop, await created(shop))).toEqual([
    expect.stringMatching(/^failure: checkout: error budget burns too fast at 12:20Z\./),
  ]);
});

it("are judged by the branch that is the default by now, when the one they began under is gone", async () => {
  const shop = await open();
  const made = await created(shop);
  const { repository } = shop;
  repository.branches.set("trunk", repository.resolve("main")?.sha ?? "");
  repository.branches.delete("main");
  repository.defaultBranch = "trunk";
  await shop.openPull();
  const { policies } = shop.app.machine.ledger;
  await policies.markStale(repository.id, "main", shop.clock.now());

  await shop.sweep();
  expect(shop.rows("select distinct base_ref from askers")).toEqual([{ base_ref: "trunk" }]);
  expect(said(shop, made)).toHaveLength(1);
  await shop.go(story.burning);
  expect(shop.told(made.sha, context)).toMatch(/^failure: checkout/);
  expect(said(shop, made)).toEqual([expect.stringMatching(/^queued/), expect.stringMatching(/^failure/)]);
});

const statuses = /\/deployments\/\d+\/statuses$/;

it("are told again what GitHub did not take", async () => {
  const shop = await open();
  shop.github.fail({ method: "POST", path: statuses, status: 502, times: 2 });
  expect(said(shop, await created(shop))).toEqual([expect.stringMatching(/^queued/)]);
});

it("are told nothing more when GitHub has them no longer, but by the commit status", async () => {
  for (const status of [404, 422]) {
    const shop = await open();
    shop.github.fail({ method: "POST", path: statuses, status, times: Infinity });
    const made = await created(shop);
    await shop.go(story.burning);
    expect(shop.github.count({ method: "POST", path: statuses })).toBe(1);
    expect(shop.told(made.sha, context)).toMatch(/^failure: checkout/);
    expect(shop.rows("select * from jobs")).toEqual([]);
    await shop.close();
  }
});

it("are held where we spoke before when the policy can no longer be used", async () => {
  const shop = await open();
  const made = await created(shop);
  shop.pass();
  shop.commit({ [policyFile]: "version: 1\nobjectives: []\n" });
  await shop.app.settle();
  await shop.sweep();
  expect(shop.told(made.sha, context)).toMatch(/^error: Policy cannot be used/);
  expect(said(shop, made).at(-1)).toMatch(/^error: Policy cannot be used/);
});
