/**
 * What the gate needs of the world, in the gate's own words. Adapters implement these; tests hand in others.
 */
import type { BypassTerms } from "../domain/bypass-terms.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { ErrorHistory } from "../domain/error-history.ts";
import type { Instant } from "../domain/instant.ts";
import type { Maintenance } from "../domain/maintenance.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Objective } from "../domain/objective.ts";
import type { ReportState } from "../domain/report.ts";
import type { SentQuery } from "../domain/sent-query.ts";
import type { Actor, Pull, Repository } from "../domain/subject.ts";
import type { QueryRange } from "../quality/gate-query.ts";
import type { PrometheusAnswer } from "../quality/keptn/sli-value.ts";
import type { Result } from "./failure.ts";

/** The only clock. */
export interface Clock {
  now(): Instant;
  /** Resolves after `delayMs`, or at once when `signal` aborts. */
  wait(delayMs: DurationMs, signal: AbortSignal): Promise<void>;
}

/** A path of a repository at one commit. */
export type FileAnswer =
  | { readonly kind: "file"; readonly text: string; readonly blobSha: string }
  | { readonly kind: "absent" }
  /** A directory, a submodule, or a link that leads out. */
  | { readonly kind: "not_a_file" }
  | { readonly kind: "too_large" };

/** A folder of a repository at one commit. */
export type FolderAnswer =
  | {
      readonly kind: "folder";
      readonly entries: readonly { readonly name: string; readonly kind: "file" | "folder" | "other" }[];
      /** Whether these are all. */
      readonly isWhole: boolean;
    }
  | { readonly kind: "absent" };

/** A pull request read live, with what a bypass needs to know. */
export interface LivePull {
  readonly pull: Pull;
  readonly body: string;
  /** The head branch, when it lies in the same repository; `undefined` for forks. */
  readonly headBranch: string | undefined;
}

/** A repository's open pull requests, and the repository as their list describes it. */
export interface OpenPulls {
  readonly pulls: readonly Pull[];
  /** Numbers of those that reviewers have approved, where the branch demands a review. */
  readonly approved: ReadonlySet<number>;
  readonly repository: Repository;
}

/** What a bypass needs of a pull request's timeline, oldest first. */
export type TimelineEntry =
  | {
      readonly kind: "labeled" | "unlabeled";
      readonly label: string;
      readonly actor: Actor | undefined;
      readonly at: Instant;
      readonly isThroughApp: boolean;
    }
  /** Commits were added or replaced. */
  | { readonly kind: "head_moved" }
  | (Spoken & { readonly kind: "comment"; readonly isThroughApp: boolean })
  /** A review, with the commit that it is about. */
  | (Spoken & { readonly kind: "review"; readonly commitSha: string });

/** Something that somebody said on a pull request. */
export interface Spoken {
  readonly actor: Actor | undefined;
  readonly at: Instant;
  readonly body: string;
  /** Changed after it was made, or not shown to be unchanged. */
  readonly isEdited: boolean;
}

/** A tag's ref: what it names is a commit, or a tag object with more to tell. */
export interface TagRef {
  readonly name: string;
  readonly objectSha: string;
  readonly isAnnotated: boolean;
}

/** What a tag object says. */
export interface TagNote {
  /** The tag's name as it was signed; a ref of any other name may point at the same object. */
  readonly name: string;
  /** The commit that it stands for; `undefined` where it stands for something else. */
  readonly commitSha: string | undefined;
  readonly message: string;
  /** The tagger's own words, and true only where the signature is. */
  readonly email: string;
  readonly at: Instant;
  /** GitHub found the signature to be good. */
  readonly isVerified: boolean;
}

/** A pull request in a merge queue. */
export interface GroupMember {
  readonly number: number;
  readonly headSha: string;
}

/** A group of a merge queue that waits for its checks. */
export interface QueuedGroup {
  readonly headSha: string;
  /** Full ref of its branch. */
  readonly headRef: string;
}

/** A merge queue as GitHub tells it. */
export interface MergeQueue {
  readonly groups: readonly QueuedGroup[];
  /** Whether these are all of its groups. */
  readonly isWhole: boolean;
}

