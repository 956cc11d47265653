import { failed, ok } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";
import { sha } from "./payload.ts";

/** Workflow runs. */
export function runsOver(client: GitHubClient): Pick<GitHubReader, "runCommit"> {
  return {
    async runCommit({ owner, name: repo, installationId }, runId) {
      const run = await client.call(installationId, ({ rest }) =>
        rest.actions.getWorkflowRun({ owner, repo, run_id: runId }),
      );
      if (!run.ok) return run;
      const { success, data } = sha.safeParse(run.value.head_sha);
      return success ? ok(data) : failed({ kind: "malformed", detail: "GitHub's run names no commit" });
    },
  };
}
