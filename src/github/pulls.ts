import type { Pull, Repository } from "../domain/subject.ts";
import { ok } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import { accountOf, ghost } from "./account.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { perPage } from "./pages.ts";

type GitHubPull = Awaited<ReturnType<Kit["rest"]["pulls"]["get"]>>["data"];

/** Pull requests, what they became, and who pushed what. */
export function pullsOver(client: GitHubClient): Pick<GitHubReader, "pull" | "madeBy" | "pusher"> {
  return {
    async pull(repository, number) {
      const { owner, name: repo, installationId } = repository;
      const read = await client.call(installationId, ({ rest }) =>
        rest.pulls.get({ owner, repo, pull_number: number }),
      );
      if (!read.ok) return read;
      const { head, body } = read.value;
      return ok({
        pull: pullOf(repository, read.value),
        body: body ?? "",
        headBranch: head.repo?.id === repository.id ? head.ref : undefined,
      });
    },

    async madeBy({ owner, name: repo, installationId }, sha) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: sha, per_page: perPage }),
      );
      if (!read.ok) return read;
      const merged = read.value.filter(
        (pull) => typeof pull.merged_at === "string" && pull.merge_commit_sha === sha,
      );
      return ok(merged.map(({ number }) => number));
    },

    async pusher({ owner, name: repo, installationId }, branch, sha) {
      const ref = `refs/heads/${branch}`;
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.listActivities({ owner, repo, ref, per_page: perPage }),
      );
      if (!read.ok)
        return read.failure.kind === "gone" || read.failure.kind === "refused" ? ok(undefined) : read;
      return ok(accountOf(read.value.find((activity) => activity.after === sha)?.actor));
    },
  };
}

/** GitHub's pull request as ours. */
function pullOf(repository: Repository, pull: GitHubPull): Pull {
  return {
    repositoryId: repository.id,
    number: pull.number,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    author: accountOf(pull.user) ?? ghost,
    isOpen: pull.state === "open",
    isDraft: pull.draft === true,
    labels: pull.labels.map(({ name }) => name),
    ...(pull.auto_merge !== null && { isAutoMerge: true }),
    updatedAt: Date.parse(pull.updated_at),
  };
}
