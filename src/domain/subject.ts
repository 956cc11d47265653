import type { Instant } from "./instant.ts";

/**
 * The thing judged: a head commit that wants to enter a base branch. A commit status belongs to a commit, not
 * to a pull request, so pull requests that share head and base share one subject, and the base keeps two pull
 * requests with one head apart. [T3]
 */
export interface Subject {
  /** GitHub's numeric id: it survives renames and transfers. */
  readonly repositoryId: number;
  readonly headSha: string;
  /** The base branch's short name, `main`. */
  readonly baseRef: string;
}

/**
 * One text per subject: the key of its queue entry. Shas and ids hold no colon, so the branch may hold
 * anything.
 */
export function subjectKey({ repositoryId, headSha, baseRef }: Subject): string {
  return `${repositoryId}:${headSha}:${baseRef}`;
}

/** Reads a `subjectKey` back. */
export function parseSubjectKey(key: string): Subject | undefined {
  const found = /^(\d+):([0-9a-f]{40,64}):(.+)$/s.exec(key);
  if (found?.[1] === undefined || found[2] === undefined || found[3] === undefined) return undefined;
  return { repositoryId: Number(found[1]), headSha: found[2], baseRef: found[3] };
}

/** A repository as GitHub last described it. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly isPublic: boolean;
  readonly installationId: number;
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
  /** GitHub's `updated_at`: when this description was true. Whole seconds. */
  readonly updatedAt: Instant;
}

/** The subject a pull request asks about. */
export function subjectOf(pull: Pull): Subject {
  return { repositoryId: pull.repositoryId, headSha: pull.headSha, baseRef: pull.baseRef };
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
