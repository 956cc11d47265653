/**
 * Every wish to open the gate that a pull request holds now.
 *
 * Wants: labels, commands in comments and reviews, presses of the button: each with who, when and for which
 * commit.
 * Keeps: all of it but the presses is read live; presses are told by no list, so they are remembered. Of each
 * person's commands the newest counts, and of people those who spoke last: nobody can bury another's wish
 * under words, since speaking again is always heard. [T9]
 */
import { bypassCommandIn } from "../domain/bypass-command.ts";
import { reasonIn } from "../domain/bypass-reason.ts";
import { type BypassTerms, foldLabel } from "../domain/bypass-terms.ts";
import type { Claim } from "../domain/bypass.ts";
import { type HeadTenure, tenureOf } from "../domain/head-history.ts";
import { type Actor, type Repository, type Subject, subjectKey, subjectOf } from "../domain/subject.ts";
import { ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Press } from "./bypass-memory.ts";
import type { GitHubReader, LivePull, TimelineEntry } from "./ports.ts";

/** What the claims are read from. */
export interface ClaimsWorld {
  readonly ledger: Pick<Ledger, "pulls" | "presses">;
  readonly github: Pick<GitHubReader, "pusher">;
}

/** Of so many people's commands the newest are looked at. */
const maxSpeakers = 10;

/** A claim but for what the pull request says of all its claims. */
type Draft = Pick<
  Claim,
  "means" | "actor" | "appliedAt" | "isThroughApp" | "isEdited" | "onThisHead" | "reason"
>;

/** The claims that a pull request holds for a subject, the newest first, and who is behind its commit. */
export async function claimsOf(
  { ledger, github }: ClaimsWorld,
  repository: Repository,
  live: LivePull,
  timeline: readonly TimelineEntry[],
  subject: Subject,
  terms: BypassTerms,
): Promise<Result<readonly Claim[]>> {
  const { pull, headBranch } = live;
  const tenure = tenureOf(await ledger.pulls.sights(pull.repositoryId, pull.number), pull.headSha);
  const presses = await pressesFor(ledger, [subjectOf(pull), subject]);
  const drafts: readonly Draft[] = [
    ...terms.labels.flatMap((label) => labelDraft(live, timeline, tenure, label) ?? []),
    ...spokenDrafts(pull.headSha, timeline, tenure),
    ...presses.map((press) => pressDraft(press)),
  ];
  if (drafts.length === 0) return ok([]);
  const told =
    headBranch === undefined ? ok(undefined) : await github.pusher(repository, headBranch, pull.headSha);
  if (!told.ok) return told;
  const about = {
    pull: pull.number,
    commitSha: pull.headSha,
    vouchedBy: undefined,
    author: pull.author,
    pusher: told.value ?? tenure?.pusher,
  };
  const inTime = drafts.toSorted((a, b) => b.appliedAt - a.appliedAt);
  return ok(inTime.map((draft) => ({ ...draft, ...about })));
}

/** Whether anything on a pull request is a command to open the gate. */
export function isSpokenTo(timeline: readonly TimelineEntry[]): boolean {
  return timeline.some((entry) => "body" in entry && bypassCommandIn(entry.body) !== undefined);
}

/** Presses of the button under the reports on subjects, each person's newest. */
export async function pressesFor(
  ledger: Pick<Ledger, "presses">,
  subjects: readonly Subject[],
): Promise<readonly Press[]> {
  const newest = new Map<number, Press>();
  for (const [key, subject] of new Map(subjects.map((one) => [subjectKey(one), one]))) {
    for (const press of await ledger.presses.of(subject.repositoryId, subject.headSha)) {
      const { actor, about, at } = press;
      const known = newest.get(actor.id);
      if (about === key && (known === undefined || known.at <= at)) newest.set(actor.id, press);
    }
  }
  return [...newest.values()];
}

/** A press as a wish: it names its commit exactly, and gives no reason. */
export function pressDraft({ actor, at }: Press): Draft {
  return {
    means: { kind: "button" },
    actor,
    appliedAt: at,
    isThroughApp: false,
    isEdited: false,
    onThisHead: "yes",
    reason: undefined,
  };
}

/** The newest `labeled` entry of a label that the pull request wears now. */
function labelDraft(
  { pull, body }: LivePull,
  timeline: readonly TimelineEntry[],
  tenure: HeadTenure | undefined,
  wanted: string,
): Draft | undefined {
  const isWanted = (label: string): boolean => foldLabel(label) === foldLabel(wanted);
  const worn = pull.labels.find(isWanted);
  const index = timeline.findLastIndex(
    (entry) => (entry.kind === "labeled" || entry.kind === "unlabeled") && isWanted(entry.label),
  );
  const entry = timeline[index];
  if (worn === undefined || entry?.kind !== "labeled" || entry.actor === undefined) return undefined;
  const comment = timeline.findLast(
    (one) =>
      one.kind === "comment" &&
      one.actor?.id === entry.actor?.id &&
      !one.isEdited &&
      reasonIn(one.body) !== undefined,
  );
  return {
    means: { kind: "label", label: worn },
    actor: entry.actor,
    appliedAt: entry.at,
    isThroughApp: entry.isThroughApp,
    isEdited: false,
    onThisHead: isOnHead(timeline, index, entry.at, tenure),
    reason: (comment?.kind === "comment" ? reasonIn(comment.body) : undefined) ?? reasonIn(body),
  };
}

/** Each person's newest command; one whose words are their own goes before one that was edited. */
function spokenDrafts(
  headSha: string,
  timeline: readonly TimelineEntry[],
  tenure: HeadTenure | undefined,
): readonly Draft[] {
  const newest = new Map<Actor["id"], Draft>();
  for (const [index, entry] of timeline.entries()) {
    if (!("body" in entry) || entry.actor === undefined) continue;
    const command = bypassCommandIn(entry.body);
    const known = newest.get(entry.actor.id);
    if (command === undefined || (entry.isEdited && known?.isEdited === false)) continue;
    const isOnThis = (): Claim["onThisHead"] =>
      entry.kind === "review"
        ? entry.commitSha === headSha
          ? "yes"
          : "no"
        : isOnHead(timeline, index, entry.at, tenure);
    // Deleted and set anew, so that the map is in the order of speaking.
    newest.delete(entry.actor.id);
    newest.set(entry.actor.id, {
      means: { kind: entry.kind },
      actor: entry.actor,
      appliedAt: entry.at,
      isThroughApp: entry.kind === "comment" && entry.isThroughApp,
      isEdited: entry.isEdited,
      onThisHead: isOnThis(),
      reason: command.reason,
    });
  }
  return [...newest.values()].slice(-maxSpeakers);
}

/**
 * Whether the judged commit was the head when an entry was made: by the pushes after it and by what we saw. Seconds
 * do not tell which of a push and a wish came first, and pushes stand in the timeline where their commits are dated:
 * what was said in the very second in which the head moved may have been said of the head before. [T5]
 */
function isOnHead(
  timeline: readonly TimelineEntry[],
  index: number,
  at: number,
  tenure: HeadTenure | undefined,
): Claim["onThisHead"] {
  const hasMoved = timeline.slice(index + 1).some(({ kind }) => kind === "head_moved");
  if (hasMoved) return "no";
  if (tenure === undefined) return "unknown";
  if (!tenure.isFirstKnown) return at >= tenure.since ? "yes" : "unknown";
  return at > tenure.since ? "yes" : at < tenure.since ? "no" : "unknown";
}
