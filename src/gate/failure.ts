import type { Instant } from "../domain/instant.ts";

/**
 * The world letting us down. Adapters return failures as values; each kind says whether asking again can
 * help.
 */
export interface Failure {
  readonly kind:
    /** No answer: connection refused, reset, name not found, 5xx. Ask again. */
    | "unreachable"
    /** No answer in time. Ask again. */
    | "timed_out"
    /** Too many questions. Ask again at `retryAt`. */
    | "rate_limited"
    /** It is not there yet and will be: a fork's commit moments after its push. Ask again. */
    | "not_yet"
    /** Who asks has time, and another look may tell more. It is planned, so nobody need be woken. */
    | "undecided"
    /** We may not: 401, 403. Asking again helps only after somebody has changed a permission. */
    | "refused"
    /** What we asked about is not there: 404, 410. */
    | "gone"
    /** It was understood and rejected: 422. Asking again cannot help. */
    | "rejected"
    /** An answer that is none. */
    | "malformed"
    /** An answer larger than we read. */
    | "too_large";
  /** One clause for people, without secrets. */
  readonly detail: string;
  /** Not before this moment, where the other side said so. */
  readonly retryAt?: Instant | undefined;
}

/** A value, or why there is none. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** A success. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A failure. */
export function failed(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** Whether asking again can help without anybody doing anything. */
export function isTransient({ kind }: Failure): boolean {
  switch (kind) {
    case "unreachable":
    case "timed_out":
    case "rate_limited":
    case "malformed":
    case "not_yet":
    case "undecided":
      return true;
    case "refused":
    case "gone":
    case "rejected":
    case "too_large":
      return false;
  }
}
