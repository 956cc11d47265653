/** How fast each installation may be asked and written to; domain/lane.ts is the law. */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import {
  type HourLeft,
  easeLane,
  freshLane,
  holdLane,
  type Lane,
  nextTurn,
  points,
  takeTurn,
} from "../domain/lane.ts";
import type { Lanes } from "../gate/lanes.ts";

/** The paces of all installations. */
export interface Pace {
  /** Takes a turn to write, or tells when the next one is. */
  takeTurn(installationId: number, now: Instant): Promise<Instant | undefined>;
  /** GitHub said: not before. `until` undefined: it did not say when. */
  hold(installationId: number, now: Instant, until: Instant | undefined): Promise<Instant>;
  /** GitHub answered well, and may have told what is left of the hour. */
  ease(installationId: number, hourLeft: HourLeft | undefined): Promise<void>;
  /** Something is read, which counts too. */
  spend(installationId: number): void;
  /** Until when nothing may be asked at all. Another process's wait is learned with the next turn to write. */
  heldUntil(installationId: number, now: Instant): Instant | undefined;
  /** Installations that may not be written to now, and until when, as far as this process knows. */
  waiting(now: Instant): ReadonlyMap<number, Instant>;
}

/** What this process knows of an installation: its lane as it was last seen, and what only its own requests tell. */
interface Known {
  lane: Lane;
  /** When the next write may begin, as of the moment at which the lane was last seen. */
  turnAt: Instant;
  hourLeft: HourLeft | undefined;
  spent: number;
}

/** Paces with so many writes a second for each installation, over lanes that others may share. */
export function paceOf(writesPerSecond: number, lanes: Lanes): Pace {
  const known = new Map<number, Known>();
  // Few wait at a time, and who does is asked for each job.
  const mayWait = new Set<number>();
  const spacingMs: DurationMs = 1000 / writesPerSecond;
  const of = (id: number): Known => {
    const one = known.get(id) ?? { lane: freshLane, turnAt: 0, hourLeft: undefined, spent: 0 };
    known.set(id, one);
    return one;
  };
  const turnOf = ({ lane, hourLeft }: Known, now: Instant): Instant =>
    nextTurn(lane, now, spacingMs, hourLeft);
  const reckonTurn = (id: number, one: Known, now: Instant): void => {
    one.turnAt = turnOf(one, now);
    if (one.turnAt > now) mayWait.add(id);
  };
  return {
    async takeTurn(id, now) {
      const ours = of(id);
      let waitsUntil: Instant | undefined;
      ours.lane = await lanes.change(id, (lane) => {
        const at = nextTurn(lane, now, spacingMs, ours.hourLeft);
        waitsUntil = at > now ? at : undefined;
        return at > now ? undefined : takeTurn(lane, now, spacingMs, ours.spent, ours.hourLeft);
      });
      if (waitsUntil === undefined) ours.spent = 0;
      reckonTurn(id, ours, now);
      return waitsUntil;
    },
    async hold(id, now, until) {
      const ours = of(id);
      ours.lane = await lanes.change(id, (lane) => holdLane(lane, now, until));
      reckonTurn(id, ours, now);
      return ours.lane.heldUntil;
    },
    async ease(id, hourLeft) {
      const ours = of(id);
      if (hourLeft !== undefined) ours.hourLeft = hourLeft;
      // Most answers are good ones after good ones: they cost nothing.
      if (ours.lane.heldInARow > 0) ours.lane = await lanes.change(id, easeLane);
    },
    spend(id) {
      of(id).spent += points.read;
    },
    heldUntil(id, now) {
      const until = known.get(id)?.lane.heldUntil ?? 0;
      return until > now ? until : undefined;
    },
    waiting(now) {
      const waiting = new Map<number, Instant>();
      for (const id of mayWait) {
        const one = of(id);
        // Reckoned when the lane was last seen; only who had to wait then may have to wait now.
        if (one.turnAt <= now) mayWait.delete(id);
        else {
          const at = turnOf(one, now);
          if (at > now) waiting.set(id, at);
        }
      }
      return waiting;
    },
  };
}
