/** `gates.deployments_api`: the status is kept on the default branch's head, so that GitHub itself refuses with 409. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { deploying } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const context = "error-budget/deploy: production";
const well = story.mended + 6 * 3_600_000;
const policy = policyFor("checkout", "gates:\n  deployments_api: [production]\n");

/** A shop that the sweep has looked at once: an open pull request has told which branch is the default. */
async function swept(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ ...deploying, policy, ...options });
  await shop.openPull();
  await shop.sweep();
  return shop;
}

/** What GitHub's own API says when ann deploys main: the deployment, or why not. */
function tried({ repository }: Shop, environment: string, requiredContexts?: readonly string[]): string {
  const asked = { ref: "main", environment, by: "ann" };
  const made = repository.deployments.create(
    requiredContexts === undefined ? asked : { ...asked, requiredContexts },
  );
  return typeof made === "string" ? made : "created";
}

function head({ repository }: Shop): string {
  return repository.resolve("main")?.sha ?? "";
}

it("refuses to deploy the branch while the budget burns, and allows it when that is well", async () => {
  const shop = await swept();
  expect(shop.told(head(shop), context)).toMatch(/^success/);
  expect(tried(shop, "production")).toBe("created");
  await shop.app.settle();

  await shop.go(story.burning);
  expect(shop.told(head(shop), context)).toMatch(/^failure: checkout/);
  expect(tried(shop, "production")).toMatch(/^Conflict/);
  expect(tried(shop, "production", [context])).toMatch(/^Conflict/);

  await shop.go(well);
  expect(tried(shop, "production")).toBe("created");
  expect(tried(shop, "production", [context])).toBe("created");
});

it("stands in the way of other environments only where callers name no contexts", async () => {
  const shop = await swept({ at: story.burning });
  expect(tried(shop, "staging")).toMatch(/^Conflict/);
  expect(tried(shop, "staging", [])).toBe("created");
});

it("follows the branch to a new head, from a push at once", async () => {
  const shop = await swept({ at: story.burning });
  const sha = shop.commit({ "b.txt": "b" });
  await shop.app.settle();
  expect(head(shop)).toBe(sha);
  expect(shop.told(sha, context)).toMatch(/^failure: checkout/);
});

it("ends on the newest head whatever the order of pushes, and finds it when they were lost", async () => {
  const shop = await swept({ at: story.burning });
  shop.github.holdWebhooks();
  shop.commit({ "b.txt": "b" });
  const sha = shop.commit({ "c.txt": "c" });
  const [first, second] = shop.github.deliveries.slice(-2).map(({ guid }) => guid);
  await shop.github.deliverAll({ order: [second ?? "", first ?? ""] });
  await shop.app.settle();
  expect(shop.told(sha, context)).toMatch(/^failure/);

  const lost = shop.commit({ "d.txt": "d" });
  await shop.sweep();
  expect(shop.told(lost, context)).toMatch(/^failure/);
});

it("says nothing on the heads of other branches, nor where the policy does not ask for it", async () => {
  const shop = await swept({ at: story.burning });
  const sha = shop.commit({ "b.txt": "b" }, "release");
  await shop.app.settle();
  expect(shop.repository.statuses(sha)).toEqual([]);
  await shop.close();

  const plain = await swept({ at: story.burning, policy: policyFor("checkout") });
  expect(plain.repository.statuses(head(plain))).toEqual([]);
});

it("begins and ends with the policy", async () => {
  const shop = await swept({ at: story.burning, policy: policyFor("checkout") });
  shop.pass();
  shop.commit({ [policyFile]: policy });
  await shop.app.settle();
  const sha = head(shop);
  expect(shop.told(sha, context)).toMatch(/^failure/);

  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();
  expect(await shop.app.machine.ledger.askers.waiting()).toEqual([]);
  expect(shop.told(sha, context)).toMatch(/^success: Not gated/);
});

it("goes on while no pull request is open, and where none into the branch is gated", async () => {
  const shop = await swept({
    policy: `${policy}  pull_request:\n    branches: [release/*]\n`,
  });
  shop.repository.close(1);
  await shop.app.settle();
  await shop.go(story.burning);
  expect(shop.told(head(shop), context)).toMatch(/^failure/);
});

it("does not ask again and again for the head of an empty repository", async () => {
  const shop = await swept();
  const empty = shop.github.repository({ owner: "acme", name: "empty" });
  shop.acme.add(empty);
  await shop.app.settle();
  // Every webhook about it names the branch that it will have.
  empty.rename("hollow");
  await shop.sweep();
  expect(await shop.app.machine.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
});

it("refuses each new head while the policy cannot be used, and allows it when that is mended", async () => {
  const shop = await swept();
  for (const more of [{ [policyFile]: "version: 1\nobjectives: []\n" }, { "b.txt": "b" }]) {
    shop.pass();
    shop.commit(more);
    await shop.app.settle();
    expect(shop.told(head(shop), context)).toMatch(/^error: Policy cannot be used/);
    expect(tried(shop, "production")).toMatch(/^Conflict/);
  }
  expect(await shop.app.machine.ledger.askers.waiting()).toHaveLength(1);

  shop.pass();
  shop.commit({ [policyFile]: policy });
  await shop.app.settle();
  expect(shop.told(head(shop), context)).toMatch(/^success/);
  expect(tried(shop, "production")).toBe("created");
});
