import type { Instant } from "../domain/instant.ts";

/** Lets `most` through in each minute, for each repository by itself. */
export function perMinute(most: number): (repositoryId: number, now: Instant) => boolean {
  let minute = Number.NaN;
  const counts = new Map<number, number>();
  return (repositoryId, now) => {
    const current = Math.floor(now / 60_000);
    if (current !== minute) counts.clear();
    minute = current;
    const count = (counts.get(repositoryId) ?? 0) + 1;
    counts.set(repositoryId, count);
    return count <= most;
  };
}
