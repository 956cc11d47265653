/** What is over is let go of, and comes back as something new. */
import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const dayMs = 86_400_000;

it("a pull request that is opened again after everything about it was let go of is judged anew", async () => {
  const shop = await openShop({ clock: walkingClock(story.calm) });
  const { machine } = shop.app;
  const { number, headSha } = shop.repository.openPull({ head: "feature", author: "bob" });
  await shop.app.settle();
  const before = shop.repository.statuses(headSha).length;
  expect(before).toBeGreaterThan(0);
  shop.repository.close(number);
  await shop.app.settle();

  shop.clock.advance(91 * dayMs);
  await machine.clean();
  const text = await machine.metrics.registry.metrics();
  for (const table of ["deliveries", "pulls", "head_sights", "subjects", "reports"])
    expect(text).toMatch(
      new RegExp(`^burngate_retention_deleted_rows_total\\{table="${table}"\\} [1-9]`, "m"),
    );
  expect(text).toContain(`burngate_retention_last_run_timestamp_seconds ${shop.clock.now() / 1000}\n`);

  shop.repository.reopen(number);
  await shop.app.settle();
  expect(shop.repository.statuses(headSha).length).toBe(before + 1);
});
