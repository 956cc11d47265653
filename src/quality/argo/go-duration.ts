import type { DurationMs } from "../../domain/duration.ts";

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go writes it (https://pkg.go.dev/time#ParseDuration); `undefined`: it is none. Days are not among Go's units. */
export function goDurationMs(text: string): DurationMs | undefined {
  if (text.length > 50 || !/^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text))
    return undefined;
  let sum = 0;
  for (const [, number = "", unit = ""] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(number) * (unitMs[unit] ?? Number.NaN);
  return text.startsWith("-") ? -sum : sum;
}
