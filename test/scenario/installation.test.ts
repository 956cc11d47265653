import { beforeEach, expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { mainContext, policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;
let pull: { number: number; headSha: string };

beforeEach(async () => {
  shop = await openShop();
  pull = await shop.openPull();
  shop.pass();
  shop.github.forget();
});

it("judges pull requests that were open before the app was installed", async () => {
  const stock = shop.github.repository({ owner: "initech", name: "stock" });
  stock.commit("main", { [policyFile]: policyFor("checkout") });
  const old = stock.openPull({ head: "feature", author: "bob" });
  const installation = shop.github.installation({ account: "initech" });
  installation.add(stock);
  await shop.app.settle();

  expect(stock.latestStatus(old.headSha, mainContext)?.state).toBe("success");
  await shop.go(story.burning);
  expect(stock.latestStatus(old.headSha, mainContext)?.state).toBe("failure");
});

it("asks nothing of a suspended installation", async () => {
  shop.acme.suspend();
  await shop.app.settle();
  shop.github.forget();

  await shop.go(story.burning);
  await shop.sweep();

  expect(shop.github.requests).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
});

it("judges everything again when an installation is no longer suspended: what burned, was opened or was decided meanwhile", async () => {
  shop.acme.suspend();
  await shop.app.settle();
  const opened = shop.repository.openPull({ head: "later", author: "bob" });
  shop.commit({ [policyFile]: policyFor("checkout").replace("expires: 2h", "expires: 1h") });
  await shop.go(story.burning);
  shop.acme.unsuspend();
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(shop.told(opened.headSha)).toMatch(/^failure/);
  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann until 13:20Z/);
});

it("does not hold a suspension against the installation that it missed the end of, once GitHub speaks of it again", async () => {
  shop.acme.suspend();
  await shop.app.settle();
  shop.github.sendWebhooksTo(undefined);
  shop.acme.unsuspend();
  shop.github.sendWebhooksTo(`${shop.app.url}/api/github/webhooks`);
  shop.clock.set(story.burning);
  shop.repository.label(pull.number, "docs", { by: "bob" });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
});

it("gives up, where it can be seen, what a suspension that it was not told of refuses, and goes on when told of its end", async () => {
  shop.github.sendWebhooksTo(undefined);
  shop.acme.suspend();
  shop.github.sendWebhooksTo(`${shop.app.url}/api/github/webhooks`);
  await shop.go(story.burning);
  expect(shop.rows("select key from jobs where buried_at is not null")).toHaveLength(1);
  shop.github.forget();
  await shop.app.tick();
  expect(shop.github.requests).toEqual([]);

  shop.acme.unsuspend();
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(shop.rows("select * from jobs")).toEqual([]);
});

it("asks nothing of an installation that was deleted, and begins anew when the app is installed again", async () => {
  shop.acme.delete();
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);
  await shop.sweep();
  expect(shop.github.requests).toEqual([]);
  shop.commit({ [policyFile]: policyFor("checkout").replace("expires: 2h", "expires: 1h") });

  const again = shop.github.installation({ account: "acme" });
  again.add(shop.repository);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
});

it("judges again what was taken out of the app's sight and given back", async () => {
  shop.acme.remove(shop.repository);
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);
  expect(shop.github.requests).toEqual([]);
  expect(shop.told(pull.headSha)).toMatch(/^success/);

  shop.acme.add(shop.repository);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  await shop.go(story.mended + 5 * 3_600_000);
  expect(shop.told(pull.headSha)).toMatch(/^success/);
});

it("follows a repository to its new name", async () => {
  shop.repository.rename("store");
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(shop.github.requests.map(({ path }) => path)).toEqual([
    `/repos/acme/store/statuses/${pull.headSha}`,
  ]);
});

it("writes to a renamed repository through GitHub's redirection when it was not told", async () => {
  shop.github.sendWebhooksTo(undefined);
  shop.repository.rename("store");
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
});

it("follows a repository to its new owner, with the new owner's installation, whatever the order of the events", async () => {
  const initech = shop.github.installation({ account: "initech" });
  await shop.app.settle();
  shop.github.holdWebhooks();
  shop.repository.transfer("initech", { installation: initech });
  const events = shop.github.deliveries.slice(-3);
  expect(events.map(({ event, action }) => `${event}.${action}`)).toEqual([
    "installation_repositories.removed",
    "installation_repositories.added",
    "repository.transferred",
  ]);
  const [removed, added, transferred] = events.map(({ guid }) => guid);
  for (const guid of [added, transferred, removed]) {
    await shop.github.deliver(guid ?? "");
    await shop.app.machine.worker.processAll();
  }
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  const writers = shop.github.requests
    .filter(({ method }) => method === "POST")
    .map(({ installationId }) => installationId);
  expect(writers.filter((id) => id !== undefined)).toEqual([initech.id]);
});

it("lets no member of the old owner's team open the gate of a repository that has moved away", async () => {
  await shop.go(story.burning);
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
  const initech = shop.github.installation({ account: "initech" });
  shop.pass();
  shop.repository.transfer("initech", { installation: initech });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann refused/);
});

it("forgets a repository that was deleted", async () => {
  shop.repository.delete();
  await shop.app.settle();
  shop.github.forget();
  await shop.go(story.burning);
  await shop.sweep();

  expect(shop.github.requests).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
});
