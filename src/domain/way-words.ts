/**
 * How numbers came about, where that is not the plain way: said beside them, so that shares that count different things
 * are never read as one.
 */
import type { DurationMs } from "./duration.ts";
import { formatDuration } from "./duration.ts";
import type { MeasuredWay, Measurement } from "./measurement.ts";

/** What is worth saying of an objective's numbers. */
export interface WayNote {
  readonly objective: string;
  /** A sentence without its subject and its full stop: `is read from recorded series over 5m, 1h`. */
  readonly words: string;
}

/** What is worth saying of the ways in which objectives were measured; alike windows are one note. */
export function wayNotes(measurements: readonly Measurement[]): readonly WayNote[] {
  const notes = measurements.flatMap((one) => {
    const { way } = one.kind === "measured" ? one : { way: undefined };
    return way === undefined
      ? []
      : wordsOf(way).map((words) => ({ objective: one.objective, windowMs: one.windowMs, words }));
  });
  const alike = Map.groupBy(notes, ({ objective, words }) => `${objective}\n${words}`);
  return [...alike.values()].flatMap((ours) => {
    const [first] = ours;
    if (first === undefined) return [];
    const { objective, words } = first;
    return [{ objective, words: `${words} ${overWords(ours.map(({ windowMs }) => windowMs))}` }];
  });
}

function wordsOf({ kind, weighting, insteadOf, leftOut, quiet }: MeasuredWay): readonly string[] {
  const isPlain = kind !== "recorded" && weighting === "events";
  const words = isPlain
    ? []
    : [
        `${kindWords[kind]}, counts ${weightingWords[weighting]}${quiet === undefined ? "" : `, ${quietWords[quiet]}`},`,
      ];
  if (insteadOf !== undefined)
    words.push(`is measured by its own queries, not by recorded series (${insteadOf}),`);
  if (leftOut !== undefined) words.push(`leaves out ${leftOut}`);
  return words;
}

const kindWords: Readonly<Record<MeasuredWay["kind"], string>> = {
  recorded: "is read from recorded series",
  direct: "is measured by its own queries",
  days: "is summed from whole days",
};

const weightingWords: Readonly<Record<MeasuredWay["weighting"], string>> = {
  events: "events",
  time: "every moment alike, however many events it had",
  slices: "slices of time",
};

const quietWords: Readonly<Record<NonNullable<MeasuredWay["quiet"]>, string>> = {
  left_out: "those without traffic left out",
  good: "those without traffic as good",
  bad: "those without traffic as bad",
};

function overWords(windows: readonly DurationMs[]): string {
  const sorted = [...new Set(windows)].toSorted((a, b) => a - b);
  return `over ${sorted.map(formatDuration).join(", ")}`;
}
