import type { Fault } from "./github-faults.ts";
import type { Reply } from "./github-reply.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What an unlimited world says in its headers. */
const PLENTY = 1_000_000;

/** GitHub's primary limit for one caller; `reset` in seconds since 1970. */
export type Standing = { limit: number; used: number; remaining: number; reset: number };

const SECONDARY =
  "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
const PRIMARY = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting";

const TOO_FAST = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/**
 * A secondary limit on a query, to be planned with `github.fail`. GitHub's documentation says that it may come with HTTP
 * 200 and an error, and does not show one; the form is assumed from the primary limit's.
 */
export function queriedTooFast(retryAfterS: number): Fault {
  return {
    method: "POST",
    path: /^\/graphql$/,
    status: 200,
    headers: { "Retry-After": String(retryAfterS) },
    body: { errors: [{ type: "RATE_LIMITED", message: TOO_FAST }] },
  };
}

/**
 * GitHub's rate limits, per caller: an installation, a person, or the app itself. Both are off until set:
 * `limits.primary = 5000; limits.secondary = 900`. Time is the world's.
 */
export class Limits {
  /** Requests an hour; undefined: not enforced. */
  primary: number | undefined;
  /** Points a minute, a read costing one and a write five; undefined: not enforced. */
  secondary: number | undefined;
  readonly #now: () => number;
  readonly #hours = new Map<string, { start: number; used: number }>();
  readonly #points = new Map<string, { at: number; cost: number }[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  #hour(caller: string): { start: number; used: number } {
    const known = this.#hours.get(caller);
    if (known !== undefined && this.#now() < known.start + HOUR) return known;
    const fresh = { start: this.#now(), used: 0 };
    this.#hours.set(caller, fresh);
    return fresh;
  }

  /** How a caller stands; callers are `installation <id>`, `user <login>` and `app`; for their queries with ` graphql` behind. */
  standing(caller: string): Standing {
    const { start, used } = this.#hour(caller);
    const limit = this.primary ?? PLENTY;
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil((start + HOUR) / 1000) };
  }

  /** Makes it look as if a caller had used up all but so many requests of this hour. */
  leave(caller: string, remaining: number): void {
    this.#hour(caller).used = Math.max(0, (this.primary ?? PLENTY) - remaining);
  }

  /** Counts against the primary limit: everything but a 304. */
  count(caller: string): void {
    this.#hour(caller).used += 1;
  }

  /** GitHub's refusal if a caller is over a limit; otherwise the points are taken. */
  refusal(caller: string, method: string): Reply | undefined {
    if (this.primary !== undefined && this.standing(caller).remaining === 0) {
      const message = `API rate limit exceeded for ${caller.replace("installation", "installation ID")}.`;
      return { status: 403, body: { message, documentation_url: PRIMARY } };
    }
    if (this.secondary === undefined) return undefined;
    const now = this.#now();
    const recent = (this.#points.get(caller) ?? []).filter(({ at }) => at > now - MINUTE);
    this.#points.set(caller, recent);
    const cost = method === "GET" || method === "HEAD" || method === "OPTIONS" ? 1 : 5;
    let excess = recent.reduce((sum, each) => sum + each.cost, cost) - this.secondary;
    if (excess <= 0) {
      recent.push({ at: now, cost });
      return undefined;
    }
    const freeing = recent.find((each) => (excess -= each.cost) <= 0);
    const seconds = Math.max(1, Math.ceil(((freeing?.at ?? now) + MINUTE - now) / 1000));
    return {
      status: 403,
      headers: { "Retry-After": String(seconds) },
      body: { message: TOO_FAST, documentation_url: SECONDARY },
    };
  }

  /** GitHub's refusal of a query above the primary limit, which GraphQL has for itself and tells with HTTP 200. */
  queryRefusal(caller: string): Reply | undefined {
    if (this.primary === undefined || this.standing(`${caller} graphql`).remaining > 0) return undefined;
    const message = `API rate limit exceeded for ${caller.replace("installation", "installation ID")}.`;
    return { status: 200, body: { errors: [{ type: "RATE_LIMITED", message }] } };
  }
}
