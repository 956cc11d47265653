import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret.ts";
import { alertmanagerPath } from "../../src/http/alertmanager.ts";
import { send } from "../contract/http-surface.ts";
import { checkoutHistory, story } from "../world/checkout.ts";
import { type PrometheusCounter, countQueries } from "../world/prometheus-counter.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openShop, type Shop } from "../world/shop.ts";

const token = "alertmanager-token-of-32-letters!";

let prometheus: Prometheus;
let counter: PrometheusCounter;
let shop: Shop;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
  counter = await countQueries(prometheus.url);
});

afterAll(async () => {
  await counter.stop();
  await prometheus.stop();
});

beforeEach(async () => {
  const alertmanagerToken = new Secret(() => token);
  shop = await openShop({ prometheus: counter.url, config: { alertmanagerToken, logLevel: "info" } });
});

afterEach(() => shop.close());

/** Tells of alerts as Alertmanager does; gives its answer. */
async function tell(
  status: "firing" | "resolved",
  labels: Readonly<Record<string, string>>,
  count = 1,
): Promise<string> {
  const alerts = Array.from({ length: count }, (_, pod) => ({
    status,
    labels: { ...labels, pod: String(pod) },
  }));
  const headers = { authorization: `Bearer ${token}` };
  const port = Number(new URL(shop.app.url).port);
  const body = JSON.stringify({ version: "4", status, alerts });
  const answer = await send({ port }, { method: "POST", path: alertmanagerPath, headers }, body);
  return `${answer.status} ${answer.text.trim()}`;
}

it("[T21] turns pull requests red by an alert, long before the next tick, and green when it is resolved", async () => {
  const pulls = [await shop.openPull(), await shop.openPull()];
  const all = (): (string | undefined)[] => pulls.map(({ headSha }) => shop.told(headSha)?.split(":", 1)[0]);
  await shop.app.tick();

  shop.clock.set(story.burning);
  expect(await tell("firing", { slo: "checkout" })).toBe("202 Looks at 1 policy.");
  await shop.app.settle();
  expect(all()).toEqual(["failure", "failure"]);

  shop.clock.set(story.mended + 5 * 3_600_000);
  await tell("resolved", { slo: "checkout" });
  await shop.app.settle();
  expect(all()).toEqual(["success", "success"]);
});

it("believes no alert: it looks, and says what is true", async () => {
  const pull = await shop.openPull();
  shop.pass(60);
  counter.forget();
  await tell("firing", { sloth_service: "checkout", sloth_slo: "checkout", slo: "checkout" });
  await shop.app.settle();
  expect(counter.count).toBeGreaterThan(0);
  expect(shop.told(pull.headSha)).toMatch(/^success/);
});

it("[T18] asks Prometheus once for a storm of a thousand alerts, and nothing for what it does not know", async () => {
  await shop.openPull();
  shop.clock.set(story.burning);
  counter.forget();
  expect(await tell("firing", { slo: "stock" }, 1000)).toBe("202 Looks at 0 policies.");
  await shop.app.settle();
  expect(counter.count).toBe(0);
  expect(await tell("firing", { slo: "checkout" }, 1000)).toBe("202 Looks at 1 policy.");
  await tell("firing", { slo: "checkout" }, 1000);
  await shop.app.settle();
  // The requests of one look: the present, and the end of the oldest day of the budget.
  expect(counter.count).toBe(2);
});

it("[T21] looks after a crash, too: what was answered with 202 is on disk", async () => {
  const pull = await shop.openPull();
  shop.clock.set(story.burning);
  await tell("firing", { slo: "checkout" });
  await shop.app.stop();

  const again = await shop.app.restart();
  await again.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  await again.stop();
});

it("[T46] writes the token down nowhere", async () => {
  await tell("firing", { slo: "checkout" });
  const lines = JSON.stringify(shop.app.log);
  expect(lines).toContain("alerts heard");
  expect(lines).not.toContain(token);
});
