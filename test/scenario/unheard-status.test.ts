/** A green over a held gate of which no event told. */
import { beforeEach, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import { mainContext, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;
let shop: Shop;

beforeEach(async () => {
  shop = await openShop({ clock: walkingClock(story.burning) });
});

/** Does something of which GitHub's webhooks do not reach us. */
async function unheard(change: () => unknown): Promise<void> {
  // Nobody listens at the discard port, so each attempt fails as one to a process that is down.
  shop.github.sendWebhooksTo("http://127.0.0.1:9/");
  change();
  await shop.github.settled();
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
}

/** One scan, and all that follows from it. */
async function scan(): Promise<void> {
  await shop.app.machine.scan();
  await shop.app.settle();
}

const forge = async (sha: string, context = mainContext, by = "mallory"): Promise<void> => {
  shop.pass();
  await unheard(() => shop.repository.setStatus(sha, { state: "success", context }, { by }));
};
const audited = (): Record<string, unknown>[] =>
  shop.rows("select actor, about, detail from audit where kind = 'foreign_status'");
const asks = (): number => shop.github.count({ method: "GET", path: /\/commits\/.*\/statuses/ });

it("[T19] is answered by the next scan and written down, and GitHub is not asked again", async () => {
  const { headSha } = await shop.openPull();
  await forge(headSha);
  expect(shop.told(headSha)).toMatch(/^success/);
  await scan();
  expect(shop.told(headSha)).toMatch(/^failure/);
  expect(audited()).toEqual([{ actor: null, about: `${headSha} ${mainContext}`, detail: "posted success" }]);

  shop.clock.advance(15 * minute);
  await shop.openPull();
  await scan();
  shop.github.forget();
  await scan();
  expect(asks()).toBe(0);
});

it("[T19] is looked for where any status was lost, at held gates only, and what stands is left", async () => {
  const { headSha } = await shop.openPull();
  await forge(headSha, "ci");
  shop.github.forget();
  await scan();
  expect([asks(), audited()]).toEqual([1, []]);
  expect(shop.github.count({ method: "POST", path: /\/statuses\// })).toBe(0);
});

it("[T19] is answered five times, as one of which we heard", async () => {
  const { headSha } = await shop.openPull();
  shop.github.forget();
  for (let round = 0; round < 7; round += 1) {
    await forge(headSha);
    await scan();
  }
  expect(shop.github.count({ method: "POST", path: /\/statuses\// })).toBe(5);
  expect(shop.told(headSha)).toMatch(/^success/);
});

it("[T19] is answered unseen where GitHub does not show it", async () => {
  const { headSha } = await shop.openPull();
  await forge(headSha);
  shop.github.fail({ method: "GET", path: /\/commits\/.*\/statuses/, status: 502, times: 1 });
  await scan();
  expect(shop.told(headSha)).toMatch(/^failure/);
  expect(audited()).toEqual([]);
});
