/** What people accepted for an installation, and what is off because of what they did not. */
import { beforeEach, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { story } from "../world/checkout.ts";
import { alarmClock, walkingClock } from "../world/clock.ts";
import type { Shop } from "../world/shop.ts";
import { everything, reportOn } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

beforeEach(async () => {
  shop = await openShop({ clock: walkingClock(story.calm), config: { logLevel: "info" } });
});

const accepted = async () => shop.app.machine.ledger.registry.permissions(shop.acme.id);

/** Features that the log told to be off since it had so many lines, each with its cure. */
function toldOff(since: number): ReadonlyMap<unknown, unknown> {
  const told = shop.app.log.slice(since).filter(({ msg }) => msg === "feature off");
  return new Map(told.map(({ feature, cure }) => [feature, cure]));
}

/** Tells of nothing that the change makes GitHub send. */
function untold(change: () => void): void {
  shop.github.sendWebhooksTo(undefined);
  change();
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
}

it("tells, when new permissions are accepted, what is still off and how to turn it on", async () => {
  const before = shop.app.log.length;
  shop.acme.accept({ ...shop.acme.permissions, checks: "write" });
  await shop.app.settle();
  expect(await accepted()).toMatchObject({ permissions: { checks: "write", statuses: "write" } });
  const off = toldOff(before);
  expect(off.has("check_runs")).toBe(false);
  expect(off.get("merge_queue")).toBe(
    `merge_queue is off: accept the new permission \`merge_queues: read\` at https://github.com/organizations/acme/settings/installations/${shop.acme.id}`,
  );
});

it("tells nothing of an installation that is suspended or gone", async () => {
  const before = shop.app.log.length;
  shop.acme.suspend();
  shop.acme.delete();
  await shop.app.settle();
  expect(toldOff(before)).toEqual(new Map());
});

it("uses what was accepted at once, however young its token is", async () => {
  const { headSha } = await shop.openPull();
  const before = shop.app.log.length;
  shop.github.forget();
  shop.acme.accept(everything.permissions ?? {});
  await shop.app.settle();
  expect(reportOn(shop, headSha)).toMatchObject({ status: "completed" });
  const main = shop.repository.branches.get("main") ?? "";
  expect(reportOn(shop, main)).toMatchObject({ status: "completed" });
  expect(shop.github.count({ path: /\/access_tokens$/ })).toBe(1);
  expect(shop.github.requests.filter(({ method, status }) => method === "POST" && status === 403)).toEqual(
    [],
  );
  expect(shop.app.log.slice(before).filter(({ level }) => level === "error")).toEqual([]);
  expect(shop.rows("select key from jobs")).toEqual([]);
});

it("keeps nothing of what was accepted before", async () => {
  shop.acme.accept({ ...shop.acme.permissions, checks: "write" });
  await shop.app.settle();
  shop.acme.accept({ statuses: "write" });
  await shop.app.settle();
  expect((await accepted())?.permissions).toEqual({ metadata: "read", statuses: "write" });
});

it("asks about an installation of which it was never told, once", async () => {
  // The webhook tells of the repository and names the installation by its number alone.
  await shop.openPull();
  const ask = (): number => shop.github.count({ path: /^\/app\/installations\/\d+$/ });
  expect(await accepted()).toBeUndefined();
  const before = shop.app.log.length;
  await shop.app.machine.scan();
  expect((await accepted())?.permissions).toEqual(shop.acme.permissions);
  expect(toldOff(before).has("check_runs")).toBe(true);
  await shop.app.machine.scan();
  expect(ask()).toBe(1);
});

it("asks again when GitHub did not answer, and learns nothing meanwhile", async () => {
  await shop.openPull();
  shop.github.fail({ path: /^\/app\/installations/, status: 502, body: { message: "?" } });
  await shop.app.machine.scan();
  expect(await accepted()).toBeUndefined();
  await shop.app.machine.scan();
  expect(await accepted()).toBeDefined();
});

it("finds a suspension and an end that nobody told of when it asks", async () => {
  const { registry } = shop.app.machine.ledger;
  await shop.openPull();
  untold(() => shop.acme.suspend());
  await shop.app.machine.scan();
  expect(await registry.isActive(shop.acme.id)).toBe(false);
});

it("tells at its start what is off on every installation", async () => {
  const clock = alarmClock(story.calm);
  const started = await openShop({ clock, config: { logLevel: "info" } });
  started.acme.accept({ statuses: "write" });
  await started.app.settle();
  const again = await started.app.restart();
  again.machine.start();
  await again.stop();
  const off = again.log.filter(({ msg }) => msg === "feature off").map(({ feature }) => feature);
  expect(off).toContain("members");
  expect(off).not.toContain("status");
});

it("is loud where even statuses may not be written", async () => {
  const before = shop.app.log.length;
  shop.acme.accept({ contents: "read" });
  await shop.app.settle();
  const lines = shop.app.log.slice(before).filter(({ feature }) => feature === "status");
  expect(lines).toMatchObject([{ level: "error" }]);
});
