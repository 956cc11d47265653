/**
 * Whether somebody entitled has opened the gate for a subject, asked of GitHub at the moment of the decision.
 *
 * Wants: the label that is on the pull request **now**, put there by a person who may, for the commit that is
 * judged.
 * Keeps: labels that webhooks told us are only a hint to look; who, when and on which commit is read live
 * from the timeline, so a lost or late event can neither open the gate nor keep it open. [T9] A question that
 * GitHub does not answer is asked again later; until then nothing is granted. Every open pull request that
 * shares the commit needs a bypass of its own: one status serves them all. [T3]
 * Leaves out: the law itself (domain/bypass.ts).
 */
import { type BypassTerms, foldLabel } from "../domain/bypass-terms.ts";
import { type BypassAnswer, type Claim, grant, reasonIn, refusalFor, refusalOf } from "../domain/bypass.ts";
import { tenureOf } from "../domain/head-history.ts";
import type { Pull, Repository, Subject } from "../domain/subject.ts";
import { ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader, LivePull, TimelineEntry } from "./ports.ts";

/** What the question needs. */
export interface BypassWorld {
  readonly ledger: Pick<Ledger, "pulls" | "registry">;
  readonly github: Pick<GitHubReader, "pull" | "timeline" | "pusher" | "entitlement">;
  readonly clock: Clock;
}

/**
 * Asks for every open pull request of the subject; the first that is not granted speaks for all, else the
 * bypass that ends first.
 */
export async function bypassOf(
  world: BypassWorld,
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<BypassAnswer>> {
  const repository = await world.ledger.registry.repository(subject.repositoryId);
  const pulls = await world.ledger.pulls.openFor(subject);
  if (repository === undefined || !pulls.some((pull) => asks(pull, terms))) return ok({ kind: "none" });
  const answers: { pull: Pull; answer: BypassAnswer }[] = [];
  for (const pull of pulls) {
    const answer = asks(pull, terms)
      ? await bypassOfPull(world, repository, subject, pull, terms)
      : ok<BypassAnswer>({ kind: "none" });
    if (!answer.ok) return answer;
    answers.push({ pull, answer: answer.value });
  }
  const refused = answers.find(({ answer }) => answer.kind === "refused");
  if (refused !== undefined) return ok(refused.answer);
  const granted = answers.flatMap(({ answer }) => (answer.kind === "granted" ? [answer] : []));
  const [first] = granted.toSorted((a, b) => a.bypass.until - b.bypass.until);
  if (first === undefined) return ok({ kind: "none" });
  const bare = answers.find(({ answer }) => answer.kind === "none");
  if (bare === undefined) return ok(first);
  const { label, actor } = first.bypass;
  return ok({ kind: "refused", refusal: { cause: "shared_commit", label, actor, pull: bare.pull.number } });
}

function asks(pull: Pull, terms: BypassTerms): boolean {
  const wanted = terms.labels.map(foldLabel);
  return pull.labels.some((label) => wanted.includes(foldLabel(label)));
}

async function bypassOfPull(
  world: BypassWorld,
  repository: Repository,
  subject: Subject,
  known: Pull,
  terms: BypassTerms,
): Promise<Result<BypassAnswer>> {
  const { github, ledger, clock } = world;
  const live = await github.pull(repository, known.number);
  if (!live.ok) return live;
  await ledger.pulls.settle(live.value.pull);
  const { pull } = live.value;
  // The head or base moved on: what was asked is not about this subject any more, and the pull's new subject
  // is queued by its own event.
  if (!pull.isOpen || pull.headSha !== subject.headSha || pull.baseRef !== subject.baseRef)
    return ok({ kind: "none" });
  const timeline = await github.timeline(repository, pull.number);
  if (!timeline.ok) return timeline;
  let refused: BypassAnswer = { kind: "none" };
  for (const label of terms.labels) {
    const claim = await claimOf(world, repository, live.value, timeline.value, label);
    if (!claim.ok) return claim;
    if (claim.value === undefined) continue;
    const refusal = refusalOf(claim.value, terms, clock.now());
    if (refusal !== undefined) {
      refused = { kind: "refused", refusal };
      continue;
    }
    const entitlement = await github.entitlement(repository, claim.value.actor, terms);
    if (!entitlement.ok) return entitlement;
    if (entitlement.value !== undefined)
      return ok({ kind: "granted", bypass: grant(claim.value, terms, entitlement.value) });
    refused = { kind: "refused", refusal: refusalFor(claim.value, "not_entitled") };
  }
  return ok(refused);
}

/**
 * The newest `labeled` entry of a label that the pull request wears now, with everything that is asked about
 * it.
 */
async function claimOf(
  { github, ledger }: BypassWorld,
  repository: Repository,
  live: LivePull,
  timeline: readonly TimelineEntry[],
  wanted: string,
): Promise<Result<Claim | undefined>> {
  const { pull, headBranch } = live;
  const isWanted = (label: string): boolean => foldLabel(label) === foldLabel(wanted);
  const worn = pull.labels.find(isWanted);
  const index = timeline.findLastIndex(
    (entry) => (entry.kind === "labeled" || entry.kind === "unlabeled") && isWanted(entry.label),
  );
  const entry = timeline[index];
  if (worn === undefined || entry?.kind !== "labeled" || entry.actor === undefined) return ok(undefined);
  const tenure = tenureOf(await ledger.pulls.sights(pull.repositoryId, pull.number), pull.headSha);
  const hasMoved = timeline.slice(index + 1).some(({ kind }) => kind === "head_moved");
  const isAfterwards = tenure !== undefined && entry.at >= tenure.since;
  const isBefore = hasMoved || (tenure?.isFirstKnown === true && !isAfterwards);
  const told =
    headBranch === undefined ? ok(undefined) : await github.pusher(repository, headBranch, pull.headSha);
  if (!told.ok) return told;
  const comment = timeline.findLast(
    (one) => one.kind === "comment" && one.actor?.id === entry.actor?.id && reasonIn(one.body) !== undefined,
  );
  return ok({
    pull: pull.number,
    label: worn,
    actor: entry.actor,
    appliedAt: entry.at,
    isThroughApp: entry.isThroughApp,
    onThisHead: isBefore ? "no" : isAfterwards ? "yes" : "unknown",
    author: pull.author,
    pusher: told.value ?? tenure?.pusher,
    reason: (comment?.kind === "comment" ? reasonIn(comment.body) : undefined) ?? reasonIn(live.body),
  });
}
