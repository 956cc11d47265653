/**
 * Who may use the setup page: the one browser that opened the link from the log, and what it has asked for.
 *
 * Keeps: the link opens once, so whoever reads old logs gets nothing; a registration comes back to the
 * browser that began it, once, within an hour (GitHub's own limit). Everything is compared in constant time.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** GitHub's limit for the whole of a registration. */
const stateLifeMs: DurationMs = 3_600_000;

/** More registrations than this are not begun at a time; the oldest one is forgotten. */
const maxStates = 16;

/** How a link was answered: with a cookie of its own, or not at all. */
export type Entry =
  | { readonly kind: "entered"; readonly cookie: string }
  | { readonly kind: "used" | "wrong" };

/** How a returning browser's `state` was answered. */
export type StateCheck = "begun" | "unknown" | "expired";

/** The one visitor and its registrations. */
export interface Session {
  /** Answers a link's token. */
  enter(token: string): Entry;
  /** Whether this is the visitor's cookie. */
  isVisitor(cookie: string | undefined): boolean;
  /** Begins a registration and gives its `state`. */
  begin(): string;
  /** Whether a registration with this `state` was begun and may still end. */
  check(state: string): StateCheck;
  /** Forgets a registration: its `state` counts no more. */
  end(state: string): void;
}

/** A session that is opened by `token`; `random` gives a text that nobody can guess. */
export function sessionFor(token: string, random: () => string, now: () => Instant): Session {
  let visitor: string | undefined;
  let states: readonly { readonly state: string; readonly expiresAt: Instant }[] = [];
  return {
    enter(given) {
      if (!isSame(given, token)) return { kind: "wrong" };
      if (visitor !== undefined) return { kind: "used" };
      visitor = random();
      return { kind: "entered", cookie: visitor };
    },
    isVisitor: (cookie) => cookie !== undefined && visitor !== undefined && isSame(cookie, visitor),
    begin() {
      const state = random();
      states = [...states, { state, expiresAt: now() + stateLifeMs }].slice(-maxStates);
      return state;
    },
    check(given) {
      const found = states.filter(({ state }) => isSame(state, given)).at(0);
      if (found === undefined) return "unknown";
      return now() < found.expiresAt ? "begun" : "expired";
    },
    end(given) {
      states = states.filter(({ state }) => !isSame(state, given));
    },
  };
}

/** Hashes have one length, which the comparison needs, and tell nothing of where two texts differ. */
function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
