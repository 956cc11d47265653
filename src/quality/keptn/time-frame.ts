/** The time that an evaluation is about (go-utils pkg/common/timeutils). */
import type { DurationMs } from "../../domain/duration.ts";
import type { Instant } from "../../domain/instant.ts";
import type { KeptnError } from "./criterion.ts";

const minuteMs: DurationMs = 60_000;

/** From when to when. */
export interface TimeFrame {
  readonly start: Instant;
  readonly end: Instant;
}

/** How a caller says it: each may be empty. */
export interface TimeFrameText {
  readonly start: string;
  readonly end: string;
  readonly timeframe: string;
}

/** Reads a time frame; `now` is the end of one that is only a length. */
export function timeFrameOf({ start, end, timeframe }: TimeFrameText, now: Instant): TimeFrame | KeptnError {
  if (start !== "" && end === "" && timeframe === "") return { error: "no timeframe or end date provided" };
  if (end !== "" && timeframe !== "") return { error: "'end' and 'timeframe' are mutually exclusive" };
  if (end !== "" && start === "") return { error: "start date is required when using an end date" };
  if (timeframe !== "") {
    const lengthMs = parseGoDuration(timeframe);
    if (lengthMs === undefined) return { error: `could not parse timeframe '${timeframe}'` };
    if (start === "") return longEnough({ start: now - lengthMs, end: now });
    const from = parseTimestamp(start);
    return from === undefined ? noTime(start) : longEnough({ start: from, end: from + lengthMs });
  }
  if (start === "") return { error: "evaluation.triggered event does not contain evaluation timeframe" };
  const [from, to] = [parseTimestamp(start), parseTimestamp(end)];
  if (from === undefined) return noTime(start);
  return to === undefined ? noTime(end) : longEnough({ start: from, end: to });
}

function noTime(text: string): KeptnError {
  return { error: `could not parse date '${text}'` };
}

function longEnough(frame: TimeFrame): TimeFrame | KeptnError {
  return frame.end - frame.start >= minuteMs
    ? frame
    : { error: "end date must be at least 1 minute after start date" };
}

/** RFC 3339, or the same without a zone, which is UTC. */
export function parseTimestamp(text: string): Instant | undefined {
  const [, date, zone = "Z"] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(`${date}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: minuteMs, h: 3_600_000 } as const;

/** A length as Go's time.ParseDuration reads it, such as `1h30m`; days are none. */
function parseGoDuration(text: string): DurationMs | undefined {
  const [, sign, lengths = ""] =
    /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  let sum = 0;
  for (const [, number, unit] of lengths.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(number) * unitMs[unit as keyof typeof unitMs];
  return sign === "-" ? -sum : sum;
}

/** A moment as Keptn's events print it, in UTC. */
export function formatTimestamp(at: Instant): string {
  return new Date(at).toISOString();
}
