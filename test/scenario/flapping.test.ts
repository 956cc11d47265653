import { beforeEach, expect, it } from "vitest";
import { DatabaseSync } from "node:sqlite";
import { dayMs, policyFor, service, story } from "../world/checkout.ts";
import { mainContext, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

let shop: Shop;

const minute = 60_000;

/** Calm for a quarter of an hour, then every request fails for a quarter of an hour, and so on. */
const flapping = service("checkout", (at) =>
  Math.floor((at - story.begin) / (15 * minute)) % 2 === 0 ? 0 : 1,
);

const openShop = shopsBefore(flapping);

/** One rule that sees nothing but the last ten minutes. */
const nervous = policyFor(
  "checkout",
  `rules:
  - { name: fast, burn_rate: 10, windows: [10m, 5m], then: block }
`,
);

beforeEach(async () => {
  shop = await openShop({
    at: story.begin + 5 * dayMs + 14 * minute,
    policy: nervous,
  });
});

/** Lets the budget flip so many times; each flip is seen by the watch. */
async function flip(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await shop.app.tick(15 * minute);
}

/** Makes the app and GitHub have written so many statuses about the pull request already. */
function seedWritten(headSha: string, written: number): void {
  const have = shop.repository.statuses(headSha).length;
  for (let count = have; count < written; count += 1) {
    shop.repository.statusBook.add({ ...shop.repository.statuses(headSha)[0]!, id: count });
  }
  const [row] = shop.rows("select body from pulls");
  expect(row).toBeDefined();
  const database = new DatabaseSync(shop.databasePath);
  database.prepare("update reports set written = ? where head_sha = ?").run(written, headSha);
  database.close();
}

const count = (headSha: string): number =>
  shop.repository.statuses(headSha).filter(({ context }) => context === mainContext).length;
const state = (headSha: string): string | undefined => shop.told(headSha)?.split(":", 1)[0];

it("[T44] writes every flip while there is room, one status each", async () => {
  const { headSha } = await shop.openPull();
  await flip(40);

  expect(count(headSha)).toBe(41);
  const states = shop.repository.statuses(headSha).map((status) => status.state);
  expect(new Set(states.filter((_, index) => index % 2 === 0))).toEqual(new Set(["success"]));
  expect(new Set(states.filter((_, index) => index % 2 === 1))).toEqual(new Set(["failure"]));
});

it("[T44] keeps the last hundred statuses for red and bypasses: 900 are written, then one red, and then no green any more", async () => {
  const { headSha } = await shop.openPull();
  seedWritten(headSha, 860);

  await flip(39);
  expect(count(headSha)).toBe(899);
  await flip(100);

  // The 900th is the last green; the red after it stands.
  expect(count(headSha)).toBe(901);
  expect(state(headSha)).toBe("failure");
});

it("[T44] still writes a bypass and the red after it where greens are no longer written", async () => {
  const { number, headSha } = await shop.openPull();
  seedWritten(headSha, 900);
  await flip(1);
  expect(state(headSha)).toBe("failure");

  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(headSha)).toMatch(/^success: Bypassed by @ann/);

  shop.pass();
  shop.repository.unlabel(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(state(headSha)).toBe("failure");
  expect(count(headSha)).toBe(903);
});

it("[T44] never leaves a bypass as the thousandth and last word, which nothing could shut again", async () => {
  for (const written of [997, 998, 999]) {
    const { number, headSha } = await shop.openPull();
    await flip(1);
    if (state(headSha) === "success") await flip(1);
    seedWritten(headSha, written);
    for (let round = 0; round < 3; round += 1) {
      shop.pass();
      shop.repository.label(number, "hotfix", { by: "ann" });
      await shop.app.settle();
      shop.pass();
      shop.repository.unlabel(number, "hotfix", { by: "ann" });
      await shop.app.settle();
    }

    expect(count(headSha)).toBeLessThanOrEqual(1000);
    expect(state(headSha)).toBe("failure");
    expect(shop.github.requests.filter(({ status }) => status === 422)).toEqual([]);
    shop.repository.close(number);
    await shop.app.settle();
  }
});

it("[T44] starts afresh with a new commit", async () => {
  const { number, headSha } = await shop.openPull();
  seedWritten(headSha, 900);
  await flip(1);
  shop.pass();
  const head = shop.repository.push(number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();
  await flip(1);

  expect(state(head)).toBe("success");
});
