import { z } from "zod";
import type { Repository } from "../domain/subject.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import type { GitHubReader, GroupMember, QueuedGroup } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";
import { query } from "./graphql.ts";

/**
 * A queue's entries, front first. One page is enough for any queue that moves; a longer one is not told whole, so
 * its later groups have no known members.
 */
const queueQuery = `query QueueEntries($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    mergeQueue(branch: $branch) {
      entries(first: 100) {
        totalCount
        nodes { position headCommit { oid } baseCommit { oid } pullRequest { number headRefOid } }
      }
    }
  }
}`;

const entry = z.object({
  position: z.int(),
  headCommit: z.object({ oid: z.string() }).nullable(),
  baseCommit: z.object({ oid: z.string() }).nullable(),
  pullRequest: z.object({ number: z.int(), headRefOid: z.string() }).nullable(),
});

const queueAnswer = z.object({
  repository: z
    .object({
      databaseId: z.int().nullable(),
      mergeQueue: z
        .object({
          entries: z.object({ totalCount: z.int(), nodes: z.array(entry.nullable()).nullable() }).nullable(),
        })
        .nullable(),
    })
    .nullable(),
});

type Entry = z.infer<typeof entry>;

/** A queue as it was told, front first. */
interface Queue {
  readonly entries: readonly Entry[];
  /** Whether GitHub kept an entry of the list to itself: where in the queue, nobody knows. */
  readonly hasHoles: boolean;
  readonly isWhole: boolean;
}

/**
 * Merge queues. The event of a group does not tell its pull requests, and commit messages can be written by
 * anybody, so the queue itself is asked. [T14]
 */
export function mergeQueueOver(
  client: GitHubClient,
): Pick<GitHubReader, "groupMembers" | "mergeQueue" | "queueTimeout"> {
  const queueOf = async (
    { id, owner, name, installationId }: Repository,
    branch: string,
  ): Promise<Result<Queue | undefined>> => {
    const read = await client.call(installationId, (kit) => query(kit, queueQuery, { owner, name, branch }));
    if (!read.ok) return read;
    const parsed = queueAnswer.safeParse(read.value);
    if (!parsed.success) return failed({ kind: "malformed", detail: "GitHub's answer is no merge queue" });
    const { repository } = parsed.data;
    // Asked by name, answered by whoever has the name now.
    if (repository === null || repository.databaseId !== id) return ok(undefined);
    const told = repository.mergeQueue?.entries ?? undefined;
    if (told === undefined) return ok(undefined);
    const nodes = told.nodes ?? [];
    const entries = nodes.flatMap((one) => one ?? []);
    return ok({
      entries: entries.toSorted((a, b) => a.position - b.position),
      hasHoles: entries.length < nodes.length,
      isWhole: entries.length === told.totalCount,
    });
  };
  return {
    async groupMembers(repository, branch, groupSha) {
      const queue = await queueOf(repository, branch);
      if (!queue.ok) return queue;
      const { entries, hasHoles } = queue.value ?? { entries: [], hasHoles: false };
      const last = entries.findLastIndex(({ headCommit }) => headCommit?.oid === groupSha);
      if (last < 0 || hasHoles) return ok(undefined);
      const members = entries
        .slice(0, last + 1)
        .flatMap(({ pullRequest }): GroupMember[] =>
          pullRequest === null ? [] : [{ number: pullRequest.number, headSha: pullRequest.headRefOid }],
        );
      // An entry without its pull request is a member that we do not know.
      return ok(members.length === last + 1 ? members : undefined);
    },

    async mergeQueue(repository, branch) {
      const queue = await queueOf(repository, branch);
      if (!queue.ok || queue.value === undefined) return queue.ok ? ok(undefined) : queue;
      const { entries, isWhole } = queue.value;
      // What waits for its turn to be built has no group yet.
      const groups = entries.flatMap(({ headCommit, baseCommit, pullRequest }): QueuedGroup[] => {
        if (headCommit === null || baseCommit === null || pullRequest === null) return [];
        const headRef = `refs/heads/gh-readonly-queue/${branch}/pr-${pullRequest.number}-${baseCommit.oid}`;
        return [{ headSha: headCommit.oid, headRef }];
      });
      // A group that cannot be named is in the queue all the same, so this list ends none.
      const built = entries.filter(({ headCommit }) => headCommit !== null);
      return ok({ groups, isWhole: isWhole && groups.length === built.length });
    },

    async queueTimeout({ owner, name: repo, installationId }, branch) {
      const rules = await client.call(installationId, ({ rest }) =>
        rest.repos.getBranchRules({ owner, repo, branch, per_page: 100 }),
      );
      if (!rules.ok) return rules;
      const rule = rules.value.find((one) => one.type === "merge_queue");
      const minutes = rule?.parameters?.check_response_timeout_minutes;
      return ok(minutes === undefined ? undefined : minutes * 60_000);
    },
  };
}
