import type { Instant } from "../domain/instant.ts";
import type { Subject } from "../domain/subject.ts";
import type { FlipOutcome } from "./flips.ts";

/** Where a subject stands. */
export interface Subjects {
  /**
   * Notes that GitHub has been told of the decision, and when the subject is due again by itself (a bypass
   * that ends). With `told` the flips that wait for it are settled in the same commit; without, by the next look.
   */
  told(
    subject: Subject,
    toldClass: string,
    dueAt: Instant | undefined,
    told?: { readonly outcome: Extract<FlipOutcome, "written" | "spared">; readonly at: Instant },
  ): Promise<void>;
  /** Subjects under a branch's policy that somebody waits for and that were told something else than `toldClass`, or nothing. */
  outOfDate(repositoryId: number, baseRef: string, toldClass: string): Promise<readonly Subject[]>;
  /** Subjects of a commit that somebody waits for. */
  wantedAt(repositoryId: number, headSha: string): Promise<readonly Subject[]>;
  /** Subjects that somebody waits for and whose own time has come. */
  due(now: Instant): Promise<readonly Subject[]>;
}
