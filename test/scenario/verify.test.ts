import { expect, it } from "vitest";
import { cartsHistory, deployedAt } from "../world/carts.ts";
import { checkoutHistory, policyFor, story } from "../world/checkout.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { deploying } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore([...checkoutHistory, ...cartsHistory]);

const minute = 60_000;
const context = "error-budget/verify: production";
const verify = (more = ""): string => `gates: {verify: {after: 15m, window: 15m, every: 1m${more}}}\n`;

async function watching(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ ...deploying, policy: policyFor("checkout", verify()), ...options });
  await shop.openPull();
  return shop;
}

/** Deploys main by the API, and tells that it is up; gives the commit. */
async function deployed(shop: Shop, environment = "production"): Promise<string> {
  const sha = shop.repository.commit("main", { "d.txt": String(shop.clock.now()) });
  const { deployments } = shop.repository;
  const made = deployments.create({ ref: "main", environment, by: "ann", requiredContexts: [] });
  if (typeof made === "string") throw new Error(made);
  deployments.setStatus(made.id, "success", { by: "ann" });
  await shop.app.settle();
  return sha;
}

it("watches a deployment, and passes it when nothing has happened for its time", async () => {
  const shop = await watching();
  const sha = await deployed(shop);
  await shop.app.tick(1000);
  expect(shop.told(sha, context)).toBe(
    "pending: Watching since the deployment; nothing has failed. Passes ~09:15Z.",
  );
  for (let minutes = 1; minutes < 15; minutes += 1) await shop.app.tick(minute);
  expect(shop.told(sha, context)).toMatch(/^pending/);
  await shop.app.tick(minute);
  expect(shop.told(sha, context)).toBe("success: Verified: no harm seen in 15m since the deployment.");
});

it("tells a harmful deployment at once, by what burnt since it", async () => {
  const shop = await watching({ at: story.outage - 5 * minute });
  const sha = await deployed(shop);
  await shop.go(story.outage - 2 * minute);
  expect(shop.told(sha, context)).toMatch(/^pending/);
  await shop.go(story.outage + 3 * minute);
  expect(shop.told(sha, context)).toMatch(/^failure: checkout: 8m burn \d+x > 14\.4x/);
  await shop.go(story.mended + 6 * 60 * minute);
  expect(shop.told(sha, context)).toMatch(/^failure/);
  const [verdict] = shop.rows("select outcome, evidence from verdicts where gate like 'verification:%'");
  expect(verdict?.["outcome"]).toBe("block");
});

it("does not blame a deployment for what burnt before it", async () => {
  const shop = await watching({ at: story.mended + minute });
  const sha = await deployed(shop);
  await shop.go(story.mended + 17 * minute);
  expect(shop.told(sha, context)).toMatch(/^success/);
});

it("does not pass what it could not measure", async () => {
  const shop = await watching({ source: { url: new URL("http://127.0.0.1:9") } });
  const sha = await deployed(shop);
  await shop.go(story.calm + 16 * minute);
  expect(shop.told(sha, context)).toMatch(/^error: Not measured: checkout/);
});

it("fails nothing where the policy only observes", async () => {
  const shop = await watching({
    at: story.outage,
    policy: policyFor("checkout", `${verify()}mode: observe\n`),
  });
  const sha = await deployed(shop);
  await shop.go(story.outage + 16 * minute);
  expect(shop.told(sha, context)).toMatch(/^success: Would fail: checkout/);
});

it("is told of once, however often and in whatever order GitHub tells", async () => {
  const shop = await watching();
  const { ledger } = shop.app.machine;
  const fact = {
    from: "github",
    repositoryId: shop.repository.id,
    environment: "Production",
    service: undefined,
    sha: "a".repeat(40),
    phase: "succeeded",
    key: "1",
    at: story.calm,
  } as const;
  await Promise.all([fact, fact, fact].map(async (one) => ledger.verifications.begin(one)));
  const states = (): unknown[] =>
    shop.rows("select state from verifications order by deployed_at").map(({ state }) => state);
  expect(states()).toEqual(["open"]);
  await ledger.verifications.begin({ ...fact, environment: "production", key: "3", at: story.calm + 2 });
  expect(states()).toEqual(["superseded", "open"]);
  await ledger.verifications.begin({ ...fact, key: "2", at: story.calm + 1 });
  expect(states()).toEqual(["superseded", "superseded", "open"]);
});

