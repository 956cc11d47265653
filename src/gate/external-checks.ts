/** Status checks that a forge elsewhere asks for, in the ledger. */
import type { Instant } from "../domain/instant.ts";

/** A check that somebody asked for. */
export interface ExternalCheck {
  readonly id: string;
  readonly projectId: number;
  /** The merge request's number in its project. */
  readonly mergeRequest: number;
  readonly sha: string;
  /** Which of the project's checks is to be answered. */
  readonly checkId: number;
  /** `owner/name` of the repository whose policy judges. */
  readonly repository: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly askedAt: Instant;
  readonly dueAt: Instant;
  readonly told: CheckState | undefined;
  readonly failures: number;
}

/** What is answered. */
export type CheckState = "passed" | "failed";

/** Checks in the ledger. */
export interface ExternalChecks {
  /** Takes one in, due at once; the same one again begins anew, and others of its merge request end. */
  readonly ask: (check: Omit<ExternalCheck, "id" | "dueAt" | "told" | "failures">) => Promise<void>;
  due(now: Instant, most: number): Promise<readonly ExternalCheck[]>;
  /** Says how one stands, if nobody has said so since; false: somebody has. */
  move(check: ExternalCheck, to: Pick<ExternalCheck, "dueAt" | "told" | "failures">): Promise<boolean>;
  end(id: string): Promise<void>;
}
