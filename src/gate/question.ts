/**
 * Questions over HTTP: may this go on, in a repository's name?
 *
 * Wants: the same verdict as everywhere else (evaluate.ts), by the policy of the default branch, for whoever asks.
 * Keeps: nothing is told to GitHub and nobody is queued; the verdict is remembered as every other. Whatever goes wrong is an
 * answer, and never one that lets anything through.
 * Races: *a crowd*: who asks the same within a few seconds shares one answer, so polling costs GitHub and Prometheus nothing.
 * *Gone caller*: who has hung up is waited for no longer. *A thousand commits*: whoever may ask may name any, so how often GitHub is
 * asked about bypasses, and how many verdicts are kept, is bounded for each repository; the rest are answered without. [T18]
 */
import type { DurationMs } from "../domain/duration.ts";
import type { GateAnswer } from "../domain/gate-answer.ts";
import type { Instant } from "../domain/instant.ts";
import { type Gate, noCommit, type Repository, type Subject } from "../domain/subject.ts";
import { filePage } from "../domain/web-address.ts";
import { answerOf, type Asked, unanswered, validForSeconds } from "./answer-of.ts";
import { alwaysHeld } from "./check.ts";
import { type Asks, evaluate } from "./evaluate.ts";
import type { Failure } from "./failure.ts";
import { asksOf, type JudgeWorld, remember } from "./judge.ts";
import { perMinute } from "./per-minute.ts";
import type { Clock, PostedReader } from "./ports.ts";

/** What is asked. */
export interface Question {
  readonly repository: Repository;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  /** The commit that is to go on; `undefined`: nobody knows. */
  readonly sha: string | undefined;
  readonly scope: Extract<Gate, { kind: "question" }>["scope"];
}

/** What answering needs. */
export interface QuestionWorld extends JudgeWorld {
  readonly posted: Pick<PostedReader, "defaultBranch">;
  readonly clock: Clock;
  /** GitHub as people visit it, without a slash at the end. */
  readonly webUrl: string;
}

/** Answers questions. */
export interface Questions {
  /** The answer of now, at most `validForSeconds` old. */
  answer(question: Question): Promise<GateAnswer>;
  /** The first answer that lets through, or the last one before the time is over or `signal` aborts. */
  wait(question: Question, longestMs: DurationMs, signal: AbortSignal): Promise<GateAnswer>;
}

const broken = "Something broke here; it has been noted.";

/** How often in a minute GitHub is asked who opened a repository's gate; after that it stays held. */
const maxBypassLooks = 20;

/** How many verdicts on questions about a repository are kept in a minute; after that they are only told. */
const maxKept = 60;

/** How many answers are shared at most. */
const maxShared = 1000;

/** Answers questions over the world that judges. */
export function questionsOf(world: QuestionWorld): Questions {
  const { clock, events } = world;
  const limits: Limits = { mayLook: perMinute(maxBypassLooks), mayKeep: perMinute(maxKept) };
  const shared = new Map<string, { readonly at: Instant; readonly answer: Promise<GateAnswer> }>();

  const answer = (question: Question): Promise<GateAnswer> => {
    const now = clock.now();
    const key = keyOf(question);
    const known = shared.get(key);
    if (known !== undefined && Math.abs(now - known.at) < validForSeconds * 1000) return known.answer;
    for (const [old, { at }] of shared) {
      if (shared.size < maxShared && Math.abs(now - at) < validForSeconds * 1000) break;
      shared.delete(old);
    }
    const found = ask(world, limits, question).catch((error: unknown) => {
      events.buried(`question:${question.repository.id}`, error);
      shared.delete(key);
      return brokenAnswer(askedOf(question), clock.now());
    });
    shared.delete(key);
    shared.set(key, { at: now, answer: found });
    return found;
  };

  return {
    answer,
    async wait(question, longestMs, signal) {
      const until = clock.now() + longestMs;
      for (;;) {
        const found = await answer(question);
        const leftMs = until - clock.now();
        if (found.allow || leftMs <= 0 || signal.aborted) return found;
        await clock.wait(Math.min(leftMs, validForSeconds * 1000), signal);
      }
    },
  };
}

/** What may still be done for a repository in this minute. */
interface Limits {
  readonly mayLook: ReturnType<typeof perMinute>;
  readonly mayKeep: ReturnType<typeof perMinute>;
}

async function ask(
  world: QuestionWorld,
  { mayLook, mayKeep }: Limits,
  question: Question,
): Promise<GateAnswer> {
  const { ledger, clock, posted, webUrl } = world;
  const { repository, environment, service, sha, scope } = question;
  const asked = askedOf(question);
  const branch = repository.defaultBranch ?? (await posted.defaultBranch(repository));
  if (typeof branch !== "string" && !branch.ok)
    return unanswered(
      asked,
      `Not measured: the default branch is not known (${branch.failure.detail}).`,
      clock.now(),
    );
  const subject: Subject = {
    repositoryId: repository.id,
    headSha: sha ?? noCommit,
    baseRef: typeof branch === "string" ? branch : branch.value,
    gate: { kind: "question", environment, service, scope },
  };
  const unheard: Failure[] = [];
  const plain = asksOf(world, repository, unheard);
  const asks: Asks = {
    ...plain,
    bypass(about, terms) {
      if (sha === undefined || mayLook(repository.id, clock.now())) return plain.bypass(about, terms);
      const retryAt = clock.now() + 60_000;
      unheard.push({ kind: "rate_limited", detail: "too many commits are asked about", retryAt });
      return Promise.resolve({ kind: "none" });
    },
    async measurements(about, policy, origin) {
      const known = await plain.measurements(about, policy, origin);
      const watched = await ledger.policies.watched(repository.id);
      if (watched.some(({ baseRef }) => baseRef === about.baseRef)) return known;
      // Nobody has looked in between, so since when a condition has been true is not known.
      return { ...known, holds: new Map([...known.holds, ...alwaysHeld(policy)]) };
    },
    // Whoever may ask is told what members are told.
    audience: () => Promise.resolve("members"),
  };
  const evaluation = await evaluate(subject, asks);
  if (evaluation.kind !== "judged") return answerOf(asked, evaluation, clock.now(), null, null);
  const { origin, bypass } = evaluation.verdict;
  const isKept = mayKeep(repository.id, clock.now()) || bypass.kind === "granted";
  if (isKept) await remember(world, evaluation, unheard[0]);
  const id = isKept ? await ledger.verdicts.newest(subject) : undefined;
  const url = filePage(webUrl, repository, origin.commitSha, origin.file) ?? null;
  return answerOf(asked, evaluation, clock.now(), id === undefined ? null : String(id), url);
}

/** The answer of a gate that broke. */
export function brokenAnswer(asked: Asked, now: Instant): GateAnswer {
  return unanswered(asked, broken, now);
}

/** A question as it is told back. */
export function askedOf({ repository, environment, service, sha }: Question): Asked {
  return { repo: `${repository.owner}/${repository.name}`, environment, service, sha };
}

function keyOf({ repository, environment, service, sha, scope }: Question): string {
  return JSON.stringify([repository.id, environment ?? null, service ?? null, sha ?? null, scope]);
}
