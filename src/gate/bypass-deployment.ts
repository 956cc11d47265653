/**
 * Who has opened the gate for a commit that is to be deployed.
 *
 * Wants: a bypass of a pull request goes along with the commit that its merge made; a hotfix tag opens the
 * gate for the commit that it names.
 * Keeps: both are read at the moment of the decision. A pull request counts only if its merge made exactly
 * this commit, on the branch whose policy judges; where several were merged by it, each needs a bypass.
 */
import type { BypassTerms } from "../domain/bypass-terms.ts";
import type { Claim } from "../domain/bypass.ts";
import type { Actor, Repository, Subject } from "../domain/subject.ts";
import { claimsOf, pressDraft, pressesFor } from "./bypass-claims.ts";
import { everyOf, type Wish, wishOf } from "./bypass-grant.ts";
import type { BypassWorld } from "./bypass-world.ts";
import { tagWishes } from "./bypass-tags.ts";
import { ok, type Result } from "./failure.ts";

interface Merged {
  readonly pull: number;
  readonly claims: readonly Claim[];
}

/** What merges made the commit. */
interface Making {
  /** Those into the branch whose policy judges. */
  readonly merged: readonly Merged[];
  /** Whose change it is, whichever branch it was merged into. */
  readonly authors: readonly Actor[];
}

/** What all wishes about a deployed commit come to. */
export async function ofDeployment(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const making = await makingOf(world, repository, subject, terms);
  if (!making.ok) return making;
  const { merged, authors } = making.value;
  const tags = await tagWishes(world, repository, subject, terms, authors);
  if (!tags.ok) return tags;
  const presses = merged.length > 0 ? [] : await bareClaims(world, subject);
  const [only, ...others] = merged;
  const pooled = only !== undefined && others.length === 0 ? only.claims : [];
  const claims = [...tags.value.claims, ...pooled, ...presses].toSorted((a, b) => b.appliedAt - a.appliedAt);
  const wish = await wishOf(world, repository, claims, terms);
  if (!wish.ok || wish.value.kind === "entitled") return wish;
  const shared = others.length === 0 ? undefined : await everyMerged(world, repository, merged, terms);
  if (shared?.ok === false || (shared !== undefined && shared.value.kind !== "none")) return shared;
  const { moved } = tags.value;
  return wish.value.kind === "none" && moved !== undefined ? ok({ kind: "refused", refusal: moved }) : wish;
}

async function makingOf(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<Making>> {
  const { github, ledger } = world;
  const numbers = await github.madeBy(repository, subject.headSha);
  if (!numbers.ok) return numbers;
  const merged: Merged[] = [];
  const authors: Actor[] = [];
  for (const number of numbers.value) {
    const live = await github.pull(repository, number);
    if (!live.ok) return live;
    const { pull } = live.value;
    await ledger.pulls.settle(pull);
    authors.push(pull.author);
    if (pull.baseRef !== subject.baseRef) continue;
    const timeline = await github.timeline(repository, number);
    if (!timeline.ok) return timeline;
    const claims = await claimsOf(world, repository, live.value, timeline.value, subject, terms);
    if (!claims.ok) return claims;
    merged.push({ pull: number, claims: claims.value });
  }
  return ok({ merged, authors });
}

async function everyMerged(
  world: BypassWorld,
  repository: Repository,
  merged: readonly Merged[],
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const wishes: { pull: number; wish: Wish }[] = [];
  for (const { pull, claims } of merged) {
    const wish = await wishOf(world, repository, claims, terms);
    if (!wish.ok) return wish;
    wishes.push({ pull, wish: wish.value });
  }
  return ok(everyOf(wishes, "shared_commit"));
}

/** Presses under the report on a commit that no pull request's merge made: nobody knows whose change it is. */
async function bareClaims({ ledger }: BypassWorld, subject: Subject): Promise<readonly Claim[]> {
  const presses = await pressesFor(ledger, [subject]);
  return presses.map((press) => ({
    ...pressDraft(press),
    pull: undefined,
    commitSha: subject.headSha,
    vouchedBy: undefined,
    author: undefined,
    pusher: undefined,
  }));
}
