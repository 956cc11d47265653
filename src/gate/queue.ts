/**
 * Work that waits, keyed by what it is about.
 *
 * Wants: everything that must be looked at is looked at, soon, the most urgent first, once.
 * Keeps: at most one job of a key waits and at most one runs. A key that is queued while it runs runs once
 * more afterwards, so a change that arrives during a look is never missed (*moving target*). A job whose
 * worker died is free again when its lease ends (*dead hand*), and a worker that lost its lease can no longer
 * finish the job (*late hand*): each claim has its own number. A repository with ten thousand pull requests does
 * not keep its neighbours waiting (*crowded house*): where many jobs are queued at once, each has a turn.
 * Leaves out: fairness between installations beyond their write budgets.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { parseSubjectKey, type Subject, subjectKey } from "../domain/subject.ts";

/** What a job is about. */
export type Task =
  /** Work a stored delivery. */
  | { readonly kind: "delivery"; readonly id: string }
  /** Judge a subject and report. */
  | { readonly kind: "subject"; readonly subject: Subject }
  /** Read a pull request live, then judge it. */
  | { readonly kind: "pull"; readonly repositoryId: number; readonly number: number }
  /** Look at a policy because of an alert. */
  | { readonly kind: "look"; readonly repositoryId: number; readonly revision: string }
  /** Compare a repository's open pull requests and policies with what we know. */
  | { readonly kind: "repository"; readonly repositoryId: number }
  /** Tell a subject again, because somebody asked. */
  | { readonly kind: "refresh"; readonly wish: "status" | "recheck"; readonly subject: Subject }
  /** Post a subject's check run. */
  | { readonly kind: "report"; readonly subject: Subject }
  /** Post the comment on a pull request. */
  | { readonly kind: "comment"; readonly repositoryId: number; readonly number: number }
  /** Say the first word to a repository. */
  | { readonly kind: "welcome"; readonly repositoryId: number };

/**
 * The higher, the sooner. `waiting` is for queues and jobs that stand still until we answer, `cosmetic` for what
 * explains and holds nothing.
 */
export const priority = {
  delivery: 100,
  waiting: 90,
  bypass: 80,
  /** A pull request that merges by itself as soon as it may. */
  autoMerge: 70,
  red: 60,
  event: 50,
  /** What an alert asks for. What it finds is queued as the watch does. */
  look: 45,
  flip: 40,
  sweep: 10,
  cosmetic: 5,
} as const;

/** A job to put in the queue. */
export interface NewJob {
  readonly task: Task;
  /** The installation whose write budget the job needs; `undefined` when it writes nothing. */
  readonly installationId: number | undefined;
  readonly priority: number;
  readonly notBefore: Instant;
  /**
   * Whether a job that was given up is tried again. Events revive it, and each sweep does once more: rarely
   * enough to be no burden, and nothing stays silent for ever. The watch does not.
   */
  readonly revive: boolean;
}

/** A job in a worker's hands. */
export interface ClaimedJob {
  readonly task: Task;
  readonly key: string;
  /** This claim's number; a later claim of the same job has another. */
  readonly claim: number;
  readonly installationId: number | undefined;
  readonly priority: number;
  /** How often it was put back in a row for a failure, and how many of those were bugs. */
  readonly failures: number;
  readonly faults: number;
}

/** Why a job goes back: the detail is kept for people. */
export type Setback =
  /** It is only not its turn yet. */
  | { readonly kind: "wait" }
  /** The world let us down. */
  | { readonly kind: "failure"; readonly detail: string }
  /** A bug. */
  | { readonly kind: "fault"; readonly detail: string };

/** The jobs of a repository, by how they stand. */
export interface Backlog {
  /** `undefined` of jobs that write nothing. */
  readonly installationId: number | undefined;
  /** `undefined` of deliveries, which must be worked to know. */
  readonly repositoryId: number | undefined;
  /** Jobs that could be taken now, were their installation not to wait. */
  readonly due: number;
  /** Jobs that wait for a later moment. */
  readonly later: number;
  readonly running: number;
  readonly buried: number;
  /** Since when the oldest of those that are due could be taken. */
  readonly oldestAt: Instant | undefined;
}

