import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { everything } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

/** A shop whose budget burns, with a red pull request by bob. */
async function openRed(
  policy = policyFor("checkout"),
  accepted: Partial<typeof everything> = {},
): Promise<{ number: number; headSha: string }> {
  shop = await openShop({ at: story.burning, policy, ...accepted });
  const pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
  shop.pass();
  return pull;
}

async function bypass(number: number): Promise<void> {
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  shop.pass();
}

const demanding = policyFor("checkout", "  reason: required\n");

it("[T5] shuts again when a commit is pushed after the label", async () => {
  const pull = await openRed();
  await bypass(pull.number);
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed/);

  const head = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  expect(shop.told(head)).toMatch(
    /^failure: .*Label "hotfix" by @ann was for an older commit: set it again\.$/,
  );
});

it("[T5] shuts again when the push comes in the very second of the label", async () => {
  const pull = await openRed();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  const head = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  expect(shop.told(head)).toMatch(/^failure: .*older commit/);
});

it("[T5] shuts again when that push is of a commit that is dated, and so told, before the label", async () => {
  const pull = await openRed();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  const headSha = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob" });
  const { timeline } = shop.repository.pull(pull.number);
  timeline.unshift(timeline.pop()!);
  await shop.app.settle();
  await shop.sweep();

  expect(shop.told(headSha)).toMatch(/^failure: .*Label "hotfix" by @ann: commit unknown, set it again\.$/);
});

it("[T5] does not use a bypass again when a forced push brings its commit back", async () => {
  const pull = await openRed();
  await bypass(pull.number);
  shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob", force: true });
  await shop.app.settle();
  shop.pass();

  shop.repository.push(pull.number, {}, { by: "bob", force: true, toSha: pull.headSha });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: .*older commit/);
});

it("[T5] does not use a bypass again when both forced pushes were never delivered", async () => {
  const pull = await openRed();
  await bypass(pull.number);
  shop.github.holdWebhooks();
  shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob", force: true });
  shop.pass();
  shop.repository.push(pull.number, {}, { by: "bob", force: true, toSha: pull.headSha });

  await shop.sweep();

  expect(shop.told(pull.headSha)).toMatch(/^failure: .*older commit/);
});

it("[T9] finds a label whose event was lost with the next sweep", async () => {
  const pull = await openRed();
  shop.github.holdWebhooks();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });

  await shop.sweep();

  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann/);
});

it("[T9] shuts with the next sweep when the event of a removed label was lost", async () => {
  const pull = await openRed();
  await bypass(pull.number);
  shop.github.holdWebhooks();
  shop.repository.unlabel(pull.number, "hotfix", { by: "ann" });

  await shop.sweep();

  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});

it("[T9] believes the timeline, not the webhook: a label told about and taken off meanwhile opens nothing", async () => {
  const pull = await openRed();
  shop.github.holdWebhooks();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  const labeled = shop.github.deliveries.at(-1)?.guid ?? "";
  shop.pass();
  shop.repository.unlabel(pull.number, "hotfix", { by: "ann" });

  await shop.github.deliver(labeled);
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});

it("[T9] ends a bypass at its expiry by the clock alone", async () => {
  const pull = await openRed(policyFor("checkout").replace("expires: 2h", "expires: 10m"));
  const labeledAt = shop.clock.now();
  await bypass(pull.number);

  await shop.go(labeledAt + 9 * 60_000);
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann until 12:30Z/);

  await shop.go(labeledAt + 10 * 60_000);
  expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann expired: set it again\.$/);
});

