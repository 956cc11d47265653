/** Deployments that are looked at after they have happened, in the ledger. */
import type { Instant } from "../domain/instant.ts";
import type { RolloutFact } from "./rollout-fact.ts";

/** How a verification ended. */
export interface VerificationOutcome {
  readonly state: "passed" | "failed" | "error";
  /** At most 140 code points. */
  readonly sentence: string;
  /** All that GitHub is told but the numbers. */
  readonly reportClass: string;
  readonly reason: string;
  readonly baseRef: string;
  readonly isDispatched: boolean;
}

/** A verification that has not ended. */
export interface Verification {
  readonly id: string;
  readonly repositoryId: number;
  readonly environment: string;
  /** The commit that was deployed; `undefined`: nobody told. */
  readonly headSha: string | undefined;
  readonly deployedAt: Instant;
  readonly dueAt: Instant;
  /** What it came to, where that is known and not everybody is told. */
  readonly outcome: VerificationOutcome | undefined;
}

/** How a verification stands that has ended. */
export type VerificationEnd = VerificationOutcome["state"] | "superseded" | "not_wanted";

/** Verifications in the ledger. */
export interface Verifications {
  /**
   * Begins one, unless it was begun before. Older ones of the environment end, and one that is told of late, after a newer
   * deployment, never begins.
   */
  begin(fact: RolloutFact): Promise<void>;
  /** Those that are due, the longest waiting first. */
  due(now: Instant, most: number): Promise<readonly Verification[]>;
  /** Takes one whose look is due, and puts its next one off; false: another process has it. */
  take(verification: Pick<Verification, "id" | "dueAt">, nextAt: Instant): Promise<boolean>;
  /** Says when the next look is. */
  putOff(id: string, dueAt: Instant): Promise<void>;
  /** Remembers what one came to, before anybody is told. */
  settle(id: string, outcome: VerificationOutcome): Promise<void>;
  /** Ends one. */
  end(id: string, state: VerificationEnd, now: Instant): Promise<void>;
}
