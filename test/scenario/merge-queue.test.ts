import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { mainContext, policyFile } from "../world/shop.ts";
import { otherCheck, queueOptions, type QueueShop, withQueue } from "./queue-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

/** Every status that a commit was given under our context, oldest first. */
const history = ({ repository }: QueueShop, sha: string): string[] =>
  repository
    .statuses(sha)
    .filter(({ context }) => context === mainContext)
    .map(({ state, description }) => `${state}: ${description}`);

it("merges three healthy pull requests, having told each group to wait first", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const numbers = await shop.queue(3);
  const shas = numbers.map((number) => shop.group(number).headSha);
  await shop.work();

  expect(numbers.map((number) => shop.isMerged(number))).toEqual([true, true, true]);
  expect(shas.map((sha) => history(shop, sha).map((told) => told.split(":")[0]))).toEqual([
    ["pending", "success"],
    ["pending", "success"],
    ["pending", "success"],
  ]);
  expect(shop.waiting()).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
  expect(shop.rows("select * from askers where ended_at is null")).toEqual([]);
});

it("turns the front group red while the budget burns, and GitHub takes its pull request out", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, at: story.burning }));
  const [first = 0] = await shop.queue(1);
  const { headSha } = shop.group(first);
  await shop.work();

  expect(history(shop, headSha)).toEqual([
    "pending: Asking how the error budget stands.",
    expect.stringMatching(/^failure: checkout: 1h burn 1\d\dx > 14.4x/),
  ]);
  expect([shop.waiting(), shop.isMerged(first)]).toEqual([[], false]);
});

it("judges by numbers of now, not by those of the last tick", async () => {
  const shop = withQueue(
    await openShop({ ...queueOptions, at: story.outage, config: { tickMs: 7_200_000 } }),
  );
  const [first = 0] = await shop.queue(1);
  const { headSha } = shop.group(first);
  shop.clock.set(story.burning);
  await shop.work();

  expect(shop.told(headSha)).toMatch(/^failure: checkout/);
});

it("[T21] turns a green group red when the budget burns while it waits for another check", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const [first = 0] = await shop.queue(1);
  const { headSha } = shop.group(first);
  await shop.work();
  expect([shop.waiting(), shop.told(headSha)]).toEqual([[first], expect.stringMatching(/^success/)]);

  shop.clock.set(story.burning);
  await shop.watch();

  expect(shop.told(headSha)).toMatch(/^failure: checkout/);
  expect(shop.waiting()).toEqual([]);
});

it("turns a red group that is still in the queue green when the budget recovers, and it merges", async () => {
  const at = story.burning;
  // With HEADGREEN a red group stays as long as one behind it may still be green.
  const shop = withQueue(await openShop({ ...queueOptions, at }), { grouping_strategy: "HEADGREEN" });
  const [first = 0, second = 0] = await shop.queue(2);
  const [red = "", held = ""] = [first, second].map((number) => shop.group(number).headSha);
  shop.github.fail({ method: "POST", path: new RegExp(held), status: 502, times: Infinity });
  await shop.work();
  expect([shop.waiting(), shop.told(red)]).toEqual([[first, second], expect.stringMatching(/^failure/)]);

  shop.clock.set(story.mended + 3 * 3_600_000);
  await shop.watch();

  expect(shop.told(red)).toMatch(/^success/);
  expect(shop.isMerged(first)).toBe(true);
});

it("writes nothing after a group is destroyed, and nothing for one that is heard of only afterwards", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, at: story.burning }));
  const [first = 0] = await shop.queue(1);
  await shop.app.settle();
  shop.github.holdWebhooks();
  const next = await shop.queue(1);
  const { headSha } = shop.group(next[0] ?? 0);
  shop.repository.queue.remove(next[0] ?? 0);
  const [asked, destroyed] = ["checks_requested", "destroyed"].map(
    (action) =>
      shop.github.deliveries.findLast((one) => one.event === "merge_group" && one.action === action)?.guid ??
      "",
  );
  await shop.github.deliverAll({ order: [destroyed ?? "", asked ?? ""] });
  await shop.work();

  expect(first).toBe(1);
  expect(history(shop, headSha)).toEqual([]);
});