/** The queue. */
export interface Queue {
  enqueue(job: NewJob, now: Instant): Promise<void>;
  /**
   * Queues many at once, all or none. Repositories of an installation take turns with them: of equally urgent jobs the
   * first of each comes before the second of any, whoever came first. Within a repository they keep the order given.
   */
  fanOut(jobs: readonly NewJob[], now: Instant): Promise<void>;
  /** Takes the most urgent job that is due, skipping installations that must wait. Costs no more when many wait. */
  claim(
    now: Instant,
    leaseMs: DurationMs,
    pausedInstallations: readonly number[],
  ): Promise<ClaimedJob | undefined>;
  /**
   * Takes one after the other for as long as more is asked for, in the order in which they stood when the first was: one at
   * least if there is any, and not always all. What is not asked for stays in the queue.
   */
  claims(
    now: Instant,
    leaseMs: DurationMs,
    pausedInstallations: readonly number[],
  ): AsyncIterable<ClaimedJob, void, undefined>;
  /**
   * Ends every lease. For the start of a process that owns the queue alone: who held them is dead, and nobody
   * need wait for the leases' end. The dead one's claims hold no more, should it still be alive.
   */
  freeAll(): Promise<void>;
  /**
   * Lengthens the lease if the claim still holds; tells whether it does. Then everything that was noted so far is on the
   * disk: what is about to leave this machine is never ahead of what we remember of it.
   */
  renew(job: ClaimedJob, now: Instant, leaseMs: DurationMs): Promise<boolean>;
  /** The job is done, unless it was queued again meanwhile. */
  finish(job: ClaimedJob): Promise<void>;
  /** Puts it back until a moment. */
  postpone(job: ClaimedJob, until: Instant, why: Setback): Promise<void>;
  /** Gives it up until an event or the sweep queues it again. */
  bury(job: ClaimedJob, failure: string, now: Instant): Promise<void>;
  /** Takes away whatever is about these repositories and waits or was given up. What runs is left to its hand. */
  drop(repositoryIds: ReadonlySet<number>): Promise<void>;
  /** When the next waiting job is due, or the next lease ends. */
  nextDue(): Promise<Instant | undefined>;
  /** Every repository that has jobs, those of one installation together. Reads all jobs. */
  backlog(now: Instant): Promise<readonly Backlog[]>;
  counts(): Promise<{ readonly waiting: number; readonly running: number; readonly buried: number }>;
}

/** One text per task: the key of its job. */
export function taskKey(task: Task): string {
  switch (task.kind) {
    case "delivery":
      return `delivery:${task.id}`;
    case "subject":
      return `subject:${subjectKey(task.subject)}`;
    case "pull":
      return `pull:${task.repositoryId}:${task.number}`;
    case "refresh":
      return `refresh:${task.wish}:${subjectKey(task.subject)}`;
    case "report":
      return `report:${subjectKey(task.subject)}`;
    case "comment":
      return `comment:${task.repositoryId}:${task.number}`;
    case "look":
      return `look:${task.repositoryId}:${task.revision}`;
    case "repository":
    case "welcome":
      return `${task.kind}:${task.repositoryId}`;
  }
}

/** The repository that a task is about; `undefined` of a delivery, which must be worked to know. */
export function taskRepository(task: Task): number | undefined {
  switch (task.kind) {
    case "delivery":
      return undefined;
    case "subject":
    case "refresh":
    case "report":
      return task.subject.repositoryId;
    case "pull":
    case "comment":
    case "look":
    case "repository":
    case "welcome":
      return task.repositoryId;
  }
}

/** Reads a task back from its key; a key that is none is a fault. */
export function parseTaskKey(key: string): Task {
  const kind = key.slice(0, key.indexOf(":"));
  const rest = key.slice(kind.length + 1);
  switch (kind) {
    case "delivery":
      return { kind, id: rest };
    case "subject":
    case "report": {
      const subject = parseSubjectKey(rest);
      if (subject !== undefined) return { kind, subject };
      break;
    }
    case "refresh": {
      const [, wish, about = ""] = /^(status|recheck):(.+)$/s.exec(rest) ?? [];
      const subject = parseSubjectKey(about);
      if (subject !== undefined) return { kind, wish: wish === "status" ? wish : "recheck", subject };
      break;
    }
    case "pull":
    case "comment": {
      const [repositoryId, number] = rest.split(":").map(Number);
      if (repositoryId !== undefined && number !== undefined) return { kind, repositoryId, number };
      break;
    }
    case "look": {
      const [, repositoryId, revision] = /^(\d+):(.+)$/s.exec(rest) ?? [];
      if (revision !== undefined) return { kind, repositoryId: Number(repositoryId), revision };
      break;
    }
    case "repository":
    case "welcome":
      return { kind, repositoryId: Number(rest) };
    default:
      break;
  }
  throw new Error(`no task has the key ${JSON.stringify(key)}`);
}
