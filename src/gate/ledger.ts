/**
 * What the gate remembers. One contract, implemented over SQL (store/). Every method is atomic by itself and
 * safe to repeat; nothing in the gate needs two of them to happen together, so a crash between any two is
 * repaired by running again. All survive the death of the process. That of the machine may take the newest of them, in order
 * from the last, back to the last delivery that was accepted or lease that was renewed: see `Deliveries`, `Queue`.
 */
import type { Asker, Progress } from "../domain/asker.ts";
import type { Bypass } from "../domain/bypass.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Holds } from "../domain/hold.ts";
import type { HeadSight } from "../domain/head-history.ts";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { PolicyAnswer } from "../domain/policy.ts";
import type { Actor, Pull, Repository, Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Accepted } from "../domain/app-need.ts";
import type { Audit } from "./audit.ts";
import type { BudgetDays } from "./budget-days.ts";
import type { SinkPlaces } from "./event-sinks.ts";
import type { ExternalChecks } from "./external-checks.ts";
import type { Tokens } from "./tokens.ts";
import type { Verifications } from "./verifications.ts";
import type { Evaluations } from "./evaluations.ts";
import type { Flips } from "./flips.ts";
import type { Gaps } from "./gaps.ts";
import type { Looks } from "./looks.ts";
import type { Grants, Presses, Remarks, Tags } from "./bypass-memory.ts";
import type { Postings, Welcomes, Wishes } from "./postings.ts";
import type { Queue } from "./queue.ts";
import type { Subjects } from "./subjects.ts";
import type { Reports } from "./reports.ts";
import type { Rounds } from "./rounds.ts";
import type { Retention } from "./retention.ts";

/** Webhooks, under GitHub's delivery id. */
export interface Deliveries {
  /**
   * Stores a delivery and queues its work in one durable commit. `known` when it was stored before: then
   * nothing happens. With `work` nothing is queued: that is done within the commit, on the ledger that it is handed; if it
   * throws, so does this, and nothing is stored.
   */
  accept(
    delivery: Delivery,
    now: Instant,
    work?: (within: Ledger) => Promise<void>,
  ): Promise<"stored" | "known">;
  /** A stored delivery, or `undefined`. */
  find(id: string): Promise<Delivery | undefined>;
  /**
   * When GitHub told of it, as far as we know: when it was stored, or, of one that was lost at first, when GitHub
   * tried in vain. `undefined`: it is not stored.
   */
  toldAt(id: string): Promise<Instant | undefined>;
  /** How many wait for their work; counted up to `most`. */
  waiting(most: number): Promise<number>;
  /** Notes that its work is done. */
  worked(id: string, now: Instant): Promise<void>;
}

/** Installations and repositories as GitHub last described them. */
export interface Registry {
  remember(repository: Repository): Promise<void>;
  repository(id: number): Promise<Repository | undefined>;
  /**
   * Repositories of a name, told without case as GitHub does, whose installation is active; the newest first. There are several
   * while nobody has told us that one of them was renamed, moved or deleted.
   */
  named(owner: string, name: string): Promise<readonly Repository[]>;
  forgetRepository(id: number): Promise<void>;
  /** Repositories of an installation, active or not. */
  repositoriesOf(installationId: number): Promise<readonly Repository[]>;
  /** Repositories of installations that are active. */
  activeRepositories(): Promise<readonly Repository[]>;
  setInstallation(id: number, standing: "active" | "suspended" | "deleted", now: Instant): Promise<void>;
  isActive(installationId: number): Promise<boolean>;
  /** Active installations: those we were told of, and those of repositories. */
  activeInstallations(): Promise<readonly number[]>;
  /** Notes what was accepted for an installation. */
  accept(installationId: number, accepted: Accepted, now: Instant): Promise<void>;
  /** What was accepted for an installation; `undefined` while nobody has told. */
  permissions(installationId: number): Promise<Accepted | undefined>;
}

/** Pull requests as GitHub described them, newest description first. */
export interface Pulls {
  /**
   * Takes a description in. `newer` replaced what was known; `older` and `same` changed nothing; `disputed`
   * means that two descriptions of one second differ, so only a live read can tell (see `settle`).
   */
  observe(pull: Pull, pusher: Actor | undefined): Promise<"newer" | "same" | "older" | "disputed">;
  /** Takes in a description that was read live: it wins over what is known of the same second. */
  settle(pull: Pull): Promise<void>;
  openFor(subject: Subject): Promise<readonly Pull[]>;
  /** Open pull requests into a base branch. */
  openInto(repositoryId: number, baseRef: string): Promise<readonly Pull[]>;
  /** Of these the numbers of those that are approved, as the newest list told. */
  approvedInto(repositoryId: number, baseRef: string): Promise<ReadonlySet<number>>;
  /** A list of all that are open told that these are approved, and no others. */
  noteApproved(repositoryId: number, numbers: ReadonlySet<number>): Promise<void>;
  openIn(repositoryId: number): Promise<readonly Pull[]>;
  /** Open pull requests at any commit that this one was ever seen at, itself among them when it is open. */
  openBeside(repositoryId: number, number: number): Promise<readonly Pull[]>;
  sights(repositoryId: number, number: number): Promise<readonly HeadSight[]>;
}

/** A policy as it was last read on a branch. */
export interface KnownPolicy {
  readonly answer: Exclude<PolicyAnswer, { kind: "unknown" }>;
  /** Files that it was put together from. */
  readonly paths: readonly string[];
  readonly readAt: Instant;
  /** The newest mark that something it was read from has changed; `undefined`: nothing has. */
  readonly staleAt: Instant | undefined;
}