it("ends what a crash interrupted, with the same word", async () => {
  const shop = await watching({ at: story.outage });
  const sha = await deployed(shop);
  shop.github.fail({ method: "POST", path: /\/statuses\//, times: 2, destroySocket: true });
  await shop.go(story.outage + 3 * minute);
  await shop.app.restart();
  await shop.go(story.mended + 90 * minute);
  expect(shop.told(sha, context)).toMatch(/^failure: checkout: 3m burn/);
});

it("tells the repository's workflows of a failure, once, where it may", async () => {
  const may = { ...deploying, permissions: { ...deploying.permissions, contents: "write" } } as const;
  const shop = await watching({
    ...may,
    at: story.outage,
    policy: policyFor("checkout", verify(", dispatch: true")),
  });
  const sha = await deployed(shop);
  await shop.go(story.outage + 3 * minute);
  await shop.go(story.outage + 20 * minute);
  expect(shop.repository.dispatches).toEqual([
    {
      eventType: "burngate-verification-failed",
      payload: {
        environment: "production",
        sha,
        reason: expect.stringMatching(/^checkout: 3m burn/) as string,
      },
    },
  ]);
});

it("fails the verification all the same where it may not tell them", async () => {
  const shop = await watching({
    at: story.outage,
    policy: policyFor("checkout", verify(", dispatch: true")),
  });
  const sha = await deployed(shop);
  await shop.go(story.outage + 3 * minute);
  // The status took this second's turn to write.
  await shop.app.tick(minute);
  expect(shop.told(sha, context)).toMatch(/^failure/);
  expect(shop.repository.dispatches).toEqual([]);
  expect(shop.rows("select state from verifications")).toEqual([{ state: "failed" }]);
});

it("says nothing of environments that the policy does not name, or without a policy for it", async () => {
  const shop = await watching({ policy: policyFor("checkout", verify(", environments: [staging]")) });
  const sha = await deployed(shop);
  await shop.go(story.calm + 16 * minute);
  expect(shop.told(sha, context)).toBeUndefined();
  expect(shop.rows("select state from verifications")).toEqual([{ state: "not_wanted" }]);
});

it("tells the four builds of the article as Keptn would: pass, pass, fail, warning", async () => {
  const example = (name: string): string =>
    readFileSync(join(import.meta.dirname, "../../examples/policies/quality", name), "utf8");
  const policy = `version: 1
quality_gates: [{name: carts, keptn: slo.yaml, sli: sli.yaml, project: sockshop, stage: production, service: carts}]
${verify()}`;
  const shop = await openShop({ ...deploying, policy: null, at: deployedAt(1) + minute });
  shop.commit({
    [policyFile]: policy,
    "slo.yaml": example("carts.slo.yaml"),
    "sli.yaml": example("carts.sli.yaml"),
  });
  await shop.openPull();
  const told: unknown[] = [];
  for (const build of [1, 2, 3, 4]) {
    shop.clock.set(deployedAt(build) + minute);
    const sha = await deployed(shop);
    await shop.go(deployedAt(build) + 17 * minute);
    told.push(shop.told(sha, context));
  }
  expect(told).toEqual([
    "success: Verified: no harm seen in 16m since the deployment.",
    "success: Verified: no harm seen in 16m since the deployment.",
    expect.stringMatching(
      /^failure: Quality gate carts failed at 09:17Z: score 50: Evaluation failed due to key_sli/,
    ),
    expect.stringMatching(/^success: Warning: Quality gate carts warns at 09:47Z: score 75/),
  ]);
  const { evaluations } = shop.app.machine.ledger;
  const kept = (await evaluations.newest(shop.repository.id, 10)).toReversed();
  expect(kept.map(({ data }) => [data.result, data.evaluation.score])).toEqual([
    ["pass", 100],
    ["pass", 100],
    ["fail", 50],
    ["warning", 75],
  ]);
  const [, , , last] = kept;
  const [p95] = last?.data.evaluation.indicatorResults ?? [];
  expect(p95?.value?.value).toBeCloseTo(400, 6);
  // Of the three before it only those that passed count, as the file says: the mean of 200 and 240.
  expect(p95?.value?.comparedValue).toBeCloseTo(220, 6);
});