/** GitHub, read. Every answer is as of now; nothing is cached here. */
export interface GitHubReader {
  /** The branch's commit, or `undefined` when the branch does not exist. */
  branchHead(repository: Repository, branch: string): Promise<Result<string | undefined>>;
  file(
    repository: Repository,
    path: string,
    commitSha: string,
    maxBytes: number,
  ): Promise<Result<FileAnswer>>;
  /** What lies in a folder; the root is the empty path. */
  folder(repository: Repository, path: string, commitSha: string): Promise<Result<FolderAnswer>>;
  pull(repository: Repository, number: number): Promise<Result<LivePull>>;
  /** Ids of all repositories that an installation sees. */
  repositoryIds(installationId: number): Promise<Result<ReadonlySet<number>>>;
  openPulls(repository: Repository): Promise<Result<OpenPulls>>;
  timeline(repository: Repository, number: number): Promise<Result<readonly TimelineEntry[]>>;
  /** Who pushed `sha` to a branch, or `undefined` when GitHub's activity log does not tell. */
  pusher(repository: Repository, branch: string, sha: string): Promise<Result<Actor | undefined>>;
  /** What entitles a person under the terms (`team acme/sre`), or `undefined` when nothing does. */
  entitlement(repository: Repository, actor: Actor, terms: BypassTerms): Promise<Result<string | undefined>>;
  /**
   * The pull requests that a merge group holds: every entry of the branch's queue from its front to the one
   * whose group commit this is. `undefined` when the queue has no such entry (any more).
   */
  groupMembers(
    repository: Repository,
    baseRef: string,
    groupSha: string,
  ): Promise<Result<readonly GroupMember[] | undefined>>;
  /** The queue in front of a branch, or `undefined` when there is none that we can see. */
  mergeQueue(repository: Repository, branch: string): Promise<Result<MergeQueue | undefined>>;
  /**
   * How long the branch's merge queue waits for checks until it takes them for failed, or `undefined` when no
   * rule that we can see tells.
   */
  queueTimeout(repository: Repository, branch: string): Promise<Result<DurationMs | undefined>>;
  /** The merged pull requests whose merge made exactly this commit. */
  madeBy(repository: Repository, sha: string): Promise<Result<readonly number[]>>;
  /** The tag of exactly this name, whatever branches are called. */
  tag(repository: Repository, name: string): Promise<Result<TagRef | undefined>>;
  /** Every tag whose name begins so. */
  tagsUnder(repository: Repository, prefix: string): Promise<Result<readonly TagRef[]>>;
  /** What a tag object says. */
  tagNote(repository: Repository, objectSha: string): Promise<Result<TagNote | undefined>>;
  /** The name of an active ruleset that lets only some people make and move tags of this name. */
  tagGuard(repository: Repository, name: string): Promise<Result<string | undefined>>;
  /** The commit that a workflow run is of. */
  runCommit(repository: Repository, runId: number): Promise<Result<string>>;
  /** The newest status of a commit under a context. */
  status(repository: Repository, sha: string, context: string): Promise<Result<PostedStatus | undefined>>;
}

/** A commit status as GitHub has it. */
export interface PostedStatus {
  readonly state: ReportState | "pending";
  readonly description: string;
}

/** GitHub, read for what we posted there ourselves. */
export interface PostedReader {
  /** The newest check run of ours on a commit with that name and external id. */
  ownCheckRun(
    repository: Repository,
    sha: string,
    name: string,
    externalId: string,
  ): Promise<Result<number | undefined>>;
  /** The first comment on a pull request that we made and that holds the mark. */
  ownComment(repository: Repository, number: number, mark: string): Promise<Result<number | undefined>>;
  /** The name of the repository's default branch. */
  defaultBranch(repository: Repository): Promise<Result<string>>;
}

/** Objectives to measure over their windows, all at one moment, at one data source. */
export interface MeasurementRequest {
  readonly dataSource: string;
  /** The repository whose questions these are, and which stands in line for them; absent: none in particular. */
  readonly repositoryId?: number;
  readonly questions: readonly { readonly objective: Objective; readonly windowsMs: readonly DurationMs[] }[];
  readonly at: Instant;
  /** Planned work that budgets leave out; absent: none. */
  readonly maintenance?: readonly Maintenance[];
}

/** Asks for one expression at one moment, or at those of a range; then the answer's type is `matrix`. */
export type AskValue = (expression: string, at: Instant, range?: QueryRange) => Promise<PrometheusAnswer>;

/** Prometheus. Not knowing is an answer, so this never fails. */
export interface Measurer {
  /** One measurement per question and window. */
  measure(request: MeasurementRequest): Promise<readonly Measurement[]>;
  /** One history per question, for the day before the request's moment. The questions' windows do not matter. */
  history(request: MeasurementRequest): Promise<readonly ErrorHistory[]>;
  /** Asks for the values of quality gates: one look of a repository at a data source, which begins now. */
  values(dataSource: string, repositoryId: number | undefined): AskValue;
  /** What `measure` asks for each question and window. Nobody is asked. */
  queries(request: MeasurementRequest): readonly SentQuery[];
}

/** The operator's data sources, and which repositories each is open to. */
export interface DataSourceDirectory {
  /**
   * Resolves the id that a policy names, or the only one that is open to the repository when it names none.
   */
  resolve(
    id: string | undefined,
    repository: Pick<Repository, "owner" | "name">,
  ):
    | { readonly kind: "open"; readonly id: string }
    | { readonly kind: "unknown"; readonly known: readonly string[] }
    | { readonly kind: "closed"; readonly id: string };
  /**
   * The id of the source that a file means by a name or an address, where one is open to the repository. An address is only
   * compared, never dialled. [T26]
   */
  named(name: string, repository: Pick<Repository, "owner" | "name">): string | undefined;
}
