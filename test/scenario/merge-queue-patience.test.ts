/** What a merge group is told while something is not known that may be known in a minute. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { checkoutHistory, policyFor } from "../world/checkout.ts";
import type { MergeQueueParameters } from "../world/github-rule.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { mainContext, openShop, policyFile, type ShopOptions } from "../world/shop.ts";
import { otherCheck, queueOptions, type QueueShop, withQueue } from "./queue-shop.ts";

let prometheus: Prometheus;
let shop: QueueShop;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
});

afterEach(async () => {
  await shop.close();
});

afterAll(async () => prometheus.stop());

const asking = "pending: Asking how the error budget stands.";
const unreached = /Not measured: checkout \w+: no usable answer from Prometheus/;

/** Opens a shop with one group in its queue, at whose head nothing was said yet; gives that head. */
async function openGroup(
  options: Partial<ShopOptions> = {},
  parameters: Partial<MergeQueueParameters> = {},
  others: readonly string[] = [],
): Promise<string> {
  const config = { logLevel: "debug" } as const;
  shop = withQueue(
    await openShop({ ...queueOptions, config, prometheus: prometheus.url, ...options }),
    parameters,
    others,
  );
  const [number = 0] = await shop.queue(1);
  await shop.github.settled();
  // What was measured for the pull request is too old for the group.
  shop.clock.advance(20_000);
  return shop.group(number).headSha;
}

/** Plays a part of the story without Prometheus. */
async function without(play: () => Promise<void>): Promise<void> {
  await prometheus.kill();
  try {
    await play();
  } finally {
    await prometheus.restart();
  }
}

/** Lets time pass up to a moment, a look of the group's at a time. */
async function waitUntil(at: number): Promise<void> {
  while (shop.clock.now() < at) await shop.later(Math.min(15, (at - shop.clock.now()) / 1000));
}

const history = (sha: string): string[] =>
  shop.repository
    .statuses(sha)
    .filter(({ context }) => context === mainContext)
    .map(({ state, description }) => `${state}: ${description}`);

/** Lines of the log about groups that would wake somebody. */
const alarms = (): unknown[] =>
  shop.app.log.filter(
    ({ level, task }) => (level === "warn" || level === "error") && String(task).includes("merge_group"),
  );

it("waits while Prometheus is down, says why and until when, and merges when it is back", async () => {
  const headSha = await openGroup();
  await without(async () => {
    await shop.work();
    for (let look = 0; look < 4; look += 1) await shop.later(15);
    expect(history(headSha)).toEqual([
      asking,
      expect.stringMatching(/^pending: Not measured: .*until 09:36Z\.$/),
    ]);
    expect(history(headSha)[1]).toMatch(unreached);
    expect(alarms()).toEqual([]);
  });
  await shop.later(15);

  expect(history(headSha).slice(2)).toEqual([expect.stringMatching(/^success: checkout/)]);
  expect([shop.waiting(), shop.isMerged(1)]).toEqual([[], true]);
  const waited = await shop.app.machine.metrics.registry.getSingleMetricAsString(
    "burngate_merge_group_wait_seconds",
  );
  expect(waited).toContain('burngate_merge_group_wait_seconds_bucket{le="60",state="success"} 0');
  expect(waited).toContain('burngate_merge_group_wait_seconds_bucket{le="300",state="success"} 1');
});

it("says error after 60 % of the queue's own time, and not before", async () => {
  const headSha = await openGroup({}, { check_response_timeout_minutes: 10 });
  const heardAt = shop.clock.now();
  await without(async () => {
    await shop.work();
    await waitUntil(heardAt + 359_000);
    expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
    await shop.later(10);
    expect(shop.told(headSha)).toMatch(/^error: Not measured: checkout/);
  });
  expect([shop.waiting(), shop.isMerged(1)]).toEqual([[], false]);
  expect(shop.github.count({ path: /\/rules\/branches\/main$/ })).toBeLessThanOrEqual(2);
});

