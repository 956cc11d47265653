/** Repositories that are gone, whether or not GitHub told of it, and what was to be done about them. */
import { beforeEach, expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const lists = /^\/installation\/repositories\b/;
let shop: Shop;
let pull: { number: number; headSha: string };

beforeEach(async () => {
  shop = await openShop({ config: { logLevel: "warn" } });
  pull = await shop.openPull();
  shop.pass();
  shop.github.forget();
});

/** Makes a change of which GitHub sends no webhook. */
function untold(change: () => void): void {
  shop.github.sendWebhooksTo(undefined);
  change();
  shop.github.sendWebhooksTo(`${shop.app.url}/api/github/webhooks`);
}

/** Has GitHub hide whatever repositories it is asked for next. */
function hide(times = 1): void {
  const errors = [{ type: "NOT_FOUND", path: ["repository"], message: "Could not resolve" }];
  const body = { data: { repository: null }, errors };
  shop.github.fail({ operation: "OpenPulls", status: 200, times, body });
}

/** Leaves a job that was given up: a suspension that we were not told of refuses the write. */
async function leaveBuried(): Promise<void> {
  untold(() => shop.acme.suspend());
  await shop.go(story.burning);
  expect(await buried()).toBe(1);
}

const buried = async (): Promise<number> => (await shop.app.machine.ledger.queue.counts()).buried;
const jobs = (): unknown[] => shop.rows("select key from jobs");
const isKnown = async (): Promise<boolean> =>
  (await shop.app.machine.ledger.registry.repository(shop.repository.id)) !== undefined;
const errors = (): unknown[] => shop.app.log.filter(({ level }) => level === "error");

it("forgets a repository of which GitHub has no word left, and all that was to be done about it", async () => {
  untold(() => shop.repository.delete());
  const { queue } = shop.app.machine.ledger;
  const job = { installationId: shop.acme.id, priority: 5, notBefore: shop.clock.now(), revive: true };
  const repositoryId = shop.repository.id;
  await queue.enqueue(
    { ...job, task: { kind: "pull", repositoryId, number: pull.number } },
    shop.clock.now(),
  );
  await queue.enqueue({ ...job, task: { kind: "welcome", repositoryId } }, shop.clock.now());
  await shop.sweep();
  expect(await isKnown()).toBe(false);
  expect(jobs()).toEqual([]);
  expect(errors()).toEqual([]);

  shop.github.forget();
  await shop.go(story.burning);
  await shop.sweep();
  expect(shop.github.requests).toEqual([]);
});

it("judges a repository anew that was lost from sight and comes back, with no bypass of before", async () => {
  await shop.go(story.burning);
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
  untold(() => shop.acme.remove(shop.repository));
  await shop.sweep();
  expect(await isKnown()).toBe(false);
  shop.pass();
  shop.acme.add(shop.repository);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  // The list of before does not count against it.
  hide();
  await shop.sweep();
  expect(await isKnown()).toBe(true);
});

it("trusts no 404 alone: what the installation still lists is kept, and said so where it can be seen", async () => {
  hide();
  await shop.sweep();
  expect(await isKnown()).toBe(true);
  expect(shop.rows("select key from jobs where buried_at is not null")).toEqual([
    { key: `repository:${shop.repository.id}` },
  ]);

  await shop.sweep();
  expect(jobs()).toEqual([]);
  await shop.go(story.burning);
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
});

it.each([
  ["that does not come", { status: 502, body: { message: "Server Error" } }],
  ["that is shorter than it says", { status: 200, body: { total_count: 2, repositories: [] } }],
])("forgets nothing because of a list %s, and asks again", async (_, answer) => {
  untold(() => shop.repository.delete());
  shop.github.fail({ path: lists, ...answer });
  await shop.app.machine.sweep();
  await shop.app.machine.worker.processAll();
  expect(await isKnown()).toBe(true);
  await shop.app.settle();
  expect(await isKnown()).toBe(false);
});

it("asks for one list an installation and sweep, however many repositories are gone", async () => {
  const more = [...Array(12).keys()].map((number) => {
    const one = shop.github.repository({ owner: "acme", name: `stock-${number}` });
    one.commit("main", { "a.txt": "a" });
    shop.acme.add(one);
    return one;
  });
  await shop.app.settle();
  shop.github.forget();
  untold(() => more.forEach((one) => one.delete()));
  await shop.sweep();
  expect(shop.github.count({ path: lists })).toBe(1);
  expect(await shop.app.machine.ledger.registry.activeRepositories()).toMatchObject([{ name: "shop" }]);
  expect(jobs()).toEqual([]);
});

it("holds no list against a repository that was added since", async () => {
  const stock = shop.github.repository({ owner: "acme", name: "stock" });
  stock.commit("main", { "a.txt": "a" });
  shop.acme.add(stock);
  await shop.app.settle();
  untold(() => shop.repository.delete());
  const late = shop.github.repository({ owner: "acme", name: "late" });
  late.commit("main", { "a.txt": "a" });
  await shop.sweep();
  shop.acme.add(late);
  await shop.app.settle();
  shop.pass(60);
  hide(2);
  await shop.sweep();
  expect(await shop.app.machine.ledger.registry.repository(late.id)).toBeDefined();
});

it.each([
  ["was deleted", async () => shop.repository.delete()],
  ["was taken from the installation", async () => shop.acme.remove(shop.repository)],
  ["lost its installation", async () => shop.acme.delete()],
  [
    "lost its installation, as only the scan tells",
    async () => {
      untold(() => shop.acme.delete());
      await shop.app.machine.scan();
    },
  ],
])("leaves nothing given up about a repository that %s", async (_, end) => {
  await leaveBuried();
  untold(() => shop.acme.unsuspend());
  await end();
  await shop.app.settle();
  expect(await buried()).toBe(0);
  expect(jobs()).toEqual([]);
});
