/**
 * Whether a data source is asked at all: a circuit breaker as values.
 *
 * Wants: a Prometheus that is away costs nobody a time-out each, and is not hammered while it comes back.
 * Keeps: only a *probe*, the smallest question there is, opens or closes it. Questions that come to nothing make it
 * doubted and no more, so one repository's heavy queries never shut a living source to the others. At most one probe is
 * under way.
 * Leaves out: what is answered late. Once a probe is due, only the probe counts.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** How many questions in a row must come to nothing before a source is doubted. */
export const doubtedAfter = 5;

/** The first pause, which doubles with each probe that comes to nothing, and the longest. */
export const pauses = { firstMs: 15_000, longestMs: 120_000 } as const;

/** What is known of a source. */
export type Breaker =
  | { readonly kind: "closed"; readonly silentInARow: number }
  /** Nobody is asked; afterwards a probe is due. */
  | { readonly kind: "open"; readonly since: Instant; readonly until: Instant; readonly pauseMs: DurationMs }
  /** A probe is under way. */
  | { readonly kind: "half_open"; readonly nextPauseMs: DurationMs };

/** Nothing is known against it. */
export const closedBreaker: Breaker = { kind: "closed", silentInARow: 0 };

/** What became of a question: an answer of whatever kind, or none (refused connection, time-out, HTTP 5xx). */
export type Heard = "answered" | "silent";

/** What is to be done with a question. */
export type Admission =
  | { readonly kind: "ask" }
  /** Send a probe first. */
  | { readonly kind: "probe" }
  /** Wait for the probe that is under way. */
  | { readonly kind: "join" }
  | { readonly kind: "refuse"; readonly until: Instant };

/** What is to be done with a question now. */
export function admissionTo(breaker: Breaker, now: Instant): Admission {
  switch (breaker.kind) {
    case "closed":
      return { kind: breaker.silentInARow < doubtedAfter ? "ask" : "probe" };
    case "open": {
      const { since, until } = breaker;
      // A clock that was set back must not keep it shut for longer than it was to be.
      return since <= now && now < until ? { kind: "refuse", until } : { kind: "probe" };
    }
    case "half_open":
      return { kind: "join" };
  }
}

/** After a question that is no probe. */
export function afterQuestion(breaker: Breaker, heard: Heard): Breaker {
  if (breaker.kind !== "closed" || breaker.silentInARow >= doubtedAfter) return breaker;
  return heard === "answered" ? closedBreaker : { kind: "closed", silentInARow: breaker.silentInARow + 1 };
}

/** When a probe is sent. */
export function whileProbed(breaker: Breaker): Breaker {
  switch (breaker.kind) {
    case "closed":
      return { kind: "half_open", nextPauseMs: pauses.firstMs };
    case "open":
      return { kind: "half_open", nextPauseMs: Math.min(2 * breaker.pauseMs, pauses.longestMs) };
    case "half_open":
      return breaker;
  }
}

/** After the probe. `jitter`, from 0 to 1, makes the pause up to a fifth shorter, so that processes do not probe together. */
export function afterProbe(breaker: Breaker, heard: Heard, now: Instant, jitter: number): Breaker {
  if (breaker.kind !== "half_open") return breaker;
  if (heard === "answered") return closedBreaker;
  const pauseMs = breaker.nextPauseMs;
  return { kind: "open", since: now, until: now + Math.round(pauseMs * (1 - jitter / 5)), pauseMs };
}
