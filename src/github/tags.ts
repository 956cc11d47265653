import { matchesGlob, type Repository } from "../domain/subject.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import type { GitHubReader, TagNote, TagRef } from "../gate/ports.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

type GitHubRef = Awaited<ReturnType<Kit["rest"]["git"]["getRef"]>>["data"];
type GitHubTag = Awaited<ReturnType<Kit["rest"]["git"]["getTag"]>>["data"];
type GitHubRuleset = Awaited<ReturnType<Kit["rest"]["repos"]["getRepoRuleset"]>>["data"];

/** Tags of tags of tags: nobody means it. */
const maxPeels = 4;

/** So many tag rulesets are looked into; a repository can have 75, most of them for branches. */
const maxRulesets = 20;

/**
 * Tags, by their full refs: a branch may have the same short name, and a name proves nothing, so what a tag
 * object says is read from the object. [T12]
 */
export function tagsOver(
  client: GitHubClient,
): Pick<GitHubReader, "tag" | "tagsUnder" | "tagNote" | "tagGuard"> {
  return {
    async tag({ owner, name: repo, installationId }, name) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.git.getRef({ owner, repo, ref: `tags/${name}` }),
      );
      return read.ok ? ok(refOf(read.value)) : absentIfGone(read);
    },

    async tagsUnder({ owner, name: repo, installationId }, prefix) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.git.listMatchingRefs({ owner, repo, ref: `tags/${prefix}` }),
      );
      return read.ok ? ok(read.value.flatMap((one) => refOf(one) ?? [])) : read;
    },

    async tagNote(repository, objectSha) {
      const tag = await tagObject(client, repository, objectSha);
      if (!tag.ok) return absentIfGone(tag);
      const commitSha = await peel(client, repository, tag.value);
      return commitSha.ok ? ok(noteOf(tag.value, commitSha.value)) : absentIfGone(commitSha);
    },

    async tagGuard(repository, name) {
      const { owner, name: repo, installationId } = repository;
      const listed = await allPages((page) =>
        client.call(installationId, ({ rest }) =>
          rest.repos.getRepoRulesets({ owner, repo, targets: "tag", per_page: perPage, page }),
        ),
      );
      if (!listed.ok) return listed;
      const active = listed.value.filter(
        ({ target, enforcement }) => target === "tag" && enforcement === "active",
      );
      if (active.length > maxRulesets)
        return failed({ kind: "too_large", detail: `there are more than ${maxRulesets} tag rulesets` });
      for (const { id } of active) {
        const read = await client.call(installationId, ({ rest }) =>
          rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id }),
        );
        if (!read.ok) return read;
        if (guards(read.value, name)) return ok(read.value.name);
      }
      return ok(undefined);
    },
  };
}

function absentIfGone(read: Extract<Result<unknown>, { ok: false }>): Result<undefined> {
  return read.failure.kind === "gone" ? ok(undefined) : read;
}

function refOf({ ref, object }: GitHubRef): TagRef | undefined {
  const isKnown = object.type === "tag" || object.type === "commit";
  if (!isKnown || !ref.startsWith("refs/tags/")) return undefined;
  const name = ref.slice("refs/tags/".length);
  return { name, objectSha: object.sha, isAnnotated: object.type === "tag" };
}

function tagObject(
  client: GitHubClient,
  { owner, name: repo, installationId }: Repository,
  sha: string,
): Promise<Result<GitHubTag>> {
  return client.call(installationId, ({ rest }) => rest.git.getTag({ owner, repo, tag_sha: sha }));
}

/** The commit at the end of the tags that name each other; GitHub follows one step only. */
async function peel(
  client: GitHubClient,
  repository: Repository,
  from: GitHubTag,
): Promise<Result<string | undefined>> {
  let { object } = from;
  for (let step = 0; step < maxPeels && object.type === "tag"; step += 1) {
    const next = await tagObject(client, repository, object.sha);
    if (!next.ok) return next;
    ({ object } = next.value);
  }
  return ok(object.type === "commit" ? object.sha : undefined);
}

function noteOf(tag: GitHubTag, commitSha: string | undefined): TagNote {
  // Old tags have no tagger, whatever the description says.
  const tagger: Partial<GitHubTag["tagger"]> | null = tag.tagger;
  const isVerified = tag.verification?.verified === true;
  const at = Date.parse(tagger?.date ?? "");
  return { name: tag.tag, commitSha, message: tag.message, email: tagger?.email ?? "", at, isVerified };
}

/**
 * Whether a ruleset restricts who makes and who moves tags of a name. Its patterns are Ruby's `fnmatch`, of
 * which we know stars; what we do not know includes nothing and excludes everything.
 */
function guards({ rules = [], conditions }: GitHubRuleset, name: string): boolean {
  const kinds = new Set<string>(rules.map(({ type }) => type));
  if (!kinds.has("creation") || !kinds.has("update")) return false;
  const names =
    conditions && "ref_name" in conditions && conditions.ref_name !== undefined ? conditions.ref_name : {};
  const ref = `refs/tags/${name}`;
  const isIncluded = (names.include ?? []).some(
    (pattern) => pattern === "~ALL" || (!isBeyondUs(pattern) && matchesGlob(ref, pattern)),
  );
  const isExcluded = (names.exclude ?? []).some(
    (pattern) => pattern === "~ALL" || isBeyondUs(pattern) || matchesGlob(ref, pattern),
  );
  return isIncluded && !isExcluded;
}

/** Whether a pattern means something else to Ruby than our globs do. */
function isBeyondUs(pattern: string): boolean {
  return /[?[\]{}\\]|\*\*/.test(pattern);
}
