/**
 * How fast an installation may be asked and written to.
 *
 * Wants: GitHub's limits are met by waiting, not by being told. GitHub asks for a second between writes, and
 * may ban who ignores its answers
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
 * Keeps: writes of one installation are evenly spaced; when GitHub says "not before", nothing is asked
 * before; a secondary limit without a time waits a minute, then twice as long each time in a row.
 * Leaves out: several processes sharing one budget.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** The paces of all installations. */
export interface Pace {
  /** Takes a turn to write, or tells when the next one is. */
  takeTurn(installationId: number, now: Instant): Instant | undefined;
  /** GitHub said: not before. `until` undefined: it did not say when. */
  hold(installationId: number, now: Instant, until: Instant | undefined): Instant;
  /** GitHub answered well. */
  ease(installationId: number): void;
  /** Until when nothing may be asked at all. */
  heldUntil(installationId: number, now: Instant): Instant | undefined;
  /** Installations that may not be written to now, and until when. */
  waiting(now: Instant): ReadonlyMap<number, Instant>;
}

interface Lane {
  nextWriteAt: Instant;
  heldUntil: Instant;
  heldInARow: number;
}

const minute: DurationMs = 60_000;

/** Paces with so many writes a second for each installation. */
export function paceOf(writesPerSecond: number): Pace {
  const lanes = new Map<number, Lane>();
  const spacingMs = 1000 / writesPerSecond;
  const laneOf = (id: number): Lane => {
    const lane = lanes.get(id) ?? { nextWriteAt: 0, heldUntil: 0, heldInARow: 0 };
    lanes.set(id, lane);
    return lane;
  };
  /** A turn is never further off than one spacing, so a clock that was set back does not silence us. */
  const turnOf = (lane: Lane, now: Instant): Instant => {
    lane.nextWriteAt = Math.min(lane.nextWriteAt, now + spacingMs);
    return Math.max(lane.nextWriteAt, lane.heldUntil);
  };
  return {
    takeTurn(id, now) {
      const lane = laneOf(id);
      const at = turnOf(lane, now);
      if (at > now) return at;
      lane.nextWriteAt = now + spacingMs;
      return undefined;
    },
    hold(id, now, until) {
      const lane = laneOf(id);
      const guess = now + minute * 2 ** Math.min(lane.heldInARow, 4);
      lane.heldInARow += 1;
      lane.heldUntil = Math.max(lane.heldUntil, until ?? guess);
      return lane.heldUntil;
    },
    ease(id) {
      laneOf(id).heldInARow = 0;
    },
    heldUntil(id, now) {
      const until = lanes.get(id)?.heldUntil ?? 0;
      return until > now ? until : undefined;
    },
    waiting(now) {
      const waiting = new Map<number, Instant>();
      for (const [id, lane] of lanes) {
        const at = turnOf(lane, now);
        if (at > now) waiting.set(id, at);
      }
      return waiting;
    },
  };
}
