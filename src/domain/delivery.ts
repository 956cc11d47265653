import type { Accepted } from "./app-need.ts";
import type { Actor, Pull, Repository } from "./subject.ts";

/** What a person wants of us: only a look, today's numbers told again, or new numbers. */
export type Wish = "look" | "status" | "recheck";

/** A deployment, as events tell it. */
export interface DeploymentHint {
  readonly id: number;
  readonly environment: string;
  readonly headSha: string;
  readonly ref: string;
  /** The default branch. */
  readonly baseRef: string;
  /** The workflow run whose job made it; `undefined`: made by the Deployments API. */
  readonly runId: number | undefined;
}

/**
 * What one webhook hints at, in our words. Everything it does not need is left behind before it is stored.
 */
export type Hint =
  | { readonly kind: "ping" }
  | {
      readonly kind: "pull_request";
      readonly repository: Repository;
      readonly pull: Pull;
      /** Who pushed the head, when the event tells: the sender of `opened` and `synchronize`. */
      readonly pusher: Actor | undefined;
      /** It was just put in line to be merged. */
      readonly isUrgent?: boolean | undefined;
    }
  | {
      readonly kind: "push";
      readonly repository: Repository;
      /** Short branch name. */
      readonly branch: string;
      /** Paths that the push touched, or `unknown` when the event cannot tell them all. */
      readonly touched: readonly string[] | "unknown";
      /** The branch's commit after it. */
      readonly headSha: string;
    }
  | {
      readonly kind: "tag";
      readonly repository: Repository;
      /** Short tag name. */
      readonly tag: string;
      /** What the tag names now: a tag object or a commit; `undefined` when it was deleted. */
      readonly objectSha: string | undefined;
      readonly pusher: Actor;
    }
  | {
      readonly kind: "merge_group";
      readonly repository: Repository;
      readonly change: "requested" | "ended";
      readonly headSha: string;
      /** Full ref of the group's branch, `refs/heads/gh-readonly-queue/main/pr-7-…`. */
      readonly headRef: string;
      /** Short name of the branch that the queue leads into. */
      readonly baseRef: string;
    }
  | {
      /** A job waits for our answer. */
      readonly kind: "protection_rule";
      readonly repository: Repository;
      /** The default branch. */
      readonly baseRef: string;
      readonly environment: string;
      readonly runId: number;
      /** `undefined` where the event does not tell: it promises neither. */
      readonly headSha: string | undefined;
      readonly ref: string;
      /** The job's deployment; `undefined` where the event tells of none, as GitHub may. */
      readonly deploymentId?: number | undefined;
    }
  | {
      /** A job waits for our answer, and the event does not say where in a way that we may trust. [T25] */
      readonly kind: "unanswerable";
      readonly repository: Repository;
      /** What is wrong, for people. */
      readonly detail: string;
    }
  | {
      readonly kind: "deployment";
      readonly repository: Repository;
      readonly deployment: DeploymentHint;
    }
  | {
      readonly kind: "deployment_status";
      readonly repository: Repository;
      readonly deployment: DeploymentHint;
      /** GitHub's word: `in_progress`, `success`. */
      readonly state: string;
      /** Who started it: the person behind a workflow's run, else who posted the status. */
      readonly actor: Actor;
      /** Who posted the status. */
      readonly sender: Actor;
    }
  | {
      /** Something was said on a pull request that may be a command to us. */
      readonly kind: "remark";
      readonly repository: Repository;
      readonly number: number;
      /** What was asked for, beside a bypass, which is read live. */
      readonly wish: Wish;
    }
  | {
      /** A person used the report: a re-run, or a button under it. */
      readonly kind: "report_used";
      readonly repository: Repository;
      /** The App that the check run or suite belongs to. */
      readonly appId: number;
      readonly headSha: string;
      readonly wish: Wish;
      /** The button that was pressed. */
      readonly button: string | undefined;
      readonly actor: Actor;
      /** Which subject the report is about, as we wrote it; `undefined`: all of the commit. */
      readonly about: string | undefined;
    }
  | {
      /** Somebody posted a commit status. */
      readonly kind: "status";
      readonly repository: Repository;
      readonly headSha: string;
      readonly context: string;
      readonly state: string;
      readonly sender: Actor;
    }
  | {
      readonly kind: "installation";
      readonly installationId: number;
      readonly change: "active" | "suspended" | "deleted";
      /** Repositories that come with it. */
      readonly repositories: readonly Repository[];
      /** What was accepted for it, when the event tells. */
      readonly accepted?: Accepted | undefined;
    }
  | {
      readonly kind: "installation_repositories";
      readonly installationId: number;
      readonly added: readonly Repository[];
      readonly removedIds: readonly number[];
    }
  | {
      readonly kind: "repository";
      readonly repository: Repository;
      readonly change: "changed" | "transferred" | "deleted";
    };

/** One verified webhook under GitHub's delivery id. */
export interface Delivery {
  /** `X-GitHub-Delivery`; a redelivery has the same. */
  readonly id: string;
  /** `pull_request.labeled`, for people. */
  readonly name: string;
  readonly hint: Hint;
}
