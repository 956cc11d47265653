import { ok } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";

/** Workflow runs. */
export function runsOver(client: GitHubClient): Pick<GitHubReader, "runCommit"> {
  return {
    async runCommit({ owner, name: repo, installationId }, runId) {
      const run = await client.call(installationId, ({ rest }) =>
        rest.actions.getWorkflowRun({ owner, repo, run_id: runId }),
      );
      return run.ok ? ok(run.value.head_sha) : run;
    },
  };
}
