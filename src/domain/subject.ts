import type { Instant } from "./instant.ts";

/**
 * The thing judged: a commit at a gate. A commit status belongs to a commit, not to a pull request, so pull
 * requests that share head and base share one subject, and the base keeps two pull requests with one head
 * apart. [T3]
 */
export interface Subject {
  /** GitHub's numeric id: it survives renames and transfers. */
  readonly repositoryId: number;
  readonly headSha: string;
  /**
   * The branch whose policy judges it, by its short name: the base of a pull request or queue, and the default
   * branch for deployments, since a deployed ref is anybody's. [T1]
   */
  readonly baseRef: string;
  readonly gate: Gate;
}

/** Git's own word for no commit: of a job whose request does not name one, until its run is asked. */
export const noCommit = "0".repeat(40);

/** Where a commit wants through. */
export type Gate =
  /** Into the base branch, by a pull request. */
  | { readonly kind: "pull_request" }
  /** Into the base branch, by its merge queue. */
  | { readonly kind: "merge_group" }
  /** Into an environment whose protection rule asks us: a waiting job of a workflow run. */
  | { readonly kind: "environment"; readonly environment: string; readonly runId: number }
  /** Into an environment, by whoever reads commit statuses or uses GitHub's Deployments API. */
  | { readonly kind: "deployment"; readonly environment: string }
  /** Nowhere any more: it was deployed, and is looked at afterwards. */
  | { readonly kind: "verification"; readonly environment: string }
  /** Wherever somebody who asks over HTTP goes on by the answer. Nothing of it is told to GitHub. */
  | {
      readonly kind: "question";
      readonly environment: string | undefined;
      /** The one service that it is about. */
      readonly service: string | undefined;
      readonly scope: "all" | "canary";
    };

/**
 * One text per gate of a commit. Names may hold anything, so of two names in a row the first one's length is
 * told: no two gates share a text.
 */
export function gateKey({ baseRef, gate }: Pick<Subject, "baseRef" | "gate">): string {
  switch (gate.kind) {
    case "pull_request":
    case "merge_group":
      return `${gate.kind}:${baseRef}`;
    case "environment":
      return `${gate.kind}:${gate.runId}:${baseRef.length}:${baseRef}${gate.environment}`;
    case "deployment":
    case "verification":
      return `${gate.kind}:${baseRef.length}:${baseRef}${gate.environment}`;
    case "question": {
      const names = JSON.stringify([gate.environment ?? null, gate.service ?? null, gate.scope]);
      return `${gate.kind}:${baseRef.length}:${baseRef}${names}`;
    }
  }
}

/** One text per subject: the key of its queue entry. */
export function subjectKey(subject: Subject): string {
  return `${subject.repositoryId}:${subject.headSha}:${gateKey(subject)}`;
}

/** Reads a `subjectKey` back; a question has none that anybody would read. */
export function parseSubjectKey(key: string): Subject | undefined {
  const found = /^(\d+):([0-9a-f]{40,64}):([a-z_]+):(.+)$/s.exec(key);
  if (found === null) return undefined;
  const [, id = "", headSha = "", kind = "", rest = ""] = found;
  const at = { repositoryId: Number(id), headSha };
  switch (kind) {
    case "pull_request":
    case "merge_group":
      return { ...at, baseRef: rest, gate: { kind } };
    case "environment": {
      const [, runId, names = ""] = /^(\d+):(.*)$/s.exec(rest) ?? [];
      const read = parseNames(names);
      return read === undefined
        ? undefined
        : { ...at, baseRef: read.first, gate: { kind, environment: read.second, runId: Number(runId) } };
    }
    case "deployment":
    case "verification": {
      const read = parseNames(rest);
      return read === undefined
        ? undefined
        : { ...at, baseRef: read.first, gate: { kind, environment: read.second } };
    }
    default:
      return undefined;
  }
}

function parseNames(text: string): { readonly first: string; readonly second: string } | undefined {
  const [whole = "", length] = /^(\d+):/.exec(text) ?? [];
  const names = text.slice(whole.length);
  const [first, second] = [names.slice(0, Number(length)), names.slice(Number(length))];
  return first === "" || second === "" ? undefined : { first, second };
}

/** A repository as GitHub last described it. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly isPublic: boolean;
  readonly installationId: number;
  /** Its default branch, where an event or an answer has told it. */
  readonly defaultBranch?: string | undefined;
}

/** Somebody on GitHub. The login is for people; the id is who it is. */
export interface Actor {
  readonly id: number;
  readonly login: string;
  readonly isBot: boolean;
}

/** A pull request as GitHub described it at one moment. */
export interface Pull {
  readonly repositoryId: number;
  readonly number: number;
  readonly headSha: string;
  readonly baseRef: string;
  readonly author: Actor;
  readonly isOpen: boolean;
  readonly isDraft: boolean;
  readonly labels: readonly string[];
  /** Whether it merges by itself as soon as it may. */
  readonly isAutoMerge?: boolean | undefined;
  /** GitHub's `updated_at`: when this description was true. Whole seconds. */
  readonly updatedAt: Instant;
}

/** The subject a pull request asks about. */
export function subjectOf(pull: Pull): Subject {
  const { repositoryId, headSha, baseRef } = pull;
  return { repositoryId, headSha, baseRef, gate: { kind: "pull_request" } };
}

/**
 * Whether a branch name is matched by one of the globs: `*` is any run of characters but `/`, `**` any run at
 * all. Runs in time linear in name × glob and uses no regular expression, so no glob can hang it. [T34]
 */
export function matchesBranch(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(name, glob));
}

/** One glob against one name; see `matchesBranch`. */
export function matchesGlob(name: string, glob: string): boolean {
  let reached = new Set([0]);
  let at = 0;
  while (at < glob.length && reached.size > 0) {
    const isDeep = glob.startsWith("**", at);
    const isStar = isDeep || glob[at] === "*";
    const next = new Set<number>();
    for (const from of reached) {
      if (!isStar) {
        if (name[from] === glob[at] && from < name.length) next.add(from + 1);
        continue;
      }
      // What an earlier start has covered need not be walked again: every place is added once.
      for (let to = from; !next.has(to); to += 1) {
        next.add(to);
        if (to === name.length || (!isDeep && name[to] === "/")) break;
      }
    }
    reached = next;
    at += isDeep ? 2 : 1;
  }
  return reached.has(name.length);
}
