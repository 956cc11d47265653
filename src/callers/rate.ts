import type { Instant } from "../domain/instant.ts";
import type { Admission } from "../gate/caller.ts";

/** How many callers are remembered; of more the longest silent are forgotten, and begin with a full bucket. */
const maxRemembered = 10_000;

/** Counts questions of each caller: `perMinute` on average, and a third of that at once. In this process alone. */
export function rateOf(perMinute: number): (id: string, now: Instant) => Admission {
  const most = Math.max(1, perMinute / 3);
  const perMs = perMinute / 60_000;
  const buckets = new Map<string, { readonly left: number; readonly at: Instant }>();
  return (id, now) => {
    const known = buckets.get(id);
    const sinceMs = known === undefined ? 0 : Math.max(0, now - known.at);
    const left = Math.min(most, (known?.left ?? most) + sinceMs * perMs);
    buckets.delete(id);
    const isIn = left >= 1;
    buckets.set(id, { left: isIn ? left - 1 : left, at: now });
    const [oldest] = buckets.keys();
    if (buckets.size > maxRemembered && oldest !== undefined) buckets.delete(oldest);
    return isIn ? { ok: true } : { ok: false, retryAfterMs: (1 - left) / perMs };
  };
}