it("writes down that a bypass ended, also where an event has the gate looked at before the clock does", async () => {
  const pull = await openRed(policyFor("checkout").replace("expires: 2h", "expires: 10m"));
  await bypass(pull.number);
  shop.pass(10 * 60);
  shop.repository.label(pull.number, "docs", { by: "bob" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann expired: set it again\.$/);
  await shop.app.machine.tick();

  const { audit } = shop.app.machine.ledger;
  const lines = await audit.lines(shop.repository.id, "bypass_expired", 10);
  expect(lines.map(({ actor }) => actor?.login)).toEqual(["ann"]);
});

it("asks nobody again about a bypass that ended with its pull request", async () => {
  const pull = await openRed();
  await bypass(pull.number);
  shop.repository.merge(pull.number);
  await shop.app.settle();
  await shop.go(story.burning + 3 * 3_600_000);
  await shop.go(story.burning + 4 * 3_600_000);

  expect(await shop.app.machine.tick()).toBe(0);
});

it("takes the reason from the pull request's text", async () => {
  shop = await openShop({ at: story.burning, policy: demanding });
  const pull = await shop.openPull({ body: "Puts it right.\n\nHotfix: INC-42 payment outage\n" });
  shop.pass();
  await bypass(pull.number);

  expect(shop.told(pull.headSha)).toBe("success: Bypassed by @ann until 14:20Z: INC-42 payment outage");
});

it("takes the reason from the comment of whoever set the label before anybody else's", async () => {
  const pull = await openRed(demanding);
  shop.repository.comment(pull.number, "Hotfix: because I say so", { by: "mallory" });
  shop.repository.comment(pull.number, "Hotfix: INC-42 payment outage", { by: "ann" });
  await bypass(pull.number);

  expect(shop.told(pull.headSha)).toMatch(/: INC-42 payment outage$/);
});

it("refuses a bypass without the reason that the policy demands, and a stranger's comment is none", async () => {
  const pull = await openRed(demanding);
  shop.repository.comment(pull.number, "Hotfix: because I say so", { by: "mallory" });
  await bypass(pull.number);

  expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann needs a line "Hotfix: why" in the PR\.$/);
});

it("[T6] takes no reason from a comment that was edited: the words may be another's", async () => {
  const pull = await openRed(demanding);
  const id = shop.repository.comment(pull.number, "Thanks.", { by: "ann" });
  shop.pass();
  shop.repository.comments.edit(id, "Hotfix: INC-42 payment outage", { by: "bob" });
  await bypass(pull.number);

  expect(shop.told(pull.headSha)).toMatch(/^failure: .*by @ann needs a line "Hotfix: why" in the PR\.$/);
});

it("opens when the reason that was missing is written into the pull request's text", async () => {
  const pull = await openRed(demanding);
  await bypass(pull.number);
  expect(shop.told(pull.headSha)).toMatch(/needs a line "Hotfix: why" in the PR\.$/);

  shop.repository.editBody(pull.number, "Hotfix: INC-42 payment outage", { by: "bob" });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann until 14:20Z: INC-42 payment outage$/);
});

it("opens when the reason that was missing is commented after the label", async () => {
  const pull = await openRed(demanding, everything);
  await bypass(pull.number);
  expect(shop.told(pull.headSha)).toMatch(/needs a line "Hotfix: why" in the PR\.$/);

  shop.repository.comment(pull.number, "Hotfix: INC-42 payment outage", { by: "ann" });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann until .*: INC-42 payment outage$/);
});

it("[T9] opens with the next sweep when the event of that comment was lost", async () => {
  const pull = await openRed(demanding);
  await bypass(pull.number);
  shop.repository.comment(pull.number, "Hotfix: INC-42 payment outage", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/needs a line "Hotfix: why" in the PR\.$/);

  await shop.sweep();

  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @ann until .*: INC-42 payment outage$/);
});

it("remembers who opened the gate, why, through what, until when, and what it overrode", async () => {
  const pull = await openRed();
  const labeledAt = shop.clock.now();
  shop.repository.comment(pull.number, "Hotfix: INC-42 payment outage", { by: "ann" });
  await bypass(pull.number);
  await shop.sweep();

  const rows = shop.rows("select * from bypasses");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    repository_id: shop.repository.id,
    head_sha: pull.headSha,
    base_ref: "main",
    pull: pull.number,
    means: JSON.stringify({ kind: "label", label: "hotfix" }),
    actor_id: shop.github.user("ann").id,
    actor_login: "ann",
    applied_at: labeledAt,
    until_at: labeledAt + 2 * 3_600_000,
    reason: "INC-42 payment outage",
    entitled_through: "team acme/sre",
  });
  const overrode = JSON.parse(String(rows[0]?.["overrode"])) as {
    outcome: string;
    reasons: readonly unknown[];
  };
  expect(overrode.outcome).toBe("block");
  expect(overrode.reasons[0]).toMatchObject({
    kind: "rule",
    objective: "checkout",
    rule: { name: "fast-burn" },
  });
});
