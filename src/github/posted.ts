import { ok } from "../gate/failure.ts";
import type { PostedReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

/** What we posted ourselves. Of what others posted under our names nothing is taken for ours. */
export function postedOver(client: GitHubClient, appId: number): PostedReader {
  return {
    async ownCheckRun({ owner, name: repo, installationId }, sha, name, externalId) {
      const runs = await allPages(async (page) => {
        const asked = { owner, repo, ref: sha, check_name: name, app_id: appId, filter: "all" } as const;
        const read = await client.call(installationId, ({ rest }) =>
          rest.checks.listForRef({ ...asked, per_page: perPage, page }),
        );
        return read.ok ? ok(read.value.check_runs) : read;
      });
      if (!runs.ok) return runs;
      const own = runs.value.filter((run) => run.external_id === externalId && run.app?.id === appId);
      return ok(own.length === 0 ? undefined : Math.max(...own.map(({ id }) => id)));
    },

    async ownComment({ owner, name: repo, installationId }, number, mark) {
      const comments = await allPages((page) =>
        client.call(installationId, ({ rest }) =>
          rest.issues.listComments({ owner, repo, issue_number: number, per_page: perPage, page }),
        ),
      );
      if (!comments.ok) return comments;
      const isOurs = (comment: (typeof comments.value)[number]): boolean =>
        comment.performed_via_github_app?.id === appId && comment.body?.includes(mark) === true;
      return ok(comments.value.find(isOurs)?.id);
    },

    async defaultBranch({ owner, name: repo, installationId }) {
      const read = await client.call(installationId, ({ rest }) => rest.repos.get({ owner, repo }));
      return read.ok ? ok(read.value.default_branch) : read;
    },
  };
}
