import { createHmac } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { contextOf } from "../../src/github/status.ts";
import { webhookPath } from "../../src/http/server.ts";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

const lax = policyFor("checkout").replace("99.9%", "50%");

const state = (sha: string, base = "main"): string | undefined =>
  shop.told(sha, contextOf({ baseRef: base, gate: { kind: "pull_request" } }))?.split(":", 1)[0];

beforeEach(async () => {
  shop = await openShop({ at: story.burning });
});

it("[T3] keeps two pull requests with one head and two bases apart, so that the lax base never answers for the strict one", async () => {
  shop.commit({ [policyFile]: lax }, "sandbox");
  const strict = await shop.openPull({ head: "feature" });
  const easy = await shop.openPull({ head: "feature", base: "sandbox" });

  expect(easy.headSha).toBe(strict.headSha);
  expect(state(strict.headSha, "main")).toBe("failure");
  expect(state(easy.headSha, "sandbox")).toBe("success");
});

it("[T3] gives branches whose names differ only in case contexts that GitHub keeps apart", async () => {
  shop.commit({ [policyFile]: lax }, "MAIN");
  const strict = await shop.openPull({ head: "feature" });
  await shop.openPull({ head: "feature", base: "MAIN" });

  const contexts = shop.repository.statuses(strict.headSha).map(({ context }) => context.toLowerCase());
  expect(new Set(contexts).size).toBe(2);
  expect(state(strict.headSha, "main")).toBe("failure");
  expect(state(strict.headSha, "MAIN")).toBe("success");
});

it("[T3] stays shut for two pull requests of one commit until both are bypassed", async () => {
  const first = await shop.openPull({ head: "feature" });
  const second = await shop.openPull({ head: "feature" });
  shop.pass();

  shop.repository.label(first.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(first.headSha)).toContain(`PR #${second.number} has this commit and no bypass.`);
  expect(state(first.headSha)).toBe("failure");

  shop.pass();
  shop.repository.label(second.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(first.headSha)).toMatch(/^success: Bypassed by @ann/);
});

it("[T3] shuts a bypassed commit when another pull request is opened on it, and opens when that one is closed", async () => {
  const first = await shop.openPull({ head: "feature" });
  shop.pass();
  shop.repository.label(first.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(state(first.headSha)).toBe("success");

  shop.pass();
  const second = await shop.openPull({ head: "feature" });
  expect(state(first.headSha)).toBe("failure");

  shop.pass();
  shop.repository.close(second.number);
  await shop.app.settle();
  expect(state(first.headSha)).toBe("success");
});

it("[T3] judges a retargeted pull request by its new base, and by the old one when it comes back", async () => {
  shop.commit({ [policyFile]: lax }, "sandbox");
  const pull = await shop.openPull();
  expect(state(pull.headSha)).toBe("failure");

  shop.pass();
  shop.repository.retarget(pull.number, "sandbox", { by: "bob" });
  await shop.app.settle();
  expect(state(pull.headSha, "sandbox")).toBe("success");
  expect(state(pull.headSha, "main")).toBe("failure");

  shop.pass();
  shop.repository.retarget(pull.number, "main", { by: "bob" });
  await shop.app.settle();
  expect(state(pull.headSha, "main")).toBe("failure");
});

it("[T3] does not carry a green over when the budget burned while the pull request aimed elsewhere", async () => {
  shop.clock.set(story.calm);
  shop.commit({ [policyFile]: lax }, "sandbox");
  const pull = await shop.openPull();
  expect(state(pull.headSha, "main")).toBe("success");
  shop.pass();
  shop.repository.retarget(pull.number, "sandbox", { by: "bob" });
  await shop.app.settle();

  await shop.go(story.burning);
  shop.repository.retarget(pull.number, "main", { by: "bob" });
  await shop.app.settle();

  expect(state(pull.headSha, "main")).toBe("failure");
});

it("[T4] ignores an event whose pull request wants into another repository than the event is about", async () => {
  shop.github.holdWebhooks();
  shop.repository.openPull({ head: "feature", author: "bob" });
  const [made] = shop.github.deliveries.slice(-1);
  const payload = structuredClone(made?.payload) as { pull_request: { base: { repo: { id: number } } } };
  payload.pull_request.base.repo.id += 1;
  const body = JSON.stringify(payload);

  const answer = await fetch(`${shop.app.url}${webhookPath}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-delivery": "11111111-1111-1111-1111-111111111111",
      "x-github-event": "pull_request",
      "x-hub-signature-256": `sha256=${createHmac("sha256", shop.github.webhookSecret).update(body).digest("hex")}`,
    },
  });
  await shop.app.machine.worker.processAll();

  expect(answer.status).toBe(202);
  expect(await answer.text()).toContain("Not needed");
  expect(shop.rows("select * from pulls")).toEqual([]);
  expect(shop.github.requests).toEqual([]);
});

it("[T4] judges a pull request from a fork in the base repository only, and never reads a policy from the fork", async () => {
  const pull = await shop.openPull({
    author: "stranger",
    fork: "stranger/shop",
    files: { [policyFile]: lax },
  });

  expect(state(pull.headSha)).toBe("failure");
  expect(shop.github.requests.filter(({ path }) => path.startsWith("/repos/stranger"))).toEqual([]);
  const policyReads = shop.github.requests.filter(({ path }) => path.includes("/contents/"));
  expect(policyReads.map(({ query }) => query)).toEqual([`ref=${shop.repository.branches.get("main")}`]);
});

it("[T4] [T7] lets an entitled person bypass a pull request from a fork, whose pushes only the webhook tells", async () => {
  const pull = await shop.openPull({ author: "stranger", fork: "stranger/shop" });
  shop.pass();

  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
  expect(shop.github.count({ path: /\/activity$/ })).toBe(0);
});
