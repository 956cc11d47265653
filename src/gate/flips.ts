/**
 * What became of a change: when a branch's policy says something else than its subjects were told, one record is opened,
 * and each subject that must be told is settled in it once.
 *
 * Wants: whoever asks "is everybody told, and since when?" gets an answer that was counted.
 * Keeps: a record is finished when nothing in it is open, and not sooner. It is never the truth about who must be told:
 * that is found anew each tick (`Subjects.outOfDate`), and whoever is found then and is in no open record opens one.
 */
import type { Instant } from "../domain/instant.ts";
import type { Subject } from "../domain/subject.ts";

/** A branch's policy says something new. */
export interface Flip {
  readonly repositoryId: number;
  readonly baseRef: string;
  /** The policy's revision. */
  readonly revision: string;
  /** What its subjects are to be told, see `toldClass`. */
  readonly toldClass: string;
  /** Whether the gate is held. */
  readonly isRed: boolean;
}

/** How a subject of a flip may end. */
export const flipOutcomes = ["written", "spared", "superseded", "failed"] as const;

/**
 * `written`: GitHub was told. `spared`: it had the very words already. `superseded`: nobody waits for it any more, or it
 * was told something newer. `failed`: its job was given up; if that is done after all, it is written or spared.
 */
export type FlipOutcome = (typeof flipOutcomes)[number];

/** How far a flip has come. */
export interface FlipProgress extends Flip {
  readonly id: number;
  readonly noticedAt: Instant;
  /** `undefined` while a subject is open. */
  readonly finishedAt: Instant | undefined;
  /** Subjects that are not settled. */
  readonly open: number;
  /** Subjects by how they ended. */
  readonly settled: Readonly<Record<FlipOutcome, number>>;
}

/** The records of flips. */
export interface Flips {
  /**
   * Takes in who must be told: in the branch's open record of the same class, or in a new one. Older records of the branch
   * are over, and so is whatever is open and need not be told any more. Subjects whose jobs were given up count as failed.
   */
  notice(flip: Flip, due: readonly Subject[], now: Instant): Promise<void>;
  /** Ends a subject by what became of its job, if it is open: who was told is settled with `Subjects.told`. */
  settle(subject: Subject, outcome: FlipOutcome, now: Instant): Promise<void>;
  /** Ends whatever is open in a repository that we serve no more. */
  leave(repositoryId: number, now: Instant): Promise<void>;
  /** Flips that are not finished, oldest first. */
  open(): Promise<readonly FlipProgress[]>;
  /** The flips that finished last, newest first. */
  finished(atMost: number): Promise<readonly FlipProgress[]>;
}
