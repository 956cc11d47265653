/** More webhooks than can be worked: refused, never lost. */
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { maxWaiting } from "../../src/gate/admission.ts";
import { priority } from "../../src/gate/queue.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

it("[T18] [T22] a webhook that finds the queue full is told 503, and is asked for again when there is room", async () => {
  const shop = await openShop({ clock: walkingClock(story.calm) });
  const database = new DatabaseSync(shop.databasePath, { timeout: 5000 });
  // A day ahead, so that nobody works them.
  database.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${maxWaiting})
    insert into jobs (key, installation_id, priority, run_at, is_waiting, lease_until, claim, failures, faults, last_failure,
      buried_at, turn, repository_id) select 'delivery:flood-' || i, null, ${priority.delivery}, ${story.calm + 86_400_000}, 1, null, 1, 0, 0, null, null, 0, null from n`);
  shop.clock.advance(5000);
  const { headSha } = shop.repository.openPull({ head: "feature", author: "bob" });
  await shop.github.settled();
  expect(shop.github.deliveries.at(-1)).toMatchObject({ event: "pull_request" });
  expect(shop.rows("select id from deliveries where name = 'pull_request.opened'")).toEqual([]);

  database.exec("delete from jobs where key like 'delivery:flood-%'");
  database.close();
  shop.clock.advance(5000);
  await shop.app.machine.scan();
  await shop.app.settle();
  expect(shop.told(headSha)).toMatch(/^success: checkout/);
  const text = await shop.app.machine.metrics.registry.metrics();
  expect(text).toMatch(/burngate_deliveries_total\{reception="full"\} [1-9]/);
});
