import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { queueOptions, type QueueShop, withQueue } from "./queue-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

/** A burning shop with three pull requests, of which the named ones wear ann's label; then all three are queued. */
async function queued(bypassed: readonly number[]): Promise<{ shop: QueueShop; shas: readonly string[] }> {
  const shop = withQueue(await openShop({ ...queueOptions, at: story.burning }));
  for (const number of [1, 2, 3])
    shop.repository.openPull({ head: `change-${number}`, author: "bob", files: { [`${number}.txt`]: "x" } });
  await shop.work();
  shop.pass();
  for (const number of bypassed) shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.work();
  for (const number of [1, 2, 3]) shop.repository.queue.add(number, { by: "ann" });
  const shas = [1, 2, 3].map((number) => shop.group(number).headSha);
  await shop.work();
  return { shop, shas };
}

it("[T14] lets nobody in with the one of a queue of three that is bypassed", async () => {
  const { shop, shas } = await queued([3]);

  expect(shas.map((sha) => shop.told(sha)?.split(":")[0])).not.toContain("success");
  expect([1, 2].map((number) => shop.isMerged(number))).toEqual([false, false]);
  // Alone, after the others have left the queue, its own bypass lets it in.
  expect(shop.isMerged(3)).toBe(true);
});

it("asks GitHub once for a group's bypasses, though pending takes the first turn to write", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, at: story.burning }));
  const { number } = await shop.openPull();
  shop.pass();
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.work();
  shop.pass();
  shop.github.forget();
  shop.repository.queue.add(number, { by: "ann" });
  const { headSha } = shop.group(number);
  await shop.work();

  expect(shop.told(headSha)).toMatch(/^success: Bypassed by @ann until /);
  expect(shop.github.count({ method: "POST", path: new RegExp(`/statuses/${headSha}`) })).toBe(2);
  // The group's members are asked for, which nobody else does, and then read.
  expect(shop.github.count({ path: /\/graphql$/ })).toBe(1);
});

it("[T14] lets the whole queue of three in when each of them is bypassed", async () => {
  const { shop, shas } = await queued([1, 2, 3]);

  expect([1, 2, 3].map((number) => shop.isMerged(number))).toEqual([true, true, true]);
  expect(shas.map((sha) => shop.told(sha))).toEqual(
    shas.map(() => expect.stringMatching(/^success: Bypassed by @ann until /) as unknown),
  );
});
