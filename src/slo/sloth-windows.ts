/**
 * Sloth's alert windows: how much of the budget may be spent within which window.
 * https://sloth.dev/usage/slo-period-windows/
 */
import { z } from "zod";
import { burnRateSpending } from "../domain/budget.ts";
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import type { Problem } from "../domain/problem.ts";
import { exhaustedRule, type Rule } from "../domain/rule.ts";
import { fault, shape } from "./shape.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** One pair of windows, and the share of the budget that may be spent within the long one. */
export interface SlothTier {
  readonly severity: "page" | "ticket";
  readonly speed: "quick" | "slow";
  readonly shareRatio: number;
  readonly shortMs: DurationMs;
  readonly longMs: DurationMs;
}

/** The alert windows of one period. */
export interface SlothWindows {
  readonly periodMs: DurationMs;
  readonly tiers: readonly SlothTier[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const defaultTiers: readonly SlothTier[] = [
  { severity: "page", speed: "quick", shareRatio: 0.02, shortMs: 5 * minute, longMs: hour },
  { severity: "page", speed: "slow", shareRatio: 0.05, shortMs: 30 * minute, longMs: 6 * hour },
  { severity: "ticket", speed: "quick", shareRatio: 0.1, shortMs: 2 * hour, longMs: day },
  { severity: "ticket", speed: "slow", shareRatio: 0.1, shortMs: 6 * hour, longMs: 3 * day },
];

/** Sloth's own windows for a period. Sloth has them for 28 and 30 days; elsewhere the shares stay as they are. */
export function defaultSlothWindows(periodMs: DurationMs): SlothWindows {
  return { periodMs, tiers: defaultTiers };
}

/** The burn rate at which a tier alerts. */
export function tierFactor({ shareRatio, longMs }: SlothTier, periodMs: DurationMs): number {
  return burnRateSpending(shareRatio, periodMs, longMs);
}

/** Every window that the tiers look at, each once, shortest first. */
export function tierWindows({ tiers }: SlothWindows): readonly DurationMs[] {
  return [...new Set(tiers.flatMap(({ shortMs, longMs }) => [shortMs, longMs]))].toSorted((a, b) => a - b);
}

/**
 * The tiers as rules of the gate: what pages a person blocks, what makes a ticket warns. A long window that
 * is no shorter than the period would only say again what is left of the budget.
 */
export function tierRules({ periodMs, tiers }: SlothWindows): readonly Rule[] {
  const rules = tiers
    .filter(({ longMs }) => longMs < periodMs)
    .map((tier): Rule => ({
      name: `${tier.severity}-${tier.speed}-burn`,
      then: tier.severity === "page" ? "block" : "warn",
      forMs: 0,
      condition: {
        kind: "burn_rate",
        threshold: tierFactor(tier, periodMs),
        longWindowMs: tier.longMs,
        shortWindowMs: tier.shortMs,
      },
    }));
  return [...rules, exhaustedRule];
}

const windowText = z.string().check((context) => {
  if (parseDuration(context.value) === undefined)
    context.issues.push(
      fault("bad_duration", context.value, "must be a duration such as `30m`, `4h` or `30d`"),
    );
});
const tierText = z.looseObject({
  errorBudgetPercent: z.number().gt(0).lte(100),
  shortWindow: windowText,
  longWindow: windowText,
});
const pairText = z.looseObject({ quick: tierText, slow: tierText });
const windowsText = z.looseObject({
  spec: z.looseObject({ sloPeriod: windowText, page: pairText, ticket: pairText }),
});

/** Reads a document of alert windows. */
export function readSlothWindows(document: YamlDocument): {
  readonly windows?: SlothWindows;
  readonly problems: readonly Problem[];
} {
  const shaped = shape(document, windowsText);
  if (shaped.kind === "misshapen") return { problems: shaped.problems };
  const { spec } = shaped.value;
  const tiers = defaultTiers.map(({ severity, speed }): SlothTier => {
    const { errorBudgetPercent, shortWindow, longWindow } = spec[severity][speed];
    return {
      severity,
      speed,
      shareRatio: errorBudgetPercent / 100,
      shortMs: parseDuration(shortWindow) ?? 0,
      longMs: parseDuration(longWindow) ?? 0,
    };
  });
  const problems = tiers.flatMap(({ severity, speed, shortMs, longMs }) =>
    longMs > shortMs
      ? []
      : [
          document.problem(
            "bad_windows",
            ["spec", severity, speed, "longWindow"],
            "must be longer than `shortWindow`",
          ),
        ],
  );
  if (problems.length > 0) return { problems };
  return { windows: { periodMs: parseDuration(spec.sloPeriod) ?? 0, tiers }, problems };
}
