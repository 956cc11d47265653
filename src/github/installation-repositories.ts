import { failed, ok, type Result } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

type Listed = Awaited<
  ReturnType<Kit["rest"]["apps"]["listReposAccessibleToInstallation"]>
>["data"]["repositories"][number];

/** Every repository that an installation sees, in at most `maxPages` pages of a hundred. */
export async function repositoriesOf(
  client: GitHubClient,
  installationId: number,
  maxPages?: number,
): Promise<Result<readonly Listed[]>> {
  let total = 0;
  const read = await allPages(
    (page) =>
      client.call(installationId, async ({ rest }) => {
        const { data } = await rest.apps.listReposAccessibleToInstallation({ per_page: perPage, page });
        total = data.total_count;
        return { data: data.repositories };
      }),
    maxPages,
  );
  if (!read.ok || new Set(read.value.map(({ id }) => id)).size >= total) return read;
  // What changes while it is paged through may slip from one page to one that was read.
  return failed({ kind: "malformed", detail: "GitHub's list of repositories is shorter than it says" });
}

/** Installations' repositories by their ids. */
export function repositoryIdsOver(client: GitHubClient): Pick<GitHubReader, "repositoryIds"> {
  return {
    async repositoryIds(installationId) {
      const read = await repositoriesOf(client, installationId);
      return read.ok ? ok(new Set(read.value.map(({ id }) => id))) : read;
    },
  };
}
