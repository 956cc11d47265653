import { beforeEach, expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.openPull();
  shop.pass();
  shop.github.forget();
});

const asked = (): readonly string[] => shop.github.requests.map(({ method, path }) => `${method} ${path}`);

it("costs one write and no read to judge a new pull request of a repository that is known", async () => {
  const { headSha } = await shop.openPull();

  expect(asked()).toEqual([`POST /repos/acme/shop/statuses/${headSha}`]);
});

it("costs one write and no read to judge a push", async () => {
  const headSha = shop.repository.push(1, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  expect(asked()).toEqual([`POST /repos/acme/shop/statuses/${headSha}`]);
});

it("costs nothing when an event changes nothing", async () => {
  const { repository } = shop;
  repository.label(1, "docs", { by: "bob" });
  shop.pass();
  repository.unlabel(1, "docs", { by: "bob" });
  shop.pass();
  repository.editTitle(1, "Better", { by: "bob" });
  shop.pass();
  repository.setDraft(1, true, { by: "bob" });
  shop.pass();
  repository.setDraft(1, false, { by: "bob" });
  shop.pass();
  repository.comment(1, "Looks good", { by: "ann" });
  shop.pass();
  repository.close(1);
  shop.pass();
  repository.reopen(1);
  await shop.app.settle();

  expect(asked()).toEqual([]);
});

it("costs nothing, label or not, as long as the gate is open", async () => {
  shop.repository.label(1, "hotfix", { by: "mallory" });
  await shop.app.settle();

  expect(asked()).toEqual([]);
});

it("costs one write and no read to turn an open pull request red", async () => {
  await shop.go(story.burning);

  expect(asked()).toEqual([`POST /repos/acme/shop/statuses/${shop.repository.pull(1).head.sha}`]);
});

it("costs nothing to hear from a repository without a policy once that is known", async () => {
  const plain = shop.github.repository({ owner: "acme", name: "plain", installation: shop.acme });
  plain.commit("main", { "a.txt": "a" });
  plain.openPull({ head: "feature", author: "bob" });
  await shop.app.settle();
  shop.github.forget();
  shop.pass();

  plain.openPull({ head: "other", author: "bob" });
  shop.pass();
  plain.push(1, { "c.txt": "c" }, { by: "bob" });
  shop.pass();
  plain.label(1, "hotfix", { by: "ann" });
  plain.commit("main", { "b.txt": "b" });
  await shop.app.settle();

  expect(asked()).toEqual([]);
});

it("costs four questions and one write to find that a label opens the gate", async () => {
  await shop.go(story.burning);
  shop.github.forget();
  shop.pass();
  shop.repository.label(1, "hotfix", { by: "ann" });
  await shop.app.settle();

  expect(asked().map((request) => request.replace(/[0-9a-f]{40}/, "SHA"))).toEqual([
    "GET /repos/acme/shop/pulls/1",
    "GET /repos/acme/shop/issues/1/timeline",
    "GET /repos/acme/shop/activity",
    "GET /orgs/acme/teams/sre/memberships/ann",
    "POST /repos/acme/shop/statuses/SHA",
  ]);
});

it("costs a reading of the branch and the file when a push changes the policy", async () => {
  shop.commit({ [policyFile]: policyFor("checkout").replace("99.9%", "99%") });
  shop.pass();
  await shop.app.settle();

  expect(asked().filter((request) => request.startsWith("GET"))).toEqual([
    "GET /repos/acme/shop/git/ref/heads%2Fmain",
    "GET /repos/acme/shop/contents/.github%2Fslo-policy.yml",
  ]);
});

it("loses nothing while GitHub answers 502 to everything, and is right when it is back", async () => {
  const mend = shop.github.fail({ times: Infinity, status: 502, body: { message: "Server Error" } });
  await troubled(mend);
});

it("loses nothing while GitHub limits everything, and is right when it is back", async () => {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const mend = shop.github.fail({
    times: Infinity,
    status: 403,
    headers: { "Retry-After": "60" },
    body: { message },
  });
  await troubled(mend);
});

it("loses nothing while no connection to GitHub can be had, and is right when it is back", async () => {
  const mend = shop.github.fail({ times: Infinity, destroySocket: true });
  await troubled(mend);
});

it("[T45] knows after a new start what failed before it, from the ledger alone", async () => {
  const { repository, app, github, clock } = shop;
  const { headSha } = await shop.openPull();
  const mend = github.fail({ times: Infinity, status: 502, body: { message: "Bad Gateway" } });
  clock.set(story.burning);
  await app.machine.tick();
  await app.machine.worker.processAll();
  await app.stop();
  mend();

  const again = await app.restart();
  await again.settle();

  expect(shop.told(headSha)).toMatch(/^failure: checkout/);
  expect(repository.statuses(headSha)).toHaveLength(2);
  expect(shop.rows("select * from jobs")).toEqual([]);
  await again.stop();
});

/** While GitHub fails, pull requests are opened, pushed to, labelled and closed, and the budget burns. Then GitHub is mended. */
async function troubled(mend: () => void): Promise<void> {
  const { repository, app, github, clock } = shop;
  const second = repository.openPull({ head: "second", author: "bob" });
  const third = repository.openPull({ head: "third", author: "bob" });
  const run = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await github.settled();
      await app.machine.worker.processAll();
      clock.advance(60_000);
      await app.machine.tick();
    }
  };
  await run(5);
  const head = repository.push(1, { "c.txt": "c" }, { by: "bob" });
  clock.set(story.burning - 5 * 60_000);
  await run(5);
  repository.label(second.number, "hotfix", { by: "ann" });
  repository.close(third.number);
  await run(5);
  expect(repository.statuses(head)).toEqual([]);
  expect(repository.statuses(second.headSha)).toEqual([]);

  mend();
  // The longest pause between two tries, and a little.
  await run(6);
  await app.settle();
  expect(shop.told(head)).toMatch(/^failure: checkout/);
  expect(shop.told(second.headSha)).toMatch(/^success: Bypassed by @ann/);
  expect(repository.statuses(third.headSha)).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
}
