import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Repository } from "./github-repository.ts";
import { statusEventBody } from "./github-shapes-status.ts";

/** GitHub's states of a commit status. */
export type StatusState = "error" | "failure" | "pending" | "success";

/** One commit status. Never changed, only superseded by a later one of the same sha and context. */
export type Status = {
  id: number;
  sha: string;
  state: StatusState;
  context: string;
  description: string | null;
  target_url: string | null;
  creator: Account;
  createdAt: number;
};

/** What somebody says of a commit; `context` is `default` if left out. */
export type StatusDraft = {
  state: StatusState;
  context?: string;
  description?: string | null;
  target_url?: string | null;
};

/** GitHub takes this many statuses for one sha and context, and then no more for ever. */
const STATUSES_PER_CONTEXT = 1000;

/** GitHub takes this many characters of description. */
export const DESCRIPTION_CHARACTERS = 140;

/** The commit statuses of a repository. Contexts are compared without case, as on GitHub. */
export class StatusBook {
  readonly #bySha = new Map<string, Status[]>();
  readonly #latest = new Map<string, Map<string, Status>>();
  readonly #counts = new Map<string, number>();

  /** Whether GitHub would take another one for this sha and context. */
  hasRoom(sha: string, context: string): boolean {
    return (this.#counts.get(`${sha} ${context.toLowerCase()}`) ?? 0) < STATUSES_PER_CONTEXT;
  }

  add(status: Status): void {
    const context = status.context.toLowerCase();
    const key = `${status.sha} ${context}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const list = this.#bySha.get(status.sha);
    if (list === undefined) this.#bySha.set(status.sha, [status]);
    else list.push(status);
    const latest = this.#latest.get(status.sha) ?? new Map<string, Status>();
    this.#latest.set(status.sha, latest.set(context, status));
  }

  /** All of a commit, oldest first. */
  of(sha: string): readonly Status[] {
    return this.#bySha.get(sha) ?? [];
  }

  latest(sha: string, context: string): Status | undefined {
    return this.#latest.get(sha)?.get(context.toLowerCase());
  }

  /** The newest of each context. */
  current(sha: string): Status[] {
    return [...(this.#latest.get(sha)?.values() ?? [])];
  }
}

/** GitHub's summary of several contexts: failure beats pending beats success; none at all is pending. */
export function combinedState(statuses: readonly Status[]): "failure" | "pending" | "success" {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  return statuses.length === 0 || statuses.some(({ state }) => state === "pending") ? "pending" : "success";
}

/** Sets a status, whatever GitHub's limits, makes its webhook, and lets the merge queue look at it. */
export function setStatus(repository: Repository, sha: string, draft: StatusDraft, creator: Account): Status {
  const { world } = repository;
  const status: Status = {
    id: world.ids.next("status"),
    sha,
    state: draft.state,
    context: draft.context ?? "default",
    description: draft.description ?? null,
    target_url: draft.target_url ?? null,
    creator,
    createdAt: world.now(),
  };
  repository.statusBook.add(status);
  announce(repository, "status", null, () => statusEventBody(world, repository, status), creator);
  repository.queue.settle();
  return status;
}
