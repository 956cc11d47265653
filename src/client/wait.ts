/**
 * Waiting for a gate to open.
 *
 * Keeps: it ends with the first answer that goes on, at its time, or when it is called off; what cannot be answered is asked again while
 * there is time, and is never taken for a yes. The server holds a question for most of the pause, so an opening is heard at once.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Reply } from "../domain/gate-reply.ts";

/** A clock that can be waited on. */
export interface WaitClock {
  now(): Instant;
  /** Resolves after `delayMs`, or at once when `signal` aborts. */
  wait(delayMs: DurationMs, signal: AbortSignal): Promise<void>;
}

/** How to wait. */
export interface Patience {
  /** For how long; 0: ask once. */
  readonly longestMs: DurationMs;
  /** The pause between two questions, unless the gate says when to ask again. */
  readonly pollMs: DurationMs;
}

/** How often something that cannot be answered is asked again at once, where nothing is waited for. */
const retries = 3;
const retryMs: DurationMs = 2000;

/**
 * Asks until the gate is open, the time is over or it is called off, and gives the last reply. `ask` may hold a question for `waitMs`;
 * `told` hears of each reply that is not the last.
 */
export async function waitForGate(
  ask: (waitMs: DurationMs) => Promise<Reply>,
  { longestMs, pollMs }: Patience,
  clock: WaitClock,
  signal: AbortSignal,
  told: (reply: Reply, leftMs: DurationMs) => void,
): Promise<Reply> {
  const until = clock.now() + longestMs;
  let silences = 0;
  let last: Reply | undefined;
  for (let tries = 1; ; tries += 1) {
    const startedAt = clock.now();
    const reply = await ask(Math.max(0, Math.min(until - startedAt, pollMs)));
    const leftMs = until - clock.now();
    if (isOpen(reply) || isFinal(reply)) return reply;
    // The question that was called off has no answer; the one before it may have.
    if (signal.aborted) return reply.kind === "answered" ? reply : (last ?? reply);
    const isSilent = reply.kind === "unanswered" && reply.retryAfterMs === undefined;
    silences = isSilent ? silences + 1 : 0;
    const pauseMs = pauseAfter(reply, silences, { longestMs, pollMs });
    const mayRetry = longestMs === 0 && reply.kind === "unanswered" && tries <= retries;
    if (leftMs <= 0 && !mayRetry) return reply;
    told(reply, Math.max(0, leftMs));
    const heldMs = clock.now() - startedAt;
    const restMs = Math.max(0, pauseMs - heldMs);
    await clock.wait(longestMs === 0 ? restMs : Math.min(restMs, leftMs), signal);
    if (signal.aborted) return reply;
    last = reply;
  }
}

function isOpen(reply: Reply): boolean {
  return reply.kind === "answered" && reply.answer.allow;
}

/** Asking again would be answered alike: a wrong token, a wrong name, something that is no gate. */
function isFinal(reply: Reply): boolean {
  return reply.kind === "unanswered" && !reply.isTransient;
}

/** While the gate is waited for, it is asked the more seldom the longer it is silent, down to the pause between two questions. */
function pauseAfter(reply: Reply, silences: number, { longestMs, pollMs }: Patience): DurationMs {
  if (reply.kind === "answered") return pollMs;
  if (longestMs === 0) return Math.min(reply.retryAfterMs ?? retryMs, 10_000);
  return Math.min(reply.retryAfterMs ?? retryMs * 2 ** (silences - 1), pollMs);
}
