/**
 * What webhooks missed of merge queues: groups that wait and of which we never heard, and groups that are gone.
 *
 * Keeps: a queue that GitHub does not tell of (a permission that nobody accepted, a failure) changes nothing and
 * does not end the sweep; only its own list ends a group, and only if it is whole and the group is no newcomer,
 * since the list may be older than the event (*early bird*). For the same reason a group that has ended begins
 * again only if the list still has it a minute later: it was put in line once more at the same commit, or was
 * taken for gone.
 */
import type { Asker } from "../domain/asker.ts";
import type { DurationMs } from "../domain/duration.ts";
import { matchesBranch, type Pull, type Repository } from "../domain/subject.ts";
import { admit, endGroup } from "./asked.ts";
import type { Events } from "./events.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader } from "./ports.ts";

/** What the comparison needs. */
export interface QueueWorld {
  readonly ledger: Ledger;
  readonly github: Pick<GitHubReader, "mergeQueue">;
  readonly clock: Clock;
  readonly events: Events;
}

/** How long a group must be known before a list without it ends it, or ended before a list with it begins it. */
const newcomerMs: DurationMs = 60_000;

/** GitHub takes every check for failed after six hours at most, so a group of yesterday waits for nobody. */
const oldestMs: DurationMs = 86_400_000;

/** Compares the queues into every gated branch that has open pull requests or groups that wait. */
export async function compareQueues(
  world: QueueWorld,
  repository: Repository,
  pulls: readonly Pull[],
): Promise<void> {
  const { ledger, github, clock, events } = world;
  const waiting = (await ledger.askers.waiting(repository.id)).filter(
    ({ who }) => who.kind === "merge_group",
  );
  const bases = [...pulls.map(({ baseRef }) => baseRef), ...waiting.map(({ subject }) => subject.baseRef)];
  for (const baseRef of new Set(bases)) {
    if (!(await isGated(ledger, repository, baseRef))) continue;
    const read = await github.mergeQueue(repository, baseRef);
    if (!read.ok) {
      events.queueUnread(`${repository.owner}/${repository.name}`, baseRef, read.failure);
      continue;
    }
    const now = clock.now();
    const groups = read.value?.groups ?? [];
    for (const { headSha, headRef } of groups) {
      const subject = {
        repositoryId: repository.id,
        headSha,
        baseRef,
        gate: { kind: "merge_group" },
      } as const;
      const asker: Asker = { subject, who: { kind: "merge_group", headRef }, askedAt: now };
      const endedAt = await ledger.askers.endedAt(asker);
      const again = endedAt !== undefined && now - endedAt > newcomerMs ? "anew" : "once";
      await admit(ledger, asker, again, repository, now);
    }
    const isTold = read.value?.isWhole === true;
    const shas = new Set(groups.map(({ headSha }) => headSha));
    for (const asker of waiting) {
      if (asker.subject.baseRef !== baseRef || shas.has(asker.subject.headSha)) continue;
      const knownMs = now - asker.askedAt;
      if (knownMs > (isTold ? newcomerMs : oldestMs)) await endGroup(ledger, asker, repository, now);
    }
  }
}

async function isGated({ policies }: Ledger, { id }: Repository, baseRef: string): Promise<boolean> {
  const known = await policies.find(id, baseRef);
  switch (known?.answer.kind) {
    case "present":
      return matchesBranch(baseRef, known.answer.policy.pullRequestBranches);
    case "broken":
      return true;
    case "absent":
    case undefined:
      return false;
  }
}
