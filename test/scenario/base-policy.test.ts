import { beforeEach, expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

/** A policy that nothing short of an outage of everything would break. */
const lax = policyFor("checkout").replace("99.9%", "50%");

const pointing = "version: 1\nobjectives:\n  - from: slo/checkout.yaml\n";

function sloth(objective: string): string {
  return `version: prometheus/v1
service: checkout
slos:
  - name: availability
    objective: ${objective}
    sli:
      events:
        error_query: sum(rate(http_requests_total{service="checkout",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{service="checkout"}[{{.window}}]))
    alerting:
      page_alert: { disable: true }
      ticket_alert: { disable: true }
`;
}

const reads = (): number => shop.github.count({ method: "GET" });
const state = (sha: string): string | undefined => shop.told(sha)?.split(":", 1)[0];

beforeEach(async () => {
  shop = await openShop({ at: story.burning });
});

it("[T1] [T2] [T30] judges a pull request that loosens the policy by the policy of its base", async () => {
  const pull = await shop.openPull({ files: { [policyFile]: lax } });

  expect(state(pull.headSha)).toBe("failure");
});

it("[T1] reads the policy at the base's commit and never at a head", async () => {
  const pull = await shop.openPull({ files: { [policyFile]: lax } });

  const asked = shop.github.requests.filter(({ path }) => path.includes("/contents/"));
  const base = shop.repository.branches.get("main");
  expect(asked.map(({ query }) => query)).toEqual([`ref=${base}`]);
  expect(base).not.toBe(pull.headSha);
});

it("[T1] judges open pull requests again when a push to their base changes the policy", async () => {
  const pull = await shop.openPull();
  expect(state(pull.headSha)).toBe("failure");

  shop.pass();
  shop.commit({ [policyFile]: lax });
  await shop.app.settle();
  expect(state(pull.headSha)).toBe("success");

  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();
  expect(state(pull.headSha)).toBe("failure");
});

it("[T1] judges open pull requests again when a push changes a file that the policy points at", async () => {
  shop.commit({ [policyFile]: pointing, "slo/checkout.yaml": sloth("99.9") });
  const pull = await shop.openPull();
  expect(state(pull.headSha)).toBe("failure");

  shop.pass();
  shop.commit({ "slo/checkout.yaml": sloth("50") });
  await shop.app.settle();

  expect(state(pull.headSha)).toBe("success");
});

it("[T1] notices a file appearing that the policy pointed at in vain", async () => {
  shop.commit({ [policyFile]: pointing });
  const pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toMatch(/^error: Policy cannot be used: \.github\/slo-policy\.yml:3:/);

  shop.pass();
  shop.commit({ "slo/checkout.yaml": sloth("50") });
  await shop.app.settle();

  expect(state(pull.headSha)).toBe("success");
});

it("[T1] reads the files that a glob of the policy matches, and again when one more appears", async () => {
  const globbed = "version: 1\nobjectives:\n  - from: services/*/slo.yaml\n";
  const calm = sloth("50").replace("service: checkout", "service: calm");
  shop.commit({ [policyFile]: globbed, "services/calm/slo.yaml": calm, "services/calm/main.ts": "" });
  const pull = await shop.openPull();
  expect(state(pull.headSha)).toBe("success");

  shop.pass();
  shop.commit({ "services/checkout/slo.yaml": sloth("99.9") });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout-availability/);
});

it("reads nothing for a push that touches neither the policy nor what it points at", async () => {
  shop.commit({ [policyFile]: pointing, "slo/checkout.yaml": sloth("99.9") });
  await shop.openPull();
  shop.github.forget();

  shop.pass();
  shop.commit({ "slo/other.yaml": "a", "src/b.txt": "b" });
  await shop.app.settle();

  expect(shop.github.requests).toEqual([]);
});

it("[T1] reads the policy again when a forced push takes commits away, which no push lists", async () => {
  const strict = shop.repository.branches.get("main");
  shop.commit({ [policyFile]: lax });
  const pull = await shop.openPull();
  expect(state(pull.headSha)).toBe("success");
  shop.pass();

  shop.repository.move("main", strict);
  await shop.app.settle();

  expect(shop.github.deliveries.findLast(({ event }) => event === "push")?.payload["commits"]).toEqual([]);
  expect(state(pull.headSha)).toBe("failure");
});

it("[T1] finds a change of the policy whose push was never delivered with the next sweep", async () => {
  const pull = await shop.openPull();
  shop.github.holdWebhooks();
  shop.pass();
  shop.commit({ [policyFile]: lax });

  await shop.sweep();

  expect(state(pull.headSha)).toBe("success");
});

it("[T1] finds a change of the policy that was pushed while the app was down", async () => {
  const pull = await shop.openPull();
  await shop.app.stop();
  shop.github.sendWebhooksTo(undefined);
  shop.commit({ [policyFile]: lax });
  shop.pass();

  const again = await shop.app.restart();
  await again.machine.sweep();
  await again.settle();

  expect(state(pull.headSha)).toBe("success");
  await again.stop();
});

it("compares policies in a sweep with one read for each branch", async () => {
  await shop.openPull();
  await shop.openPull();
  // The first word to a repository, which looks for its head, is said once.
  await shop.sweep();
  shop.github.forget();

  await shop.sweep();

  expect(reads()).toBe(1);
  expect(shop.github.count({ operation: "OpenPulls" })).toBe(1);
  expect(shop.github.count({ operation: "QueueEntries" })).toBe(1);
  expect(shop.github.count({ path: /\/git\/ref\// })).toBe(1);
});
