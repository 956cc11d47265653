/** A short campaign of `npm run chaos` on each store; docs/chaos.md tells of the long ones. */
import { expect, it } from "vitest";
import { runCampaign } from "../chaos/campaign.ts";

/** Drawn once: the rounds meet failures of GitHub, Prometheus, clocks and stores. */
const seed = 20_261_123;

it.each([
  { store: "sqlite", replicas: 1, rounds: 4 },
  { store: "postgres", replicas: 3, rounds: 3 },
] as const)(
  "[T16] tells the truth after $rounds rounds of chaos on $store with $replicas process(es)",
  { timeout: 300_000 },
  async (setting) => {
    const reports = await runCampaign({ ...setting, seed, only: undefined, told() {} });
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
    expect(reports).toHaveLength(setting.rounds + 1);
    expect(reports.slice(1).every(({ kills }) => kills > 0)).toBe(true);
  },
);
