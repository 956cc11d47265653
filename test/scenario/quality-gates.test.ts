import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cartsHistory, deployedAt } from "../world/carts.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { acceptEverything, everything, reportOn } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore(cartsHistory);

const minute = 60_000;
const example = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../examples/policies/quality", name), "utf8");
const gate = (more = ""): string =>
  `version: 1\nquality_gates:\n  - {name: carts, keptn: slo.yaml, sli: sli.yaml, service: carts${more}}\n`;

/** A shop that is gated by Keptn's files. */
async function gatedShop(more = "", options: Partial<ShopOptions> = {}): Promise<Shop> {
  const shop = await openShop({ policy: null, at: deployedAt(1) + 20 * minute, ...options });
  shop.commit({
    [policyFile]: gate(more),
    "slo.yaml": example("carts.slo.yaml"),
    "sli.yaml": example("carts.sli.yaml"),
  });
  await shop.app.settle();
  return shop;
}

it("opens a pull request while the gate passes, holds it when it fails, and lets go again", async () => {
  const shop = await gatedShop();
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toBe("success: The quality gate passes at 08:20Z.");
  await shop.go(deployedAt(3) + 20 * minute);
  expect(shop.told(headSha)).toMatch(
    /^failure: Quality gate carts failed at 09:20Z: score 50: Evaluation failed due to key_sli/,
  );
  await shop.go(deployedAt(4) + 20 * minute);
  expect(shop.told(headSha)).toMatch(/^success: Warning: Quality gate carts warns at 09:50Z: score 75/);
});

it("shows every indicator, what was measured and what was asked of it in the check run", async () => {
  const shop = await acceptEverything(await gatedShop("", everything));
  const { headSha } = await shop.openPull();
  await shop.go(deployedAt(3) + 20 * minute);
  await shop.app.settle();
  const { output } = reportOn(shop, headSha) ?? {};
  expect(output?.title).toBe("Held: 0 of 1 quality gate passed");
  expect(output?.summary).toContain("Quality gate <code>carts</code> of keptn failed");
  expect(output?.text).toContain("| <code>carts</code> | keptn | **fail** | 50 |");
  expect(output?.text).toMatch(
    /Failed requests .*<\/code> \| fail \| 6(\.0\d*)? \| <code>.*5 violated<\/code> \|/,
  );
});

it("keeps nothing of a look: what it compares with are deployments", async () => {
  const shop = await gatedShop();
  await shop.openPull();
  await shop.go(deployedAt(2) + 20 * minute);
  expect(shop.rows("select * from evaluations")).toEqual([]);
});

it("is not measured, and never a pass, when Prometheus is silent", async () => {
  const shop = await gatedShop("", { source: { url: new URL("http://127.0.0.1:9") } });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^error: Not measured: quality gate carts at 08:20Z: no answer/);
});

it("holds what a policy's pinned baseline cannot be found for", async () => {
  const shop = await gatedShop(", baseline: 00000000-0000-8000-8000-000000000000");
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^error: Not measured: quality gate carts .* its baseline/);
});

it("leaves out the objective of an SLI that nobody answers, where the policy says so", async () => {
  const shop = await gatedShop();
  shop.commit({ "sli.yaml": example("carts.sli.yaml").replace("response_time_milliseconds", "nothing") });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^failure: Quality gate carts failed .* score 50/);
  shop.commit({ [policyFile]: gate(", ignore_if_empty: [response_time_p95]") });
  await shop.app.settle();
  expect(shop.told(headSha)).toBe("success: The quality gate passes at 08:20Z.");
});

const analysis = (
  query: string,
  condition = "len(result) == 1 && result[0] <= 5",
): string => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  args: [{name: service}]
  metrics:
    - name: errors
      successCondition: ${condition}
      failureCondition: len(result) == 1 && result[0] > 5
      provider: {prometheus: {query: '${query}'}}
`;
const share =
  '100 * (sum(rate(http_requests_total{service="{{args.service}}",code=~"5.."}[5m])) or vector(0)) / sum(rate(http_requests_total{service="{{args.service}}"}[5m]))';

it("holds by an AnalysisTemplate of Argo's, and does not know where Argo would be inconclusive", async () => {
  const shop = await openShop({ policy: null, at: deployedAt(1) + 20 * minute });
  const policy = (service: string): string =>
    `version: 1\nquality_gates: [{name: canary, argo: a.yaml, args: {service: ${service}}}]\n`;
  shop.commit({ [policyFile]: policy("carts"), "a.yaml": analysis(share) });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toBe("success: The quality gate passes at 08:20Z.");
  await shop.go(deployedAt(3) + 20 * minute);
  expect(shop.told(headSha)).toMatch(/^failure: Quality gate canary failed at 09:20Z: errors/);
  shop.commit({ [policyFile]: policy("nobody") });
  await shop.app.settle();
  expect(shop.told(headSha)).toMatch(/^error: Not measured: quality gate canary/);
});

it("[T26] never dials an address of a file, and says whom to ask for it", async () => {
  const shop = await openShop({ policy: null, at: deployedAt(1) + 20 * minute });
  const named = analysis("up").replace("{prometheus: {", "{prometheus: {address: 'http://169.254.169.254', ");
  shop.commit({
    [policyFile]: "version: 1\nquality_gates: [{argo: a.yaml, args: {service: carts}}]\n",
    "a.yaml": named,
  });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^error: Policy cannot be used: .*169\.254/);
});

it("holds by the MetricTemplate of a Canary of Flagger's", async () => {
  const shop = await openShop({
    policy: null,
    at: deployedAt(1) + 20 * minute,
    source: { aliases: ["http://prometheus.monitoring:9090"] },
  });
  const canary = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: carts, namespace: shop}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: carts}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    metrics:
      - {name: errors, templateRef: {name: errors, namespace: shop}, thresholdRange: {max: 5}, interval: 5m}
---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: errors, namespace: shop}
spec:
  provider: {type: prometheus, address: "http://prometheus.monitoring:9090"}
  query: 100 * (sum(rate(http_requests_total{service="{{ target }}",code=~"5.."}[{{ interval }}])) or vector(0)) / sum(rate(http_requests_total{service="{{ target }}"}[{{ interval }}]))
`;
  shop.commit({
    [policyFile]: "version: 1\nquality_gates: [{name: canary, flagger: c.yaml}]\n",
    "c.yaml": canary,
  });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toBe("success: The quality gate passes at 08:20Z.");
  await shop.go(deployedAt(3) + 20 * minute);
  expect(shop.told(headSha)).toMatch(/^failure: Quality gate canary failed/);
});
