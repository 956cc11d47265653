import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** Label names and values of one series, without the metric's name. */
export type Labels = Readonly<Record<string, string>>;

/** One time series of made history. `samples` may be walked any number of times and gives rising times. */
export interface Series {
  readonly name: string;
  readonly labels: Labels;
  /** Pairs of time (ms since 1970) and value. */
  readonly samples: () => Iterable<readonly [atMs: number, value: number]>;
}

interface Span {
  readonly name: string;
  readonly labels?: Labels;
  /** Time of the first sample, ms since 1970. */
  readonly from: number;
  /** No sample lies later than this, ms since 1970. */
  readonly to: number;
  /** Distance between two samples; 60 when left out. */
  readonly everySeconds?: number;
}

/** A counter described by how fast it grows. */
export interface CounterSpan extends Span {
  /**
   * Growth per second from the given instant until the next sample; `undefined` leaves the next sample out (a gap in
   * which the process counted nothing). Steps that fall on sample times are therefore exact.
   */
  readonly perSecond: (atMs: number) => number | undefined;
  /** Instants (ms) at which the counting process restarted: the counter begins again at 0 there. */
  readonly resetAt?: readonly number[];
}

/** A gauge described by its value at each instant. */
export interface GaugeSpan extends Span {
  /** The value of the sample at the given instant; `undefined` leaves the sample out. */
  readonly valueAt: (atMs: number) => number | undefined;
}

/** A counter that starts at 0 with its first sample. Throws RangeError when the span is empty or unaligned to milliseconds. */
export function counter(span: CounterSpan): Series {
  const step = stepOf(span);
  const resets = (span.resetAt ?? []).toSorted((a, b) => a - b);
  return {
    name: span.name,
    labels: span.labels ?? {},
    *samples() {
      let value = 0;
      let nextReset = 0;
      yield [span.from, value];
      for (let at = span.from; at + step <= span.to; at += step) {
        let since = at;
        for (
          let reset = resets[nextReset];
          reset !== undefined && reset <= at + step;
          reset = resets[++nextReset]
        ) {
          if (reset <= at) continue;
          value = 0;
          since = reset;
        }
        const rate = span.perSecond(at);
        if (rate === undefined) continue;
        value += (rate * (at + step - since)) / 1000;
        yield [at + step, value];
      }
    },
  };
}

/** A gauge sampled at fixed distances. Throws RangeError when the span is empty or unaligned to milliseconds. */
export function gauge(span: GaugeSpan): Series {
  const step = stepOf(span);
  return {
    name: span.name,
    labels: span.labels ?? {},
    *samples() {
      for (let at = span.from; at <= span.to; at += step) {
        const value = span.valueAt(at);
        if (value !== undefined) yield [at, value];
      }
    },
  };
}

/** Writes the series to a file as OpenMetrics text, each metric's series together. */
export async function writeOpenMetrics(file: string, series: readonly Series[]): Promise<void> {
  const out = createWriteStream(file);
  const byName = series.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let lines: string[] = [];
  const flush = async () => {
    if (!out.write(lines.join(""))) await once(out, "drain");
    lines = [];
  };
  for (const one of byName) {
    const selector = selectorOf(one.name, one.labels);
    for (const [atMs, value] of one.samples()) {
      lines.push(`${selector} ${numberText(value)} ${(atMs / 1000).toFixed(3)}\n`);
      if (lines.length === 8192) await flush();
    }
  }
  lines.push("# EOF\n");
  await flush();
  out.end();
  await once(out, "finish");
}

/** A series as the exposition formats write it: `name{label="value"}`, labels in order of name. */
export function selectorOf(name: string, labels: Labels): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((label) => `${label}="${escapeValue(labels[label] ?? "")}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}

/** A sample value as the exposition formats write it. */
export function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}

function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function stepOf(span: Span): number {
  const step = (span.everySeconds ?? 60) * 1000;
  if (!(Number.isInteger(step) && step > 0))
    throw new RangeError(`${span.name}: everySeconds must be a whole number of ms`);
  if (!(Number.isInteger(span.from) && span.from <= span.to)) {
    throw new RangeError(`${span.name}: a span from ${span.from} to ${span.to} has no samples`);
  }
  return step;
}
