/**
 * Status checks that a forge elsewhere asks for, and is answered afterwards: GitLab's external status checks.
 *
 * Wants: each merge request is told the verdict of now, and again when it changes, for as long as it is fresh.
 * Keeps: what is asked is on disk before it is acknowledged. What is not known is told as failed, never as passed. A newer commit of a
 * merge request ends what was asked for the older one.
 * Race: *two replicas*: who puts a due check off first answers it.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { GateAnswer } from "../domain/gate-answer.ts";
import type { Instant } from "../domain/instant.ts";
import type { Repository } from "../domain/subject.ts";
import { pauseMs, type Sending } from "./event-sinks.ts";
import type { Events } from "./events.ts";
import type { CheckState, ExternalCheck, ExternalChecks } from "./external-checks.ts";
import type { Question } from "./question.ts";

/** What answering needs. */
export interface CheckWorld {
  readonly checks: ExternalChecks;
  readonly named: (owner: string, name: string) => Promise<readonly Repository[]>;
  readonly answer: (question: Question) => Promise<GateAnswer>;
  readonly send: (check: ExternalCheck, state: CheckState) => Promise<Sending>;
  readonly clock: { now(): Instant };
  readonly events: Events;
}

const mostAtOnce = 100;

/** How often a check is looked at, and for how long. */
const everyMs: DurationMs = 60_000;
const freshMs: DurationMs = 24 * 3_600_000;

/** Answers what is due. No look begins after `signal` aborts. */
export async function answerChecks(world: CheckWorld, signal: AbortSignal): Promise<void> {
  const { checks, clock, events } = world;
  for (const check of await checks.due(clock.now(), mostAtOnce)) {
    if (signal.aborted) return;
    const taken = { ...check, dueAt: clock.now() + everyMs };
    if (!(await checks.move(check, taken))) continue;
    try {
      await answerOne(world, taken);
    } catch (error) {
      events.buried(`check:${check.id}`, error);
    }
  }
}

async function answerOne(world: CheckWorld, check: ExternalCheck): Promise<void> {
  const { checks, clock, events, send } = world;
  const state = await stateOf(world, check);
  const isFresh = clock.now() - check.askedAt < freshMs;
  if (state === check.told) return isFresh ? undefined : checks.end(check.id);
  const sent = await send(check, state);
  switch (sent.kind) {
    case "sent":
      await checks.move(check, { dueAt: check.dueAt, told: state, failures: 0 });
      return;
    case "refused":
      events.buried(`check:${check.id}`, new Error(`merge request ${check.mergeRequest}: ${sent.why}`));
      return checks.end(check.id);
    case "failed": {
      if (!isFresh) return checks.end(check.id);
      const failures = check.failures + 1;
      const pause = Math.max(pauseMs(failures), sent.retryAfterMs ?? 0);
      await checks.move(check, { dueAt: clock.now() + pause, told: check.told, failures });
    }
  }
}

/** Only what is let through has passed. */
async function stateOf(
  { named, answer }: CheckWorld,
  { repository: full, environment, service }: ExternalCheck,
): Promise<CheckState> {
  const [owner = "", name = ""] = full.split("/");
  const [repository, ...others] = await named(owner, name);
  if (repository === undefined || others.length > 0) return "failed";
  const found = await answer({ repository, environment, service, sha: undefined, scope: "all" });
  return found.allow ? "passed" : "failed";
}
