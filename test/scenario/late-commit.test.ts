import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

it("[T45] posts the status of a fork's commit as soon as GitHub has it, not only at the next sweep", async () => {
  const shop = await openShop();
  const message = "No commit found for SHA: abc";
  shop.github.fail({ method: "POST", path: /\/statuses\//, times: 3, status: 422, body: { message } });
  const { headSha } = await shop.openPull();
  await shop.app.tick();
  await shop.app.tick();

  expect(shop.told(headSha)).toMatch(/^success: /);
  expect(shop.rows("select key from jobs")).toEqual([]);
});

it("[T17] still owes a report that came too early for a clock that was set back", async () => {
  const shop = await openShop({ at: story.burning - 30 * 60_000 });
  const { headSha } = await shop.openPull();
  // The last report was dated by a clock two minutes ahead of the one we have now.
  const file = new DatabaseSync(shop.databasePath);
  file.prepare("update reports set verdict_at = ?").run(story.burning + 120_000);
  file.close();
  await shop.go(story.burning);
  for (let ticks = 0; ticks < 6; ticks += 1) await shop.app.tick();

  expect(shop.told(headSha)).toMatch(/^failure: /);
});
