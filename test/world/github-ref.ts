import type { Commit } from "./github-git.ts";
import type { Repository } from "./github-repository.ts";

/** The object that a full ref names, a tag object for an annotated tag. `name` is without `refs/`: `heads/main`, `tags/v1`, `pull/1/head`. */
export function refTarget({ branches, tags, pulls }: Repository, name: string): string | undefined {
  const [, kind, rest = ""] = /^(heads|tags|pull)\/(.+)$/.exec(name) ?? [];
  if (kind === "heads") return branches.get(rest);
  if (kind === "tags") return tags.get(rest);
  const number = /^(\d+)\/head$/.exec(rest)?.[1];
  return number === undefined ? undefined : pulls.get(Number(number))?.head.sha;
}

/** Every ref of a repository in alphabetical order, without `refs/`. */
export function refNames({ branches, tags, pulls }: Repository): string[] {
  return [
    ...[...branches.keys()].map((name) => `heads/${name}`),
    ...tags.names().map((name) => `tags/${name}`),
    ...[...pulls.keys()].map((number) => `pull/${number}/head`),
  ].toSorted();
}

/** The commit that a ref in full, a branch, a tag or a sha means; a short name that is a branch and a tag means the branch. */
export function resolveRef(repository: Repository, ref: string): Commit | undefined {
  const names = ref.startsWith("refs/") ? [ref.slice("refs/".length)] : [`heads/${ref}`, `tags/${ref}`, ref];
  for (const name of names) {
    const sha = refTarget(repository, name);
    if (sha !== undefined) return repository.git.peel(sha);
  }
  return repository.git.commit(ref);
}
