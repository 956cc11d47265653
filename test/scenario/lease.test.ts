import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { behindDoor } from "./behind-door.ts";

const minute = 60_000;
const excused = "when_unmeasured:\n  unreachable: allow\n";

const { door, open: openBehind } = behindDoor();
let shop: Shop;

async function openWith(more: string): Promise<string> {
  shop = await openBehind({
    at: story.calm,
    policy: policyFor("checkout", more),
    source: { timeoutMs: 200 },
  });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^success: checkout: .* left/);
  return headSha;
}

async function tickFor(lengthMs: number): Promise<void> {
  for (let passed = 0; passed < lengthMs; passed += 5 * minute) await shop.app.tick(5 * minute);
}

it("[T21] a green that nothing renews turns pending when its lease ends, and green again with new numbers", async () => {
  const headSha = await openWith(`${excused}strict:\n  lease: 30m\n`);
  door().hang();
  await tickFor(25 * minute);
  expect(shop.told(headSha)).toMatch(/^success/);
  await tickFor(10 * minute);
  expect(shop.told(headSha)).toMatch(
    /^pending: Not renewed: last measured at 09:\d\dZ, lease 30m \(checkout: no usable answer from Prometheus\)\. Hotfix: label/,
  );
  const { headSha: late } = await shop.openPull({ head: "late" });
  expect(shop.told(late)).toMatch(/^pending: Not renewed/);

  door().resume();
  await tickFor(5 * minute);
  for (const sha of [headSha, late]) expect(shop.told(sha)).toMatch(/^success: checkout: .* left/);
});

it("[T21] who starts anew remembers how old the numbers are", async () => {
  const headSha = await openWith(`${excused}strict:\n  lease: 30m\n`);
  door().hang();
  await tickFor(25 * minute);
  await shop.app.stop();
  const app = await shop.app.restart();
  await app.tick(10 * minute);
  expect(shop.told(headSha)).toMatch(/^pending: Not renewed/);
  await app.stop();
});

it("without a lease it stays green as long as the policy says", async () => {
  const headSha = await openWith(excused);
  door().hang();
  await tickFor(40 * minute);
  expect(shop.told(headSha)).toMatch(/^success/);
});

it("somebody entitled opens a gate whose lease has ended", async () => {
  const headSha = await openWith(`${excused}strict:\n  lease: 30m\n`);
  door().hang();
  await tickFor(40 * minute);
  expect(shop.told(headSha)).toMatch(/^pending/);
  shop.repository.label(1, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(headSha)).toMatch(/^success: Bypassed by @ann/);
});
