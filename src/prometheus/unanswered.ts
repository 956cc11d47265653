import type { Failure } from "../gate/failure.ts";
import type { NoNumber } from "./ratio.ts";

/** What a question that failed is taken for. */
export function unanswered({ kind, detail }: Failure): NoNumber {
  if (kind === "rate_limited") return { why: "query_limit", detail };
  return { why: "unreachable", detail: kind === "rejected" ? `rejects the query: ${detail}` : detail };
}

/**
 * Whether one expression may have taken the others of its request with it: it is rejected, or is too long, or its series
 * are too many. Asked apart, each speaks only for its own.
 */
export function mayBeOnesFault({ kind }: Failure): boolean {
  return kind === "rejected" || kind === "too_large";
}