/** Policies by repository and base branch. */
export interface Policies {
  find(repositoryId: number, baseRef: string): Promise<KnownPolicy | undefined>;
  /**
   * Keeps a reading, `before` which that was known. A mark of staleness made since stays, so that a push during the reading
   * is not lost, whoever's clock it was marked by. What was kept or forgotten since is not replaced.
   */
  keep(
    repositoryId: number,
    baseRef: string,
    reading: Omit<KnownPolicy, "staleAt">,
    before: KnownPolicy | undefined,
  ): Promise<void>;
  /** Marks that something has changed; no two marks are equal. */
  markStale(repositoryId: number, baseRef: string, now: Instant): Promise<void>;
  /** Usable policies under which a pull request is open or an asker waits; of one repository, or of all. */
  watched(repositoryId?: number): Promise<readonly WatchedPolicy[]>;
  forget(repositoryId: number): Promise<void>;
}

/** A usable policy that somebody waits under. */
export interface WatchedPolicy {
  readonly repositoryId: number;
  readonly baseRef: string;
  readonly answer: Extract<PolicyAnswer, { kind: "present" }>;
}

/** The newest measurements of a policy revision in a repository. */
export interface KnownMeasurements {
  readonly set: MeasurementSet;
  readonly holds: Holds;
  /** When everything was last answered, see domain/lease.ts. */
  readonly renewedAt: Instant;
  /** Names what subjects are told because of them, see `toldClass`. */
  readonly toldClass: string;
}

/** Measurements, shared by all subjects of a repository whose policies have one revision. */
export interface Measurements {
  find(repositoryId: number, revision: string): Promise<KnownMeasurements | undefined>;
  /** The moment of what `find` gives. */
  measuredAt(repositoryId: number, revision: string): Promise<Instant | undefined>;
  /** Keeps the newer of what is known and what is given; what is dated after `now` was never measured. */
  keep(repositoryId: number, revision: string, known: KnownMeasurements, now: Instant): Promise<void>;
}

/** Verdicts and who opened what. Rows are added and superseded, never edited. */
export interface Verdicts {
  /** Adds a verdict unless the subject's newest has the same class; gives whether it was added. */
  record(verdict: Verdict, reportClass: string, evidence: MeasurementSet): Promise<boolean>;
  /** The number of a subject's newest verdict. */
  newest(subject: Subject): Promise<number | undefined>;
  /** Remembers a bypass and the decision it overrode; once for each wish, commit, gate and moment. */
  recordBypass(verdict: Verdict, bypass: Bypass): Promise<void>;
  /** Bypasses that opened the subject's gate and whose time is over, oldest first. */
  endedBypasses(subject: Subject, now: Instant): Promise<readonly Bypass[]>;
  /** Bypasses that opened the subject's gate, or that of these pull requests at whatever commit, and whose time is not over. */
  standingBypasses(subject: Subject, pulls: readonly number[], now: Instant): Promise<readonly Bypass[]>;
}

/** Merge groups, deployments and jobs that wait for a verdict. */
export interface Askers {
  /**
   * Takes an asker in. One of its key that is known is left as it is (`once`), or begins anew (`anew`): a job
   * that is run again, a branch that has another head.
   */
  ask(asker: Asker, again: "once" | "anew"): Promise<void>;
  /**
   * It waits no longer. One that ends before it was heard of will not be taken in by `once` any more (*late
   * letter*).
   */
  end(asker: Pick<Asker, "subject" | "who">, now: Instant): Promise<void>;
  /** It was answered, and waits no longer, unless it began anew since it was taken in as given. */
  answered(asker: Asker, now: Instant): Promise<void>;
  /** When it ended; `undefined` while it waits, and of one that was never heard of. */
  endedAt(asker: Pick<Asker, "subject" | "who">): Promise<Instant | undefined>;
  /** Who waits for a verdict on the subject. */
  waitingFor(subject: Subject): Promise<readonly Asker[]>;
  /** Everybody who waits, in repositories of active installations; in one of them, or in all. */
  waiting(repositoryId?: number): Promise<readonly Asker[]>;
  /** What the asker has been told. */
  progress(asker: Pick<Asker, "subject" | "who">): Promise<Progress>;
  /** Notes what the asker has been told. */
  note(asker: Pick<Asker, "subject" | "who">, progress: Progress): Promise<void>;
}

/** Everything remembered. */
export interface Ledger {
  readonly deliveries: Deliveries;
  readonly registry: Registry;
  readonly pulls: Pulls;
  readonly policies: Policies;
  readonly measurements: Measurements;
  readonly looks: Looks;
  readonly budgetDays: BudgetDays;
  readonly verdicts: Verdicts;
  readonly evaluations: Evaluations;
  readonly verifications: Verifications;
  readonly subjects: Subjects;
  readonly reports: Reports;
  readonly askers: Askers;
  readonly audit: Audit;
  readonly presses: Presses;
  readonly grants: Grants;
  readonly remarks: Remarks;
  readonly tags: Tags;
  readonly postings: Postings;
  readonly wishes: Wishes;
  readonly externalChecks: ExternalChecks;
  readonly sinks: SinkPlaces;
  readonly tokens: Tokens;
  readonly welcomes: Welcomes;
  readonly queue: Queue;
  readonly rounds: Rounds;
  readonly gaps: Gaps;
  readonly retention: Retention;
  readonly flips: Flips;
}