it("assumes five minutes where GitHub does not tell the queue's time", async () => {
  const headSha = await openGroup();
  const heardAt = shop.clock.now();
  shop.github.fail({ path: /\/rules\/branches/, status: 502, times: Infinity });
  await without(async () => {
    await shop.work();
    await waitUntil(heardAt + 179_000);
    expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
    await shop.later(10);
    expect(shop.told(headSha)).toMatch(/^error: Not measured/);
  });
});

it("goes on after a restart, and counts from when it first heard of the group", async () => {
  const headSha = await openGroup({}, { check_response_timeout_minutes: 10 });
  await without(async () => {
    await shop.work();
    await shop.later(300);
    const again = await shop.restart();
    await shop.work();
    expect(history(headSha)).toEqual([asking, expect.stringMatching(/^pending: Not measured/)]);
    await shop.later(75);
    expect(shop.told(headSha)).toMatch(/^error: Not measured/);
    await again.stop();
  });
});

it("neither falls silent nor waits longer than the queue when the clock is set back an hour", async () => {
  const headSha = await openGroup({}, { check_response_timeout_minutes: 10 });
  await without(async () => {
    await shop.work();
    shop.clock.advance(-3_600_000);
    await shop.watch();
    expect(history(headSha)).toEqual([
      asking,
      expect.stringMatching(/^pending: Not measured/),
      expect.stringMatching(/^error: Not measured/),
    ]);
  });
});

it("takes a green back to pending when nothing can be measured any more, and gives it again", async () => {
  const headSha = await openGroup({}, {}, [otherCheck]);
  await shop.work();
  await without(async () => {
    for (let tick = 0; tick < 3; tick += 1) {
      await shop.later(30);
      await shop.watch();
    }
    expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
  });
  await shop.later(15);

  expect(history(headSha).map((told) => told.split(":")[0])).toEqual([
    "pending",
    "success",
    "pending",
    "success",
  ]);
});

it("says error at once where the policy is broken, and nothing else where it only observes", async () => {
  const broken = await openGroup({ policy: "version: 1\nobjectives: 3\n" });
  await shop.work();
  expect(history(broken)).toEqual([asking, expect.stringMatching(/^error: Policy cannot be used/)]);
  await shop.close();

  const observed = await openGroup({ policy: policyFor("ghost", "mode: observe\n") });
  await shop.work();
  expect(history(observed)).toEqual([asking, expect.stringMatching(/^success: Not measured/)]);
});

it("waits as long for a policy that GitHub does not give, and names that as the reason at the end", async () => {
  const headSha = await openGroup({}, { check_response_timeout_minutes: 10 });
  const mend = shop.github.fail({ path: /\/contents\//, status: 502, times: Infinity });
  await shop.app.machine.ledger.policies.markStale(shop.repository.id, "main", shop.clock.now());
  await shop.work();
  await shop.later(300);
  expect(history(headSha)).toEqual([asking]);
  expect(alarms()).toEqual([]);

  await shop.later(90);
  expect(history(headSha)).toEqual([
    asking,
    "error: Not measured: the policy could not be read (GitHub answered 502).",
  ]);
  expect(shop.waiting()).toEqual([]);
  mend();
});

it("[T47] says nothing at all, not even at the end, where no policy was ever read", async () => {
  const headSha = await openGroup({}, { check_response_timeout_minutes: 10 });
  const mend = shop.github.fail({ path: /\/contents\//, status: 502, times: Infinity });
  await shop.app.machine.ledger.policies.forget(shop.repository.id);
  await shop.work();
  await shop.later(300);
  await shop.later(90);
  await shop.later(90);
  expect(history(headSha)).toEqual([]);
  mend();
});

it("hears of a policy that GitHub gives late, and judges by it", async () => {
  const headSha = await openGroup();
  const mend = shop.github.fail({ path: /\/contents\//, status: 502, times: Infinity });
  shop.commit({ [policyFile]: policyFor("checkout", "mode: observe\n") });
  const again = shop.group(1).headSha;
  await shop.work();
  mend();
  await shop.later(15);

  expect(history(headSha)).toEqual([]);
  expect(history(again)).toEqual([asking, expect.stringMatching(/^success: checkout/)]);
});
