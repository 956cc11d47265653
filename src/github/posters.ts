import type { Poster } from "../domain/enforcement.ts";
import type { EnforcementReader, Identity } from "../gate/enforcement-port.ts";
import { ok } from "../gate/failure.ts";
import type { GitHubClient } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

/** The App that every workflow job is run by; it is never us. */
const workflows = "github-actions";

/** A thousand of either; a commit that has more is not known to be free of namesakes. */
const maxPages = 10;

/** Who posts check runs and statuses under a name, on a branch's head. */
export function postersOver(
  client: GitHubClient,
): Pick<EnforcementReader, "checkRunPosters" | "statusPosters"> {
  return {
    async checkRunPosters({ owner, name: repo, installationId }, branch, context, us) {
      const asked = { owner, repo, ref: `heads/${branch}`, check_name: context, per_page: perPage };
      const read = await allPages(async (page) => {
        const list = await client.call(installationId, ({ rest }) =>
          rest.checks.listForRef({ ...asked, page }),
        );
        return list.ok ? ok(list.value.check_runs) : list;
      }, maxPages);
      if (!read.ok) return read;
      return ok(
        read.value.map(({ app }): Poster => {
          const name = app?.slug ?? "nobody";
          return { as: "check run", name, isOurs: name === workflows ? false : isOurs(app?.id, us) };
        }),
      );
    },

    async statusPosters({ owner, name: repo, installationId }, branch, context, us) {
      const asked = { owner, repo, ref: `heads/${branch}`, per_page: perPage };
      const read = await allPages(
        (page) =>
          client.call(installationId, ({ rest }) => rest.repos.listCommitStatusesForRef({ ...asked, page })),
        maxPages,
      );
      if (!read.ok) return read;
      const ours = read.value.filter((one) => one.context.toLowerCase() === context.toLowerCase());
      return ok(
        ours.map(({ creator }): Poster => {
          const name = creator?.login ?? "ghost";
          const isPerson = creator?.type !== "Bot" || name === `${workflows}[bot]`;
          const isBotOfOurs = us.slug === undefined ? undefined : name === `${us.slug}[bot]`;
          return { as: "status", name, isOurs: isPerson ? false : isBotOfOurs };
        }),
      );
    },
  };
}

function isOurs(appId: number | undefined, us: Identity): boolean | undefined {
  return us.appId === undefined ? undefined : appId === us.appId;
}
