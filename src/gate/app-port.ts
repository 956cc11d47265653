/** GitHub asked as the App itself, not in the name of an installation. */
import type { DeliveryAttempt } from "../domain/delivery-gap.ts";
import type { Accepted } from "../domain/app-need.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Result } from "./failure.ts";

/** A page of the log of deliveries, newest first. */
export interface AttemptPage {
  readonly attempts: readonly DeliveryAttempt[];
  /** Where the next, older page begins; `undefined` after the last. */
  readonly next: string | undefined;
}

/** An installation as GitHub describes it now. */
export interface LiveInstallation {
  readonly standing: "active" | "suspended";
  readonly accepted: Accepted;
}

/** The App as GitHub knows it. */
export interface OwnApp {
  readonly id: number;
  /** The login of its bot, as which it writes. */
  readonly bot: string;
}

/** What the App may ask about itself. */
export interface GitHubApp {
  /** How long GitHub remembers a delivery. */
  readonly memoryMs: DurationMs;
  /** A page of the log of deliveries, or its newest page. */
  attempts(cursor: string | undefined): Promise<Result<AttemptPage>>;
  /** Asks GitHub to make one attempt more. */
  redeliver(attemptId: number): Promise<Result<void>>;
  /** Itself, from memory where that is young. `undefined` in `newerThan`: any memory will do. */
  self(newerThan: Instant | undefined): Promise<Result<OwnApp>>;
  /** Itself as it was last told; asks nobody. */
  knownSelf(): OwnApp | undefined;
  installation(installationId: number): Promise<Result<LiveInstallation>>;
}
