/**
 * Whether an installation still has a repository that GitHub answers 404 for.
 *
 * Keeps: one 404 proves nothing, since GitHub answers so too where it only hides something for a moment; the
 * installation's own list decides. At most one list an installation and sweep, however many repositories are gone.
 * Races: *late comer*: what was added after a list was asked for is not held against it.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Repository } from "../domain/subject.ts";
import { ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader } from "./ports.ts";

/** The share of the sweep's pause for which a list serves: long enough for one sweep, too old for the next. */
const share = 2 / 3;

/** What installations' lists tell. */
export interface Presence {
  /** Whether a repository is missing in its installation's list. */
  isMissing(repository: Repository): Promise<Result<boolean>>;
  /** It was forgotten; when it comes back, the list is too old to tell of it. */
  forgotten(repository: Repository): void;
}

/** An installation's list, held against what was known when it was asked for. */
interface Comparison {
  readonly at: Instant;
  readonly missing: Promise<Result<ReadonlySet<number>>>;
  readonly forgotten: Set<number>;
}

/** Asks GitHub for an installation's list, once in a sweep; `sweepMs` is the pause between two. */
export function presenceIn(
  github: Pick<GitHubReader, "repositoryIds">,
  { registry }: Pick<Ledger, "registry">,
  clock: Pick<Clock, "now">,
  sweepMs: DurationMs,
): Presence {
  const compare = async (installationId: number): Promise<Result<ReadonlySet<number>>> => {
    const known = await registry.repositoriesOf(installationId);
    const listed = await github.repositoryIds(installationId);
    if (!listed.ok) return listed;
    return ok(new Set(known.map(({ id }) => id).filter((id) => !listed.value.has(id))));
  };
  const compared = new Map<number, Comparison>();
  return {
    async isMissing({ id, installationId }) {
      const now = clock.now();
      for (const [old, { at }] of compared) if (Math.abs(now - at) >= share * sweepMs) compared.delete(old);
      const last = compared.get(installationId) ?? {
        at: now,
        missing: compare(installationId),
        forgotten: new Set(),
      };
      compared.set(installationId, last);
      let isTold = false;
      try {
        const missing = await last.missing;
        isTold = missing.ok;
        return missing.ok ? ok(missing.value.has(id) && !last.forgotten.has(id)) : missing;
      } finally {
        if (!isTold) compared.delete(installationId);
      }
    },
    forgotten({ id, installationId }) {
      compared.get(installationId)?.forgotten.add(id);
    },
  };
}