it("drops a waiting job whose group is destroyed", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const [first = 0] = await shop.queue(1);
  const { headSha } = shop.group(first);
  await shop.github.settled();
  shop.repository.queue.remove(first);
  await shop.work();

  expect(history(shop, headSha)).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
});

it("[T47] never paints a group of a repository that has no policy", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, policy: null }), {
    check_response_timeout_minutes: 5,
  });
  const [first = 0] = await shop.queue(1);
  const known = shop.group(first).headSha;
  await shop.work();
  expect(history(shop, known)).toEqual([]);

  await shop.app.machine.ledger.policies.forget(shop.repository.id);
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: Infinity });
  const [second = 0] = await shop.queue(1);
  const unknown = shop.group(second).headSha;
  for (let minute = 0; minute < 10; minute += 1) await shop.later(60);
  expect(history(shop, unknown)).toEqual([]);
});

it("says pending at once also where the policy must be read first", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const [first = 0] = await shop.queue(1);
  shop.repository.queue.remove(first);
  await shop.work();
  await shop.app.machine.ledger.policies.forget(shop.repository.id);
  shop.github.forget();
  shop.repository.queue.add(first);
  const { headSha } = shop.group(first);
  await shop.work();

  expect(history(shop, headSha)[0]).toBe("pending: Asking how the error budget stands.");
  expect(shop.github.count({ path: /contents/ })).toBeGreaterThan(0);
});

it("says that the policy is broken, and does not wait for it to mend itself", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, policy: "version: 1\nobjectives: 3\n" }));
  const [first = 0] = await shop.queue(1);
  const { headSha } = shop.group(first);
  await shop.work();

  expect(shop.told(headSha)).toMatch(/^error: Policy cannot be used/);
});

it("lets a group at a pull request's very commit speak for both, and the pull request again when it is gone", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const { headSha } = await shop.openPull();
  const repository = await shop.app.machine.ledger.registry.repository(shop.repository.id);
  /** As a queue tells it that has nothing to merge in and takes the commit as it is. */
  const tell = async (change: "requested" | "ended"): Promise<void> => {
    if (repository === undefined) throw new Error("the shop is not known");
    const headRef = "refs/heads/gh-readonly-queue/main/pr-1-0";
    const hint = { kind: "merge_group", repository, change, headSha, headRef, baseRef: "main" } as const;
    await shop.app.machine.accept({ id: change, name: "merge_group", hint });
    await shop.work();
  };
  shop.commit({ [policyFile]: policyFor("ghost") });
  await tell("requested");
  await shop.app.machine.sweep();
  await shop.work();
  expect(history(shop, headSha).slice(1)).toEqual([expect.stringMatching(/^pending: Not measured: ghost/)]);

  await tell("ended");

  expect(history(shop, headSha).slice(2)).toEqual([expect.stringMatching(/^error: Not measured: ghost/)]);
});

it("[T14] lets nobody's bypass into main with whom it shares a group", async () => {
  const shop = withQueue(await openShop({ ...queueOptions, at: story.burning }));
  const { number } = await shop.openPull({ files: { "one.txt": "one" } });
  const { number: bare } = await shop.openPull({ files: { "two.txt": "two" } });
  shop.pass();
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(shop.repository.pull(number).head.sha)).toMatch(/^success: Bypassed/);
  for (const one of [number, bare]) shop.repository.queue.add(one, { by: "ann" });
  const { headSha } = shop.group(bare);
  await shop.work();

  expect(shop.isMerged(bare)).toBe(false);
  expect(history(shop, headSha).filter((told) => told.startsWith("success"))).toEqual([]);
});

it("[T22] merges nothing while the app is down, and judges what waited when it is back", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const { number } = await shop.openPull();
  await shop.app.stop();
  shop.repository.queue.add(number, { by: "ann" });
  await shop.github.settled();
  shop.repository.queue.settle();
  expect([shop.waiting(), shop.told(shop.group(number).headSha)]).toEqual([[number], undefined]);

  const again = await shop.restart();
  await again.machine.sweep();
  await shop.work();

  expect(shop.isMerged(number)).toBe(true);
  await again.stop();
});
