/**
 * Pyrra's burn rate windows: fixed factors, and windows that move with the SLO's own.
 * https://github.com/pyrra-dev/pyrra/blob/v0.10.1/slo/slo.go
 */
import type { DurationMs } from "../domain/duration.ts";
import { exhaustedRule, type Rule } from "../domain/rule.ts";
import type { PyrraSlo } from "./pyrra-slo.ts";

/** One pair of windows. */
export interface PyrraTier {
  readonly name: "fast-burn" | "medium-burn" | "slow-burn" | "long-term-burn";
  /** The key of `alerting.severities`. */
  readonly severityKey: "fastBurn" | "mediumBurn" | "slowBurn" | "longTermBurn";
  readonly severity: "critical" | "warning";
  readonly factor: number;
  readonly shortMs: DurationMs;
  readonly longMs: DurationMs;
  readonly forMs: DurationMs;
}

const shapes = [
  {
    name: "fast-burn",
    severityKey: "fastBurn",
    severity: "critical",
    factor: 14,
    parts: [8064, 672, 20_160],
  },
  {
    name: "medium-burn",
    severityKey: "mediumBurn",
    severity: "critical",
    factor: 7,
    parts: [1344, 112, 2688],
  },
  { name: "slow-burn", severityKey: "slowBurn", severity: "warning", factor: 2, parts: [336, 28, 672] },
  {
    name: "long-term-burn",
    severityKey: "longTermBurn",
    severity: "warning",
    factor: 1,
    parts: [112, 7, 224],
  },
] as const;

/** The windows for an SLO's window, each rounded to a minute, half up as Go does. */
export function pyrraTiers(windowMs: DurationMs): readonly PyrraTier[] {
  const part = (count: number): DurationMs => Math.round(windowMs / count / 60_000) * 60_000;
  return shapes.map(({ parts, ...tier }) => ({
    ...tier,
    shortMs: part(parts[0]),
    longMs: part(parts[1]),
    forMs: part(parts[2]),
  }));
}

/** Whether Pyrra's rules for this window can be loaded: a window that is rounded to nothing is refused by Prometheus. */
export function arePyrraTiersWhole(windowMs: DurationMs): boolean {
  return pyrraTiers(windowMs).every(({ shortMs }) => shortMs > 0);
}

/** Every window that the tiers look at, each once, shortest first. */
export function pyrraWindows(windowMs: DurationMs): readonly DurationMs[] {
  const all = pyrraTiers(windowMs).flatMap(({ shortMs, longMs }) => [shortMs, longMs]);
  return [...new Set(all)].filter((one) => one > 0).toSorted((a, b) => a - b);
}

/**
 * The tiers as rules of the gate: what is critical blocks, what warns warns. A file may name severities of its own; of one
 * that is neither of Pyrra's two words the tier's own stands.
 */
export function pyrraRules({
  windowMs,
  severities,
}: Pick<PyrraSlo, "windowMs" | "severities">): readonly Rule[] {
  const rules = pyrraTiers(windowMs).map((tier): Rule => {
    const written = severities[tier.severityKey];
    const severity = written === "critical" || written === "warning" ? written : tier.severity;
    return {
      name: tier.name,
      then: severity === "critical" ? "block" : "warn",
      forMs: tier.forMs,
      condition: {
        kind: "burn_rate",
        threshold: tier.factor,
        longWindowMs: tier.longMs,
        shortWindowMs: tier.shortMs,
      },
    };
  });
  return [...rules, exhaustedRule];
}
