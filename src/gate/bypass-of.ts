/**
 * Whether somebody entitled has opened the gate for a subject, asked of GitHub at the moment of the decision.
 *
 * Wants: the wish that stands **now**, by a person who may, for the commit that is judged.
 * Keeps: labels and words that webhooks told us of are only a hint to look; who, when and on which commit is
 * read live, so a lost or late event can neither open the gate nor keep it open. [T9] A question that GitHub
 * does not answer is asked again later; until then nothing is granted. Every open pull request that shares
 * the commit needs a bypass of its own: one status serves them all. [T3] So does every member of a merge
 * group. [T14]
 * Leaves out: the law itself (domain/bypass.ts), the wishes (bypass-claims.ts), what they come to
 * (bypass-grant.ts), deployments (bypass-deployment.ts).
 */
import { type BypassTerms, foldLabel } from "../domain/bypass-terms.ts";
import type { BypassAnswer } from "../domain/bypass.ts";
import { noCommit, type Pull, type Repository, type Subject } from "../domain/subject.ts";
import { claimsOf, isSpokenTo, pressesFor } from "./bypass-claims.ts";
import { ofDeployment } from "./bypass-deployment.ts";
import { everyOf, openBy, type Wish, wishOf } from "./bypass-grant.ts";
import type { BypassWorld } from "./bypass-world.ts";
import { ok, type Result } from "./failure.ts";
import type { LivePull } from "./ports.ts";

/** Asks for everything that the subject's gate holds back. */
export async function bypassOf(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<BypassAnswer>> {
  const wish = await wishFor(world, repository, subject, terms);
  return wish.ok ? ok(await openBy(world, subject, wish.value, terms)) : wish;
}

function wishFor(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  switch (subject.gate.kind) {
    case "pull_request":
      return ofPulls(world, repository, subject, terms);
    case "merge_group":
      return ofGroup(world, repository, subject, terms);
    case "environment":
    case "deployment":
      return ofDeployment(world, repository, subject, terms);
    // What runs already needs no opening.
    case "verification":
      return Promise.resolve(ok({ kind: "none" }));
    case "question":
      return subject.headSha === noCommit
        ? Promise.resolve(ok({ kind: "none" }))
        : ofDeployment(world, repository, subject, terms);
  }
}

async function ofPulls(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const pulls = await world.ledger.pulls.openFor(subject);
  const asking = new Set<number>();
  for (const pull of pulls) if (await asks(world, subject, pull, terms)) asking.add(pull.number);
  if (asking.size === 0) return ok({ kind: "none" });
  const wishes: { pull: number; wish: Wish }[] = [];
  for (const { number } of pulls) {
    const wish = asking.has(number)
      ? await ofPull(world, repository, subject, number, terms)
      : ok<Wish>({ kind: "none" });
    if (!wish.ok) return wish;
    wishes.push({ pull: number, wish: wish.value });
  }
  return ok(everyOf(wishes, "shared_commit"));
}

/**
 * Whether a pull request is worth asking about: it wears a label, somebody spoke to it, or a button was
 * pressed.
 */
async function asks(
  { ledger }: BypassWorld,
  subject: Subject,
  pull: Pull,
  terms: BypassTerms,
): Promise<boolean> {
  const wanted = terms.labels.map(foldLabel);
  if (pull.labels.some((label) => wanted.includes(foldLabel(label)))) return true;
  const { heardAt } = await ledger.remarks.of(pull.repositoryId, pull.number);
  return heardAt !== undefined || (await pressesFor(ledger, [subject])).length > 0;
}

async function ofPull(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  number: number,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const live = await world.github.pull(repository, number);
  if (!live.ok) return live;
  await world.ledger.pulls.settle(live.value.pull);
  const { pull } = live.value;
  // The head or base moved on: what was asked is not about this subject any more, and the pull's new subject
  // is queued by its own event.
  if (!pull.isOpen || pull.headSha !== subject.headSha || pull.baseRef !== subject.baseRef)
    return ok({ kind: "none" });
  return ofLive(world, repository, live.value, subject, terms);
}

/** GitHub's times have whole seconds, so what was changed just now may change again unseen. */
const unsettledMs = 2000;

async function ofLive(
  world: BypassWorld,
  repository: Repository,
  live: LivePull,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const { ledger, github, clock } = world;
  const { repositoryId, number, updatedAt } = live.pull;
  const { heardAt } = await ledger.remarks.of(repositoryId, number);
  const timeline = await github.timeline(repository, number);
  if (!timeline.ok) return timeline;
  if (!isSpokenTo(timeline.value)) {
    const readTo = clock.now() - updatedAt < unsettledMs ? updatedAt - 1 : updatedAt;
    await ledger.remarks.settle(repositoryId, number, { heardAt, readTo });
  }
  const claims = await claimsOf(world, repository, live, timeline.value, subject, terms);
  return claims.ok ? wishOf(world, repository, claims.value, terms) : claims;
}

/**
 * A merge group opens when each of its members has a bypass at its own head: one does not free the others.
 * [T14]
 */
async function ofGroup(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const members = await world.github.groupMembers(repository, subject.baseRef, subject.headSha);
  if (!members.ok) return members;
  if (members.value === undefined || members.value.length === 0)
    return ok({ kind: "refused", refusal: { cause: "members_unknown" } });
  const wishes: { pull: number; wish: Wish }[] = [];
  for (const { number, headSha } of members.value) {
    const own: Subject = { ...subject, headSha, gate: { kind: "pull_request" } };
    const wish = await ofPull(world, repository, own, number, terms);
    if (!wish.ok) return wish;
    wishes.push({ pull: number, wish: wish.value });
  }
  return ok(everyOf(wishes, "member"));
}
