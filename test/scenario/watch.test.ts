import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { checkoutHistory, policyFor, story } from "../world/checkout.ts";
import { type PrometheusCounter, countQueries } from "../world/prometheus-counter.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openShop, policyFile, type Shop } from "../world/shop.ts";

let prometheus: Prometheus;
let counter: PrometheusCounter;
let shop: Shop;

const tickMs = 30_000;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
  counter = await countQueries(prometheus.url);
});

afterAll(async () => {
  await counter.stop();
  await prometheus.stop();
});

beforeEach(async () => {
  shop = await openShop({ prometheus: counter.url });
});

afterEach(() => shop.close());

it("[T21] turns open pull requests that nobody touched red by the watch alone, and green after the recovery", async () => {
  const pulls = [await shop.openPull(), await shop.openPull(), await shop.openPull({ draft: true })];
  const deliveries = shop.github.deliveries.length;
  const all = (): (string | undefined)[] => pulls.map(({ headSha }) => shop.told(headSha)?.split(":", 1)[0]);

  await shop.go(story.burning);
  expect(all()).toEqual(["failure", "failure", "failure"]);

  await shop.go(story.mended + 5 * 3_600_000);
  expect(all()).toEqual(["success", "success", "success"]);
  const sent = shop.github.deliveries.slice(deliveries).filter(({ event }) => event !== "status");
  expect(sent).toEqual([]);
});

it("[T21] leaves closed pull requests as they are", async () => {
  const pull = await shop.openPull();
  shop.pass();
  shop.repository.close(pull.number);
  await shop.app.settle();

  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^success/);
});

it("[T21] turns a pull request red whose flip was noticed and lost in a crash", async () => {
  const pull = await shop.openPull();
  shop.clock.set(story.burning);
  await shop.app.machine.tick();
  await shop.app.stop();

  const again = await shop.app.restart();
  await again.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  await again.stop();
});

/** The requests of one look: the present, and the end of the oldest day of the budget. */
const look = 2;

it("[T21] asks Prometheus once a tick for a policy, however many pull requests and branches share it", async () => {
  shop.commit({ "b.txt": "b" }, "release");
  for (const base of ["main", "main", "main", "release", "release"]) await shop.openPull({ base });
  await shop.go(story.burning);
  counter.forget();

  for (let tick = 1; tick <= 10; tick += 1) {
    await shop.app.tick(tickMs);
    expect(counter.count).toBe(tick * look);
  }
});

it("[T21] asks once a tick in the tick that turns everything red, too", async () => {
  for (let count = 0; count < 5; count += 1) await shop.openPull();
  counter.forget();

  await shop.go(story.burning);

  expect(counter.count).toBe(look);
});

it("[T21] asks for each repository by itself, since a data source may be open to one and closed to another", async () => {
  const other = shop.github.repository({ owner: "acme", name: "stock", installation: shop.acme });
  other.commit("main", { [policyFile]: policyFor("checkout") });
  const pull = other.openPull({ head: "feature", author: "bob" });
  await shop.openPull();
  counter.forget();

  await shop.go(story.burning);

  expect(counter.count).toBe(2 * look);
  expect(other.latestStatus(pull.headSha, "error-budget: main")?.state).toBe("failure");
});

it("asks Prometheus nothing for a policy without open pull requests", async () => {
  const pull = await shop.openPull();
  shop.pass();
  shop.repository.close(pull.number);
  await shop.app.settle();
  counter.forget();

  await shop.app.tick(tickMs);
  await shop.app.tick(tickMs);

  expect(counter.count).toBe(0);
});

it("asks Prometheus nothing, and queues nothing, for a branch that the policy does not gate", async () => {
  shop.commit({
    [policyFile]: policyFor("checkout", "gates:\n  pull_request:\n    branches: [release/*]\n"),
  });
  await shop.openPull();
  counter.forget();
  shop.clock.advance(tickMs);

  expect(await shop.app.machine.tick()).toBe(0);
  expect(counter.count).toBe(0);
});

it("answers a burst of events within one tick with one question to Prometheus", async () => {
  const pull = await shop.openPull();
  shop.clock.advance(tickMs);
  counter.forget();

  for (let count = 0; count < 5; count += 1) {
    shop.pass();
    shop.repository.label(pull.number, `label-${count}`, { by: "bob" });
    await shop.app.settle();
  }

  expect(counter.count).toBe(look);
});

it("writes nothing when numbers move and the reason stays", async () => {
  await shop.openPull();
  await shop.go(story.burning);
  shop.github.forget();

  for (let tick = 1; tick <= 5; tick += 1) {
    await shop.app.tick(tickMs);
    await shop.sweep();
  }

  expect(shop.github.count({ method: "POST", path: /statuses/ })).toBe(0);
});

it("says that it cannot measure two ticks after Prometheus died, not before, and is right again when it is back", async () => {
  const pull = await shop.openPull();
  await prometheus.kill();
  try {
    await shop.app.tick(tickMs);
    expect(shop.told(pull.headSha)).toMatch(/^success/);
    await shop.app.tick(tickMs);
    expect(shop.told(pull.headSha)).toMatch(
      /^error: Not measured: checkout .*: no usable answer from Prometheus/,
    );
  } finally {
    await prometheus.restart();
  }
  shop.clock.set(story.burning);
  await shop.app.tick(tickMs);
  await shop.app.tick(tickMs);
  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
});

it("keeps a red red while Prometheus is away for one tick", async () => {
  const pull = await shop.openPull();
  await shop.go(story.burning);
  const before = shop.told(pull.headSha);
  await prometheus.kill();
  try {
    await shop.app.tick(tickMs);
  } finally {
    await prometheus.restart();
  }
  await shop.app.tick(tickMs);

  expect(shop.told(pull.headSha)).toBe(before);
});
