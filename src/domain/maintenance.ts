import type { DurationMs } from "./duration.ts";
import { matchesGlob } from "./subject.ts";

/** Planned work, during which nothing is promised: it is counted neither as bad nor as good. */
export interface Maintenance {
  /** Unique within a policy. */
  readonly name: string;
  /** When it begins, or first began, in local time: `2026-01-04T02:00:00`. */
  readonly startLocal: string;
  /** IANA name of the place whose clock `startLocal` is read from. */
  readonly timeZone: string;
  /** How long each time lasts, on an ordinary clock. */
  readonly durationMs: DurationMs;
  /** The recurrence rule of RFC 5545 by which it comes again, `FREQ=WEEKLY;BYDAY=SU`. Absent: once. */
  readonly rrule?: string;
  /** Glob of the objectives that it is about. Absent: all. */
  readonly objectives?: string;
}

/** Whether maintenance is about an objective. */
export function isAbout({ objectives }: Maintenance, objective: string): boolean {
  return objectives === undefined || matchesGlob(objective, objectives);
}
