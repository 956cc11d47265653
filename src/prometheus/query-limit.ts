import type { Instant } from "../domain/instant.ts";

const minuteMs = 60_000;

/** How many questions each asker may send in any minute. */
export interface QueryLimit {
  /** Counts a question, or tells when the asker may send the next one. */
  spend(
    asker: string,
    now: Instant,
  ): { readonly kind: "spent" } | { readonly kind: "over"; readonly until: Instant };
}

/** A limit of `perMinute` questions for each asker. Askers who are quiet for a minute are forgotten. */
export function queryLimitOf(perMinute: number): QueryLimit {
  // Whoever asked last stands last.
  const sent = new Map<string, readonly Instant[]>();
  // What is dated after now is from before the clock was set back.
  const isRecent = (at: Instant | undefined, now: Instant): boolean =>
    at !== undefined && at > now - minuteMs && at <= now;
  return {
    spend(asker, now) {
      for (const [quiet, times] of sent) {
        if (isRecent(times.at(-1), now)) break;
        sent.delete(quiet);
      }
      const recent = (sent.get(asker) ?? []).filter((at) => isRecent(at, now));
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= perMinute)
        return { kind: "over", until: oldest + minuteMs };
      sent.delete(asker);
      sent.set(asker, [...recent, now]);
      return { kind: "spent" };
    },
  };
}
