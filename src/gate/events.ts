/**
 * Business events: what people who operate the gate want to count, search and be woken by. One method an
 * event.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Outcome } from "../domain/decide.ts";
import type { Delivery, Hint } from "../domain/delivery.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Report, ReportState } from "../domain/report.ts";
import type { Actor, Repository, Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { FeatureOff } from "../domain/feature.ts";
import type { CallerAnswer } from "./caller.ts";
import type { Failure } from "./failure.ts";
import type { ScanOutcome } from "./gaps.ts";
import type { Write } from "./writer-port.ts";
import type { Place } from "./postings.ts";

/** A status under one of our contexts; whose is not known where its event was lost. */
export type SeenStatus = Omit<Extract<Hint, { kind: "status" }>, "kind" | "sender"> & {
  readonly sender: Actor | undefined;
};

/** What became of a foreign status. */
export type ForeignStatus =
  /** The truth is on its way. */
  | "answered"
  /** Nobody waits for a verdict there. */
  | "unclaimed"
  /** It was one too many, for the first time. */
  | "given_up"
  /** And again. */
  | "ignored";

/** Whether a data source is asked: it is, or it is not until a moment, or is being tried again. */
export type DataSourceState =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly until: Instant }
  | { readonly kind: "half_open" };

/** Why a data source was not asked: it does not answer, the repository's limit, its line, or the time of the look. */
export type Unasked = "open" | "limit" | "line" | "look";

/** Where business events are told. Implementations never throw and never wait. */
export interface Events {
  deliveryAccepted(delivery: Delivery, isNew: boolean): void;
  deliveryRefused(why: "signature" | "too_large" | "malformed" | "unavailable" | "full"): void;
  deliveryIgnored(name: string): void;
  /** Alertmanager told of alerts, which make us look at so many policies. */
  alertsHeard(alerts: number, looks: number): void;
  /** A verdict was told to a receiver of events, or not. */
  eventSent(sink: string, outcome: "sent" | "refused" | "failed"): void;
  /** A deployment was looked at to the end. */
  verified(repository: string, environment: string, state: "passed" | "failed" | "error"): void;
  /** Somebody asked the gate over HTTP. */
  questionAnswered(verdict: Outcome): void;
  /** Somebody was not let in to ask. */
  callerRefused(why: Extract<CallerAnswer, { kind: "refused" }>["why"] | "too_many"): void;
  alertsRefused(why: "token" | "too_large" | "malformed" | "unavailable"): void;
  measured(dataSource: string, tookMs: DurationMs, unmeasured: number, asked: number): void;
  /** A data source fell silent, is tried again, or answers again. */
  dataSourceState(dataSource: string, state: DataSourceState): void;
  /** Something that one look wanted to know was not asked; told once a look. */
  queryUnasked(dataSource: string, repositoryId: number | undefined, why: Unasked): void;
  policyRead(repository: string, baseRef: string, kind: "absent" | "present" | "broken"): void;
  verdictReached(verdict: Verdict, isNew: boolean): void;
  bypassUsed(verdict: Verdict): void;
  /** A line was added to the audit log. */
  audited(entry: AuditEntry): void;
  reportWritten(report: Report): void;
  reportSpared(report: Report, why: "same" | "older" | "reserve"): void;
  reportFailed(subject: Subject, failure: Failure): void;
  /** A merge group that waited so long was told something else than to wait. */
  groupAnswered(subject: Subject, state: ReportState, waitedMs: DurationMs): void;
  /** A merge queue could not be compared with what is known of it. */
  queueUnread(repository: string, baseRef: string, failure: Failure): void;
  /** A job that waited for us has its answer; `moot`: GitHub took none any more. */
  jobAnswered(subject: Subject, state: "approved" | "rejected", moot: Failure | undefined): void;
  /** A job that waits for us could not be answered now; a refusal is for people to mend. */
  jobUnanswered(subject: Subject, failure: Failure): void;
  /** A job waits for us, and we may not trust what it says about where. */
  jobUnanswerable(repository: Repository, detail: string): void;
  /** Something was deployed without our verdict, or against it. */
  deployedWithoutVerdict(entry: AuditEntry): void;
  /** GitHub has a repository no more, or hides it from us for good; no event told of it. */
  repositoryGone(repository: Repository): void;
  postponed(task: string, failure: Failure): void;
  /** A bug, or a refusal that somebody must mend: the job is given up until an event asks for it again. */
  buried(task: string, error: unknown): void;
  /** GitHub's log of deliveries was read for what was lost. */
  scanned(outcome: ScanOutcome, tookMs: DurationMs): void;
  /** A check run or comment was written. */
  posted(write: Write, place: Place): void;
  postingFailed(write: Write, place: Place, failure: Failure): void;
  /** Somebody else spoke under one of our contexts. */
  foreignStatus(seen: SeenStatus, became: ForeignStatus): void;
  /** A feature that an installation has not accepted. */
  featureOff(installationId: number, off: FeatureOff): void;
  /** Old rows were let go of: how many of each table. */
  cleaned(deleted: ReadonlyMap<string, number>, tookMs: DurationMs): void;
  tick(kind: "watch" | "sweep", tookMs: DurationMs, queued: number): void;
}
