import { expect, it } from "vitest";
import type { Config } from "../../src/config.ts";
import { story } from "../world/checkout.ts";
import { mainContext, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;
let heads: string[];

const statuses = /\/statuses\//;

/** So many green pull requests, and the moment at which they must all turn red. */
async function openMany(many: number, config: Partial<Config> = {}): Promise<void> {
  shop = await openShop({ config: { writesPerSecond: 1, ...config } });
  for (let count = 0; count < many; count += 1)
    shop.repository.openPull({ head: `feature-${count}`, author: "bob" });
  await shop.app.settle();
  heads = [...shop.repository.pulls.values()].map(({ head }) => head.sha);
  expect(heads.map(state)).toEqual(heads.map(() => "success"));
  shop.github.forget();
  shop.clock.set(story.burning);
}

function state(sha: string): string | undefined {
  return shop.told(sha)?.split(":", 1)[0];
}

/** Every pull request is red, by exactly one status each, and nothing is left to do. */
function expectAllRedOnce(): void {
  expect(heads.map(state)).toEqual(heads.map(() => "failure"));
  const written = heads.map(
    (sha) => shop.repository.statuses(sha).filter(({ context }) => context === mainContext).length,
  );
  expect(written).toEqual(heads.map(() => 2));
  expect(shop.rows("select * from jobs")).toEqual([]);
}

function writes(): readonly { at: number; sha: string }[] {
  return shop.github.requests
    .filter(({ method, path }) => method === "POST" && statuses.test(path))
    .map(({ at, path }) => ({ at, sha: path.split("/").at(-1) ?? "" }));
}

function expectSpaced(): void {
  const times = writes().map(({ at }) => at);
  for (const [index, at] of times.entries()) {
    if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
  }
}

it("[T45] turns forty pull requests red with one write a second and no write too many", async () => {
  await openMany(40);
  await shop.app.tick(0);

  expectAllRedOnce();
  expect(writes()).toHaveLength(40);
  expectSpaced();
});

it("[T45] asks nothing at all of an installation before the end of the pause that a secondary limit demands", async () => {
  await openMany(15);
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  shop.github.fail({
    method: "POST",
    path: statuses,
    skip: 6,
    times: 1,
    status: 403,
    headers: { "Retry-After": "90" },
    body: { message },
  });

  await shop.app.tick(0);

  expectAllRedOnce();
  expectSpaced();
  const { requests } = shop.github;
  const refused = requests.findIndex(({ status }) => status === 403);
  const [next] = requests.slice(refused + 1);
  expect((next?.at ?? 0) - (requests[refused]?.at ?? 0)).toBeGreaterThanOrEqual(90_000);
  expect(writes()).toHaveLength(15 + 1);
});

it("[T45] lets events and the sweep wait, too, while GitHub wants to be left alone, and loses none", async () => {
  await openMany(15);
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  shop.github.fail({
    method: "POST",
    path: statuses,
    times: 1,
    status: 403,
    headers: { "Retry-After": "90" },
    body: { message },
  });
  await shop.app.machine.tick();
  await shop.app.machine.worker.processAll();
  const limitedAt = shop.clock.now();
  shop.pass();
  shop.repository.label(1, "hotfix", { by: "ann" });
  await shop.sweep();

  const later = shop.github.requests.filter(({ at }) => at > limitedAt);
  expect(Math.min(...later.map(({ at }) => at))).toBeGreaterThanOrEqual(limitedAt + 90_000);
  expect(shop.told(heads[0] ?? "")).toMatch(/^success: Bypassed by @ann/);
  expect(heads.slice(1).map(state)).toEqual(heads.slice(1).map(() => "failure"));
});

it("[T45] spreads what is left of the hour, is refused nothing, and goes on when the hour is over", async () => {
  await openMany(15);
  const caller = `installation ${shop.acme.id}`;
  shop.github.limits.primary = 5000;
  shop.github.limits.leave(caller, 5);
  const { reset } = shop.github.limits.standing(caller);
  const before = shop.github.requests.length;

  await shop.app.tick(0);
  await shop.app.tick();

  // By then the outage is over and the day's burn is only warned of.
  expect(heads.filter((sha) => !shop.told(sha)?.startsWith("success: Warning: checkout"))).toEqual([]);
  const asked = shop.github.requests.slice(before);
  expect(asked.filter(({ status }) => status === 403)).toEqual([]);
  expect(asked.filter(({ at }) => at < reset * 1000).length).toBeLessThanOrEqual(5);
});

it("[T45] doubles its pause each time that GitHub limits it without saying for how long", async () => {
  await openMany(15);
  shop.github.fail({
    method: "POST",
    path: statuses,
    times: 3,
    status: 429,
    body: { message: "Too many requests" },
  });

  await shop.app.tick(0);

  expectAllRedOnce();
  const [first, second, third, fourth] = writes().map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(60_000);
  expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(120_000);
  expect((fourth ?? 0) - (third ?? 0)).toBeGreaterThanOrEqual(240_000);
});

it("[T45] gets everything right through bursts of 502, 500 and 503", async () => {
  await openMany(15);
  for (const status of [502, 500, 503]) {
    shop.github.fail({ method: "POST", path: statuses, times: 4, status, body: { message: "Server Error" } });
  }

  await shop.app.tick(0);

  expectAllRedOnce();
  expectSpaced();
});

it("[T45] gets everything right through connections that break before anything is done", async () => {
  await openMany(15);
  shop.github.fail({ method: "POST", path: statuses, times: 12, destroySocket: true });

  await shop.app.tick(0);

  expectAllRedOnce();
});

it("[T45] writes no status twice when the write was done and only its answer was lost", async () => {
  await openMany(15);
  shop.github.fail({ method: "POST", path: statuses, times: 6, destroySocket: true, afterEffect: true });
  shop.github.fail({
    method: "POST",
    path: statuses,
    times: 6,
    status: 502,
    body: { message: "Server Error" },
    afterEffect: true,
  });

  await shop.app.tick(0);

  expectAllRedOnce();
  expect(writes()).toHaveLength(15);
});

it("[T45] stays within GitHub's points a minute at the fastest pace that it may be set to", async () => {
  await openMany(220, { writesPerSecond: 3 });
  shop.github.limits.secondary = 900;

  await shop.app.tick(0);

  expectAllRedOnce();
  expect(shop.github.requests.filter(({ status }) => status === 403)).toEqual([]);
});

it("[T45] gives up where anybody can see it what GitHub rejects or does not have; ticks let it lie, and a sweep tries once more", async () => {
  await openMany(15);
  for (const status of [422, 404]) {
    shop.github.fail({ method: "POST", path: statuses, times: 1, status, body: { message: "no" } });
  }
  await shop.app.tick(0);

  const buried = shop.rows(
    "select key, last_failure from jobs where buried_at is not null order by last_failure",
  );
  expect(buried.map((row) => row["last_failure"])).toEqual([
    "GitHub has no such thing (404)",
    "GitHub rejects: no",
  ]);
  expect(heads.map(state).filter((one) => one === "failure")).toHaveLength(15 - 2);
  shop.github.forget();
  await shop.app.tick();
  await shop.app.tick();
  expect(shop.github.requests).toEqual([]);

  const lost = heads.filter((sha) => state(sha) !== "failure");
  const refusing = lost.map((sha) =>
    shop.github.fail({
      path: new RegExp(`/statuses/${sha}`),
      times: Infinity,
      status: 422,
      body: { message: "no" },
    }),
  );
  for (let sweeps = 1; sweeps <= 3; sweeps += 1) {
    await shop.sweep();
    await shop.app.tick();
    expect(
      writes()
        .map(({ sha }) => sha)
        .toSorted(),
    ).toEqual(
      Array.from({ length: sweeps }, () => lost)
        .flat()
        .toSorted(),
    );
    expect(shop.rows("select key from jobs where buried_at is not null")).toHaveLength(lost.length);
  }
  for (const accept of refusing) accept();
  await shop.sweep();
  expectAllRedOnce();
});

it("[T45] tries again what it gave up when an event asks for it", async () => {
  await openMany(15);
  shop.github.fail({ method: "POST", path: statuses, times: 1, status: 422, body: { message: "no" } });
  await shop.app.tick(0);
  const lost = heads.findIndex((sha) => state(sha) !== "failure");
  shop.pass();
  shop.repository.label(lost + 1, "docs", { by: "bob" });
  await shop.app.settle();

  expectAllRedOnce();
});

it("writes what an event asks for before the greens of a recovery", async () => {
  await openMany(15);
  await shop.app.tick(0);
  shop.github.forget();
  shop.clock.set(story.mended + 5 * 3_600_000);
  await shop.app.machine.tick();
  const pushed = shop.repository.push(12, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  const order = writes().map(({ sha }) => sha);
  expect(new Set(order).size).toBe(15);
  // One green may have had its turn before the event was read.
  expect(order.indexOf(pushed)).toBeLessThanOrEqual(1);
});
