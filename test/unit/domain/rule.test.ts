import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { burnRateSpending } from "../../../src/domain/budget.ts";
import { formatDuration } from "../../../src/domain/duration.ts";
import type { Objective } from "../../../src/domain/objective.ts";
import { rulesFor, windowsOf } from "../../../src/domain/objective-rules.ts";
import { defaultRules, type Rule } from "../../../src/domain/rule.ts";

const hour = 3_600_000;
const day = 24 * hour;

function told({ name, then, condition }: Rule): string {
  if (condition.kind === "remaining")
    return `${then} when ${condition.thresholdRatio * 100}% is left (${name})`;
  const { threshold, longWindowMs, shortWindowMs } = condition;
  const windows = `${formatDuration(longWindowMs)} and ${formatDuration(shortWindowMs)}`;
  return `${then} above ${Number(threshold.toFixed(4))}x over ${windows} (${name})`;
}

const objective = (windowMs: number): Objective => ({
  name: "checkout",
  targetRatio: 0.999,
  windowMs,
  sli: { kind: "ratio", errorRatioQuery: { pieces: ["x[", "]"] } },
});

describe("the rules of a policy that writes none", () => {
  it("are the SRE Workbook's and Sloth's over 30 days", () => {
    expect(defaultRules(30 * day).map(told)).toMatchInlineSnapshot(`
      [
        "block above 14.4x over 1h and 5m (fast-burn)",
        "block above 6x over 6h and 30m (slow-burn)",
        "warn above 3x over 1d and 2h (steady-burn)",
        "warn above 1x over 3d and 6h (creeping-burn)",
        "block when 0% is left (budget-exhausted)",
      ]
    `);
  });

  it("keep the shares and move the factors over 28 days", () => {
    expect(defaultRules(28 * day).map(told)).toMatchInlineSnapshot(`
      [
        "block above 13.44x over 1h and 5m (fast-burn)",
        "block above 5.6x over 6h and 30m (slow-burn)",
        "warn above 2.8x over 1d and 2h (steady-burn)",
        "warn above 0.9333x over 3d and 6h (creeping-burn)",
        "block when 0% is left (budget-exhausted)",
      ]
    `);
  });

  it("do the same over 7 days", () => {
    expect(defaultRules(7 * day).map(told)).toMatchInlineSnapshot(`
      [
        "block above 3.36x over 1h and 5m (fast-burn)",
        "block above 1.4x over 6h and 30m (slow-burn)",
        "warn above 0.7x over 1d and 2h (steady-burn)",
        "warn above 0.2333x over 3d and 6h (creeping-burn)",
        "block when 0% is left (budget-exhausted)",
      ]
    `);
  });

  it("leave out a tier that is not shorter than the objective's own window", () => {
    expect(defaultRules(day).map(({ name }) => name)).toEqual(["fast-burn", "slow-burn", "budget-exhausted"]);
    expect(defaultRules(hour).map(({ name }) => name)).toEqual(["budget-exhausted"]);
  });

  it("always hold a spent budget, and always look at a short window inside a long one", () => {
    fc.assert(
      fc.property(fc.integer({ min: hour, max: 366 * day }), (windowMs) => {
        const rules = defaultRules(windowMs);
        expect(rules.at(-1)).toMatchObject({
          then: "block",
          condition: { kind: "remaining", thresholdRatio: 0 },
        });
        for (const { condition } of rules) {
          if (condition.kind !== "burn_rate") continue;
          expect(condition.shortWindowMs).toBeLessThan(condition.longWindowMs);
          expect(condition.threshold).toBeGreaterThanOrEqual(
            burnRateSpending(0.02, windowMs, condition.longWindowMs) * 0.999,
          );
        }
      }),
    );
  });
});

describe("what an objective is held against", () => {
  const own: Rule = {
    name: "mine",
    then: "warn",
    forMs: 0,
    condition: { kind: "remaining", thresholdRatio: 0.1 },
  };

  it("is the policy's own rules where it writes any, and only those", () => {
    expect(rulesFor(objective(30 * day), [own])).toEqual([own]);
    expect(rulesFor(objective(28 * day), undefined)).toEqual(defaultRules(28 * day));
  });

  it("names each window to measure once, shortest first, the objective's own among them", () => {
    const windows = windowsOf(objective(30 * day), undefined).map(formatDuration);
    expect(windows).toEqual(["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"]);
    expect(windowsOf(objective(7 * day), [own])).toEqual([7 * day]);
  });
});
