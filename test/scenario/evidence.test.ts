import { expect, it } from "vitest";
import type { MeasurementSet } from "../../src/domain/measurement.ts";
import { story } from "../world/checkout.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

const minute = 60_000;

it("keeps beside each verdict what was asked of Prometheus, for when, and what it answered", async () => {
  const shop = await openShop();
  const { headSha } = await shop.openPull();
  await shop.go(story.burning);
  expect(shop.told(headSha)).toMatch(/^failure: checkout: 1h burn 167x/);

  const rows = shop.rows("select outcome, reached_at, evidence from verdicts order by id");
  expect(rows.map(({ outcome }) => outcome)).toEqual(["allow", "block"]);
  const [calm, burning] = rows.map(({ evidence }) => JSON.parse(String(evidence)) as MeasurementSet);
  expect(calm?.at).toBe(story.calm);
  expect(burning?.at).toBe(story.burning);
  const ratios = (set: MeasurementSet | undefined) =>
    new Map(
      set?.measurements.map((one) => [one.windowMs, one.kind === "measured" ? one.errorRatio : one.why]),
    );
  expect(ratios(calm).get(5 * minute)).toBeCloseTo(0.000_05, 6);
  // Half of all requests fail: all of the last five minutes, and twenty minutes of the last hour.
  expect(ratios(burning).get(5 * minute)).toBeCloseTo(0.5, 6);
  expect(ratios(burning).get(60 * minute)).toBeCloseTo(0.17, 2);
  for (const set of [calm, burning]) {
    expect(set?.measurements.length).toBeGreaterThan(4);
    for (const one of set!.measurements) {
      expect(one).toMatchObject({ objective: "checkout", dataSource: "main", at: set!.at });
      expect(one.query).toContain('sum(rate(http_requests_total{service="checkout",code=~"5.."}[');
    }
  }
});
