/**
 * How long a merge group's verdict may wait for better knowledge: a part of the time after which the queue
 * itself takes a check for failed, so that our reason comes before its time-out.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Repository } from "../domain/subject.ts";
import type { Clock, GitHubReader } from "./ports.ts";

/** The share of the queue's own time that we use. */
const share = 0.6;

/**
 * What is assumed where no rule tells: a queue of classic branch protection, or GitHub does not answer. Much
 * shorter than GitHub's default of an hour, since an early error names its reason, and a time-out names none.
 */
const assumedTimeoutMs: DurationMs = 5 * 60_000;

const rememberedMs: DurationMs = 5 * 60_000;

/** For how long the last answer stands in for one that does not come: no group waits longer in any queue. */
const stoodInMs: DurationMs = 6 * 3_600_000;

/** For how long a group of a branch's queue may wait, from when we heard of it. */
export type Patience = (repository: Repository, branch: string) => Promise<DurationMs>;

/** Asks GitHub for the queue's rule, once in a few minutes for each branch. */
export function patienceOf(github: Pick<GitHubReader, "queueTimeout">, clock: Pick<Clock, "now">): Patience {
  const known = new Map<string, { readonly at: Instant; readonly timeoutMs: DurationMs }>();
  return async (repository, branch) => {
    const key = `${repository.id} ${branch}`;
    const now = clock.now();
    const last = known.get(key);
    if (last !== undefined && Math.abs(now - last.at) < rememberedMs) return share * last.timeoutMs;
    const read = await github.queueTimeout(repository, branch);
    for (const [old, { at }] of known) if (Math.abs(now - at) >= stoodInMs) known.delete(old);
    if (!read.ok) return share * (known.get(key)?.timeoutMs ?? assumedTimeoutMs);
    const timeoutMs = read.value ?? assumedTimeoutMs;
    known.set(key, { at: now, timeoutMs });
    return share * timeoutMs;
  };
}
