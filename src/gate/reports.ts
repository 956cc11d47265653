/** What the ledger remembers of the statuses that GitHub was told. */
import type { Instant } from "../domain/instant.ts";
import type { ReportState } from "../domain/report.ts";
import type { Subject } from "../domain/subject.ts";

/** What GitHub was last told about a commit under a context. */
export interface LastReport {
  /** `undefined` while nothing is known to have arrived. */
  readonly reportClass: string | undefined;
  readonly verdictAt: Instant;
  /** Statuses written so far; GitHub holds 1000. */
  readonly written: number;
  /** A report that was about to be sent when we were last heard of: whether GitHub has it is not known. */
  readonly intent: ReportIntent | undefined;
}

/** A report about to be sent. */
export interface ReportIntent {
  readonly reportClass: string;
  readonly state: ReportState;
  readonly sentence: string;
  readonly verdictAt: Instant;
}

/** Reports by repository, commit and context. */
export interface Reports {
  last(subject: Subject, context: string): Promise<LastReport | undefined>;
  /** Notes what is about to be sent, before it is. */
  intend(subject: Subject, context: string, intent: ReportIntent): Promise<void>;
  /**
   * GitHub has taken the report, which counts once. `false`: since it was intended, another hand has intended or told
   * something else, or what GitHub has was doubted. Then nothing changes.
   */
  confirm(subject: Subject, context: string, intent: ReportIntent): Promise<boolean>;
  /**
   * Forgets what GitHub has, and what is on its way there, so that the next verdict is told whatever it says. What was
   * written still counts.
   */
  doubt(subject: Subject, context: string): Promise<void>;
  /** GitHub does not have the report. Another hand's intent stays. */
  withdraw(subject: Subject, context: string, intent: ReportIntent): Promise<void>;
  /** What a repository's commits were told is relied on no more: it is to be said again, or taken back. */
  doubtAll(repositoryId: number): Promise<void>;
}
