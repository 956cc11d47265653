/** The same gate before a GitHub Enterprise Server, whose API lies below /api/v3 and at /api/graphql. */
import { beforeEach, describe, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import type { Shop } from "../world/shop.ts";
import { deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

let shop: Shop;
let pull: { number: number; headSha: string };

beforeEach(async () => {
  shop = await openShop({ isEnterprise: true, clock: walkingClock(story.calm) });
  pull = await shop.openPull();
  shop.pass();
});

/** Gives the shop to another organization that has the app, or has not. */
async function transfer(): Promise<void> {
  const initech = shop.github.installation({ account: "initech" });
  await shop.app.settle();
  shop.pass();
  shop.repository.transfer("initech", { installation: initech });
}

it("gates a pull request from its webhook to its status, red when the budget burns and green again", async () => {
  expect(shop.told(pull.headSha)).toMatch(/^success: checkout/);
  await shop.go(story.burning);
  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
  await shop.go(story.mended + 5 * 3_600_000);
  expect(shop.told(pull.headSha)).toMatch(/^success: Warning: checkout/);
});

it("answers a job that waits, whose callback lies below /api/v3", async () => {
  await shop.close();
  shop = await openShop({ ...deploying, isEnterprise: true, at: story.burning });
  gate(shop);
  const run = await deploy(shop);
  expect(run.state).toBe("rejected");

  await shop.go(story.mended + 6 * 3_600_000);
  const ownPath = `/repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`;
  run.draft.callbackUrl = `${shop.github.url}/api/v3${ownPath}`;
  shop.repository.actions.rerunFailed(run);
  await shop.app.settle();
  expect(run.state).toBe("succeeded");
});

it("finds what webhooks missed: pull requests in the list, deliveries in the log", async () => {
  shop.github.sendWebhooksTo(undefined);
  const unsent = shop.repository.openPull({ head: "unsent", author: "bob" });
  shop.github.sendWebhooksTo("http://127.0.0.1:9/");
  const unheard = shop.repository.openPull({ head: "unheard", author: "bob" });
  await shop.github.settled();
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
  await shop.app.machine.scan();
  await shop.app.settle();
  expect(shop.told(unheard.headSha)).toMatch(/^success: checkout/);
  await shop.sweep();
  expect(shop.told(unsent.headSha)).toMatch(/^success: checkout/);
});

it("follows a repository to its new name, told or not", async () => {
  shop.repository.rename("store");
  await shop.go(story.burning);
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  shop.github.sendWebhooksTo(undefined);
  shop.repository.rename("depot");
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
  await shop.sweep();
  expect(shop.rows("select name from repositories")).toEqual([{ name: "depot" }]);
});

it("[T49] takes a stranger that has our repository's old name for no repository of ours", async () => {
  shop.github.sendWebhooksTo(undefined);
  shop.repository.rename("store");
  const stranger = shop.github.repository({ owner: "acme", name: "shop", installation: shop.acme });
  stranger.commit("main", { "a.txt": "a" });
  stranger.openPull({ head: "strange", author: "mallory" });
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
  await shop.sweep();
  const pulls = shop.rows("select number, head_sha from pulls where is_open = 1");
  expect(pulls).toEqual([{ number: pull.number, head_sha: pull.headSha }]);
  expect(shop.rows("select buried_at from jobs where buried_at is not null")).toHaveLength(1);
});

describe("a transfer with a live bypass", () => {
  beforeEach(async () => {
    await shop.go(story.burning);
    shop.repository.label(pull.number, "hotfix", { by: "ann" });
    await shop.app.settle();
    expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
  });

  it("[T49] drops it: the old owner's team opens nothing", async () => {
    await transfer();
    await shop.app.settle();
    expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann refused/);
  });

  it("[T49] drops it at once, also while GitHub cannot tell who may", async () => {
    await transfer();
    const mend = shop.github.fail({ path: /timeline/, times: Infinity, status: 502, body: { message: "?" } });
    await shop.github.settled();
    await shop.app.machine.worker.processAll();
    expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
    mend();
    await shop.app.settle();
    expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann refused/);
  });

  it("[T49] drops it when only another event tells of the new owner", async () => {
    const initech = shop.github.installation({ account: "initech" });
    await shop.app.settle();
    shop.pass();
    shop.github.sendWebhooksTo(undefined);
    shop.repository.transfer("initech", { installation: initech });
    shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
    shop.github.fail({ path: /timeline/, times: Infinity, status: 502, body: { message: "?" } });
    shop.pass();
    shop.repository.label(pull.number, "docs", { by: "bob" });
    await shop.github.settled();
    await shop.app.machine.worker.processAll();
    expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
  });
});

it("takes up after a suspension what was opened, closed and decided meanwhile", async () => {
  shop.acme.suspend();
  await shop.app.settle();
  shop.pass();
  const closed = pull;
  shop.repository.close(closed.number, { by: "bob" });
  const opened = shop.repository.openPull({ head: "later", author: "bob" });
  await shop.go(story.burning);
  shop.acme.unsuspend();
  await shop.app.settle();
  expect(shop.told(opened.headSha)).toMatch(/^failure: checkout/);
  expect(shop.told(closed.headSha)).toMatch(/^success: checkout/);
});

it("asks nothing of an installation that is gone, neither by the watch, the sweep nor the scan", async () => {
  shop.acme.delete();
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);
  await shop.sweep();
  await shop.app.machine.scan();
  expect(shop.github.requests.map(({ path }) => path)).toEqual(["/app/hook/deliveries"]);
});
