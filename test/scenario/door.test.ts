import { createHmac } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { story } from "../world/checkout.ts";
import { mainContext, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

function sign(body: string, secret = shop.github.webhookSecret): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

async function knock(body: string, headers: Record<string, string>): Promise<number> {
  const named = {
    "x-github-delivery": "22222222-2222-2222-2222-222222222222",
    "x-github-event": "pull_request",
  };
  const answer = await fetch(`${shop.app.url}${webhookPath}`, {
    method: "POST",
    body,
    headers: { ...named, ...headers },
  });
  await answer.text();
  return answer.status;
}

/** A pull request's `opened` webhook, made and not sent. */
function openedUnsent(): { guid: string; raw: string } {
  shop.github.holdWebhooks();
  shop.repository.openPull({ head: "feature", author: "bob" });
  const made = shop.github.deliveries.findLast(({ event }) => event === "pull_request");
  if (made === undefined) throw new Error("no webhook was made");
  return made;
}

const stored = (): number => shop.rows("select id from deliveries where name like 'pull_request%'").length;

it("[T15] refuses a wrong, a missing, a malformed and an outdated signature with 400 and stores nothing", async () => {
  const { raw } = openedUnsent();
  const sha1 = `sha1=${createHmac("sha1", shop.github.webhookSecret).update(raw).digest("hex")}`;
  const signatures = [
    sign(raw, "development"),
    sign(raw, ""),
    sign(`${raw} `),
    sign(raw).toUpperCase(),
    sign(raw).slice(0, -1),
    sha1,
    "sha256=",
    "",
  ];
  for (const signature of signatures) {
    expect(await knock(raw, { "x-hub-signature-256": signature })).toBe(400);
    expect(await knock(raw, { "x-hub-signature": sha1, "x-hub-signature-256": signature })).toBe(400);
  }
  expect(await knock(raw, {})).toBe(400);

  expect(stored()).toBe(0);
  expect(shop.rows("select * from jobs where key like 'delivery:2222%'")).toEqual([]);
  expect(await knock(raw, { "x-hub-signature-256": sign(raw) })).toBe(202);
});

it("[T15] refuses the signature of another body with 400 and stores nothing", async () => {
  const { raw } = openedUnsent();
  const forged = raw.replaceAll('"state":"open"', '"state":"shut"');
  expect(forged).not.toBe(raw);

  expect(await knock(forged, { "x-hub-signature-256": sign(raw) })).toBe(400);
  expect(stored()).toBe(0);
});

it("[T15] checks the bytes as they came: a body that means the same is another body", async () => {
  const { raw } = openedUnsent();
  const respaced = JSON.stringify(JSON.parse(raw), undefined, 1);

  expect(await knock(respaced, { "x-hub-signature-256": sign(raw) })).toBe(400);
  expect(await knock(respaced, { "x-hub-signature-256": sign(respaced) })).toBe(202);
});

it("answers 400 to a signed body that is no webhook, and stores nothing", async () => {
  for (const body of ["", "null", "[]", "{", '{"action":"opened"}', "payload=%7B%7D"]) {
    expect(await knock(body, { "x-hub-signature-256": sign(body) })).toBe(400);
  }
  expect(stored()).toBe(0);
});

it("[T16] makes one job and one status of one delivery that comes three times", async () => {
  const { guid } = openedUnsent();
  const attempts = await Promise.all([
    shop.github.deliver(guid),
    shop.github.deliver(guid),
    shop.github.deliver(guid),
  ]);

  expect(attempts.map(({ answer }) => answer ?? "").toSorted((a, b) => a.localeCompare(b))).toEqual([
    "Known already.\n",
    "Known already.\n",
    "Stored.\n",
  ]);
  expect(shop.rows(`select name from deliveries where id = '${guid}'`)).toEqual([
    { name: "pull_request.opened" },
  ]);
  expect(stored()).toBe(1);
  // Its own work is done by then; what it asks for waits.
  expect(shop.rows("select key from jobs").map(({ key }) => String(key).split(":", 1)[0])).toEqual([
    "subject",
  ]);
  await shop.app.settle();
  expect(shop.repository.statuses(shop.repository.pull(1).head.sha)).toHaveLength(1);
});

it("[T16] does nothing about a redelivery of what is done", async () => {
  const { guid } = openedUnsent();
  await shop.github.deliver(guid);
  await shop.app.settle();
  shop.github.forget();

  const attempt = await shop.github.deliver(guid);

  expect(attempt).toMatchObject({ status: 202, answer: "Known already.\n" });
  expect(shop.rows("select * from jobs")).toEqual([]);
  await shop.app.settle();
  expect(shop.github.requests).toEqual([]);
});

it("[T16] works a delivery that was stored before a crash, after the restart", async () => {
  const { guid } = openedUnsent();
  await shop.github.deliver(guid);
  await shop.app.stop();

  const again = await shop.app.restart();
  await again.settle();

  expect(shop.told(shop.repository.pull(1).head.sha)).toMatch(/^success/);
  await again.stop();
});

it("[T17] does not bring an old head back when its push is delivered after a newer one", async () => {
  const pull = await shop.openPull();
  shop.github.holdWebhooks();
  shop.pass();
  const old = shop.repository.push(pull.number, { "c.txt": "1" }, { by: "bob" });
  const oldPush = shop.github.deliveries.findLast(({ action }) => action === "synchronize")?.guid ?? "";
  shop.pass();
  const head = shop.repository.push(pull.number, { "c.txt": "2" }, { by: "bob" });
  const newPush = shop.github.deliveries.findLast(({ action }) => action === "synchronize")?.guid ?? "";

  await shop.github.deliver(newPush);
  await shop.app.settle();
  await shop.github.deliver(oldPush);
  await shop.app.settle();
  await shop.go(story.burning);

  expect(shop.told(head)).toMatch(/^failure/);
  expect(shop.told(old)).toBeUndefined();
});

it("[T17] tells the same in the end whatever the order of deliveries within one second", async () => {
  const pull = await shop.openPull();
  shop.github.holdWebhooks();
  shop.pass();
  shop.repository.push(pull.number, { "c.txt": "1" }, { by: "bob" });
  const head = shop.repository.push(pull.number, { "c.txt": "2" }, { by: "bob" });
  const pushes = shop.github.deliveries
    .filter(({ action }) => action === "synchronize")
    .map(({ guid }) => guid);

  await shop.github.deliverAll({ order: pushes.toReversed() });
  await shop.app.settle();

  expect(shop.told(head)).toMatch(/^success/);
});

it("[T17] never replaces a newer verdict's status by an older verdict's", async () => {
  const pull = await shop.openPull();
  await shop.go(story.burning);
  expect(shop.told(pull.headSha)).toMatch(/^failure/);

  // A machine whose clock is behind: what it finds is older than what GitHub was told.
  await shop.app.stop();
  shop.clock.set(story.calm);
  const again = await shop.app.restart();
  await again.machine.sweep();
  await again.settle();
  await again.stop();

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  expect(
    shop.repository.statuses(pull.headSha).filter(({ context }) => context === mainContext),
  ).toHaveLength(2);
});

it("[T17] forgets nothing that is newer when an old delivery tells of a repository as it was", async () => {
  shop.github.holdWebhooks();
  const first = shop.repository.openPull({ head: "feature", author: "bob" });
  const opened = shop.github.deliveries.at(-1)?.guid ?? "";
  shop.pass();
  shop.repository.publicize();
  const publicized = shop.github.deliveries.at(-1)?.guid ?? "";

  await shop.github.deliver(publicized);
  await shop.app.settle();
  await shop.github.deliver(opened);
  await shop.app.settle();

  expect(shop.told(first.headSha)).toBe("success: Open: no rule holds it at 09:00Z.");
});
