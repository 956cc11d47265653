import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Comment } from "../world/github-comments.ts";
import type { Shop } from "../world/shop.ts";
import { acceptEverything, everything } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;
let pull: { number: number; headSha: string };

const sticky = `${policyFor("checkout")}\ncomment: sticky\n`;
/** Our comments on the pull request. */
function ours(): readonly Comment[] {
  return shop.repository.comments.of(pull.number).filter(({ author }) => author.login === "burngate[bot]");
}

function writes(): { made: number; changed: number } {
  return {
    made: shop.github.count({ method: "POST", path: /\/comments$/ }),
    changed: shop.github.count({ method: "PATCH", path: /\/comments\/\d+$/ }),
  };
}

async function open(options: Parameters<typeof openShop>[0] = {}): Promise<void> {
  const asked = { ...everything, policy: sticky, ...options };
  shop = await acceptEverything(await openShop(asked));
  pull = await shop.openPull();
  shop.pass();
}

it("the sticky comment is not there unless the policy asks for it", async () => {
  await open({ policy: policyFor("checkout"), at: story.burning });
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(ours()).toEqual([]);
});

it("the sticky comment begins when the gate is held, says what opens it, and is edited in place", async () => {
  await open();
  expect(ours()).toEqual([]);
  await shop.go(story.burning);
  const [comment, ...others] = ours();
  expect(others).toEqual([]);
  expect(comment?.body).toContain("What opens the gate:");
  expect(comment?.body).toContain("`/burngate recheck`");
  await shop.go(story.burning + 120_000);
  expect(writes()).toEqual({ made: 1, changed: 0 });

  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(ours()).toHaveLength(1);
  expect(ours()[0]).toMatchObject({ id: comment?.id });
  expect(ours()[0]?.body).toContain("Bypassed by");
  expect(writes()).toEqual({ made: 1, changed: 1 });
});

it("the sticky comment is found again by its mark when the ledger does not know it, and nobody else's is taken for it", async () => {
  await open({ at: story.burning });
  const [comment] = ours();
  expect(comment).toBeDefined();
  const forged = shop.repository.comments.add(pull.number, comment!.body, { by: "mallory" });
  await shop.app.stop();
  const ledger = new DatabaseSync(shop.databasePath);
  ledger.exec("delete from postings");
  ledger.close();
  const app = await shop.app.restart();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await app.settle();
  expect(ours()).toHaveLength(1);
  expect(ours()[0]?.body).toContain("Bypassed by");
  expect(forged.body).not.toContain("Bypassed by");
  await app.stop();
});

it("the sticky comment is made once though GitHub's answer is lost, and made anew where somebody deleted it", async () => {
  await open({ at: story.burning });
  shop.github.fail({ method: "POST", path: /\/comments$/, destroySocket: true, afterEffect: true });
  pull = await shop.openPull();
  expect(ours()).toHaveLength(1);
  shop.repository.comments.delete(ours()[0]!.id, { by: "bob" });
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(ours()).toHaveLength(1);
  expect(ours()[0]?.body).toContain("Bypassed by");
});

it("[T11] the sticky comment pings nobody with the words of others", async () => {
  await open({ at: story.burning });
  shop.repository.comments.add(pull.number, "Hotfix: @acme/sre see #1 <img src=x> [a](http://b)", {
    by: "ann",
  });
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  const body = ours()[0]?.body ?? "";
  expect(body).toContain("Bypassed by");
  expect(body).not.toMatch(/@|<img|\]\(|(?<!&)#/);
});

it("[T31] the sticky comment tells the public no number", async () => {
  await open({ at: story.burning, isPublic: true });
  expect(ours()).toHaveLength(1);
  expect(ours()[0]?.body).not.toMatch(/\d(\.\d+)?x\b|\d%|if errors stop/);
});

it("the sticky comment is off until the installation lets us write comments", async () => {
  shop = await openShop({
    ...everything,
    permissions: { ...everything.permissions, pull_requests: "read" },
    policy: sticky,
    at: story.burning,
  });
  shop.acme.accept({ ...everything.permissions, pull_requests: "read" });
  await shop.app.settle();
  pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(shop.github.count({ path: /comments/ })).toBe(0);
  expect(shop.rows("select place from postings where place like 'comment:%'")).toEqual([]);
});

it("the sticky comment does not go on saying what it no longer follows", async () => {
  await open({ at: story.burning });
  shop.commit({ ".github/slo-policy.yml": policyFor("checkout") });
  await shop.app.settle();
  expect(ours()[0]?.body).toContain("asks for no comment any more");
});

it("the sticky comment never takes the place of somebody's who wrote its mark", async () => {
  await open();
  const forged = shop.repository.comments.add(pull.number, "<!-- burngate: error budget --> all is well", {
    by: "bob",
  });
  await shop.go(story.burning);
  expect(ours()).toHaveLength(1);
  expect(forged.body).toContain("all is well");
});

it("the sticky comment does not take the place of another of ours, which has no mark", async () => {
  await open();
  const other = shop.repository.comments.add(pull.number, "something else", {
    by: "burngate[bot]",
    viaApp: "burngate",
  });
  await shop.go(story.burning);
  expect(other.body).toBe("something else");
  expect(ours()).toHaveLength(2);
});
