import { ok } from "../gate/failure.ts";
import type { GitHubReader, GroupMember } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";

/**
 * A queue's entries, front first. GitHub holds at most so many entries in a queue that one page is enough; a
 * longer one is not told whole, so its later groups have no known members.
 */
const queueQuery = `query QueueEntries($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    mergeQueue(branch: $branch) {
      entries(first: 100) {
        nodes { position headCommit { oid } pullRequest { number headRefOid } }
      }
    }
  }
}`;

interface QueueAnswer {
  readonly repository: {
    readonly databaseId: number | null;
    readonly mergeQueue: {
      readonly entries: { readonly nodes: readonly (Entry | null)[] | null } | null;
    } | null;
  } | null;
}

interface Entry {
  readonly position: number;
  readonly headCommit: { readonly oid: string } | null;
  readonly pullRequest: { readonly number: number; readonly headRefOid: string } | null;
}

/**
 * The pull requests of a merge group. The event does not tell them, and commit messages can be written by
 * anybody, so the queue itself is asked. [T14]
 */
export function mergeQueueOver(client: GitHubClient): Pick<GitHubReader, "groupMembers"> {
  return {
    async groupMembers({ id, owner, name, installationId }, branch, groupSha) {
      const read = await client.call(installationId, async ({ graphql }) => ({
        data: await graphql<QueueAnswer>(queueQuery, { owner, name, branch }),
      }));
      if (!read.ok) return read;
      const { repository } = read.value;
      // Asked by name, answered by whoever has the name now.
      if (repository === null || repository.databaseId !== id) return ok(undefined);
      const entries = (repository.mergeQueue?.entries?.nodes ?? []).flatMap((entry) => entry ?? []);
      const inOrder = entries.toSorted((a, b) => a.position - b.position);
      const last = inOrder.findIndex(({ headCommit }) => headCommit?.oid === groupSha);
      if (last < 0) return ok(undefined);
      const members = inOrder
        .slice(0, last + 1)
        .flatMap(({ pullRequest }): GroupMember[] =>
          pullRequest === null ? [] : [{ number: pullRequest.number, headSha: pullRequest.headRefOid }],
        );
      // An entry without its pull request is a member that we do not know.
      return ok(members.length === last + 1 ? members : undefined);
    },
  };
}
