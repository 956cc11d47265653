/**
 * Hotfix tags on a commit that is to be deployed.
 *
 * Wants: a tag such as `hotfix-7` opens the gate for the very commit that it names now.
 * Keeps: tags are pulled from GitHub at the moment of the decision, since a push of many tags is told by no
 * event [T13], and by their full names, since a branch may be called the same. A name proves nothing: what
 * counts is that the tag peels to the deployed commit, and one of three: a verified signature, under this very
 * name, of somebody whom the policy lists; a ruleset that lets only some people make and move such tags; or a push that we were
 * told of, by somebody entitled, and that left the tag as it is now. [T12]
 * Leaves out: tags beyond the newest of the list, by name, when there are very many; a deployment by the
 * tag's own ref finds it at once.
 */
import { cleaned } from "../domain/bypass-reason.ts";
import type { BypassTerms } from "../domain/bypass-terms.ts";
import { type Claim, type ClaimRefusal, refusalFor } from "../domain/bypass.ts";
import { type Actor, matchesBranch, type Repository, type Subject } from "../domain/subject.ts";
import type { BypassWorld } from "./bypass-world.ts";
import { isTransient, ok, type Result } from "./failure.ts";
import type { TagNote, TagRef } from "./ports.ts";

/** So many annotated tags are looked into for one decision. */
const maxNotes = 20;

/** So many tags of the commit are asked about: who may push can push any number. */
const maxClaims = 20;

/** Tags on the commit as claims, and the refusal of a tag that was deployed and names another commit now. */
export interface TagWishes {
  readonly claims: readonly Claim[];
  readonly moved: ClaimRefusal | undefined;
}

/** Reads the tags that may open the gate; `authors` are those whose change the commit is, where known. */
export async function tagWishes(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
  authors: readonly Actor[],
): Promise<Result<TagWishes>> {
  if (terms.tags.length === 0) return ok({ claims: [], moved: undefined });
  const deployed = await deployedTags(world, repository, subject, terms);
  if (!deployed.ok) return deployed;
  const listed = await listedTags(world, repository, terms);
  if (!listed.ok) return listed;
  const named = new Set(deployed.value.map(({ name }) => name));
  const tags = [...deployed.value, ...listed.value.filter(({ name }) => !named.has(name))];
  const claims: Claim[] = [];
  let moved: ClaimRefusal | undefined;
  let notes = 0;
  for (const tag of tags) {
    if (claims.length === maxClaims) break;
    if (tag.isAnnotated && (notes += 1) > maxNotes) continue;
    const note = tag.isAnnotated ? await world.github.tagNote(repository, tag.objectSha) : ok(undefined);
    if (!note.ok) return note;
    const commitSha = tag.isAnnotated ? note.value?.commitSha : tag.objectSha;
    if (commitSha === subject.headSha) {
      const claim = await claimOf(world, repository, subject, terms, tag, note.value, authors);
      if (!claim.ok) return claim;
      claims.push(claim.value);
    } else if (named.has(tag.name)) {
      const about = { means: { kind: "tag", tag: tag.name }, actor: undefined, pull: undefined } as const;
      moved = refusalFor(about, "tag_moved");
    }
  }
  return ok({ claims, moved });
}

/** The tags that the deployments ask for by name: a ref without `refs/` may be a branch's, so the tag is asked for in full. */
async function deployedTags(
  { ledger, github }: BypassWorld,
  repository: Repository,
  subject: Subject,
  { tags }: BypassTerms,
): Promise<Result<readonly TagRef[]>> {
  const askers = await ledger.askers.waitingFor(subject);
  const refs = askers.flatMap(({ who }) => ("ref" in who ? [who.ref] : []));
  const names = refs
    .map((ref) => (ref.startsWith("refs/tags/") ? ref.slice("refs/tags/".length) : ref))
    .filter((name) => !name.startsWith("refs/") && matchesBranch(name, tags));
  const found: TagRef[] = [];
  for (const name of new Set(names)) {
    const tag = await github.tag(repository, name);
    if (!tag.ok) return tag;
    if (tag.value !== undefined) found.push(tag.value);
  }
  return ok(found);
}

/** The tags under the globs' literal beginnings, the last by name first. */
async function listedTags(
  { github }: BypassWorld,
  repository: Repository,
  { tags }: BypassTerms,
): Promise<Result<readonly TagRef[]>> {
  const found: TagRef[] = [];
  for (const prefix of new Set(tags.map((glob) => glob.split("*", 1)[0] ?? ""))) {
    const under = await github.tagsUnder(repository, prefix);
    if (!under.ok) return under;
    found.push(...under.value.filter(({ name }) => matchesBranch(name, tags)));
  }
  return ok(found.toReversed());
}

async function claimOf(
  { ledger, github, clock }: BypassWorld,
  repository: Repository,
  subject: Subject,
  { signers, self }: BypassTerms,
  { name, objectSha }: TagRef,
  note: TagNote | undefined,
  authors: readonly Actor[],
): Promise<Result<Claim>> {
  const firstSeen = await ledger.tags.firstSeen(repository.id, name, objectSha, clock.now());
  const newest = await ledger.tags.newest(repository.id, name);
  // An older push tells nothing of who made the tag what it is now.
  const sight = newest?.objectSha === objectSha ? newest : undefined;
  const claim: Claim = {
    means: { kind: "tag", tag: name },
    pull: undefined,
    commitSha: subject.headSha,
    actor: sight?.pusher,
    vouchedBy: undefined,
    appliedAt: sight?.at ?? firstSeen,
    isThroughApp: false,
    isEdited: false,
    onThisHead: "yes",
    author: authors.find((author) => author.id === sight?.pusher.id),
    pusher: undefined,
    reason: cleaned(note?.message ?? ""),
  };
  const signer = signers.find((one) => one.toLowerCase() === note?.email.toLowerCase());
  // Whoever may push can point a hotfix's name at the signed tag of a release.
  if (note?.isVerified === true && note.name === name && signer !== undefined) {
    // The signer writes the date: it may make a bypass shorter, never longer. No date at all is none.
    const appliedAt = note.at < firstSeen ? note.at : firstSeen;
    return ok({ ...claim, actor: undefined, vouchedBy: `signer ${signer}`, appliedAt });
  }
  // A ruleset tells that somebody may, not that it is not the author.
  if (sight === undefined && self === "refused" && authors.length > 0) return ok(claim);
  const guard = await github.tagGuard(repository, name);
  if (!guard.ok && isTransient(guard.failure)) return guard;
  return guard.ok && guard.value !== undefined
    ? ok({ ...claim, vouchedBy: `ruleset ${guard.value}`, appliedAt: firstSeen })
    : ok(claim);
}
