import { createHash } from "node:crypto";
import { ok } from "../gate/failure.ts";
import type { GitHubReader, StatusWriter } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";
import type { Pace } from "./pace.ts";

/**
 * The status context for a base branch: `error-budget: main`. GitHub compares contexts without regard to
 * case, so a branch that is not all lower case gets a mark of its own, or a lax `MAIN` could answer for a
 * strict `main` [T3]; one that is too long is cut and marked.
 */
export function contextOf(baseRef: string): string {
  const plain = `error-budget: ${baseRef}`;
  if (plain.length <= 100 && /^[ -~]*$/.test(baseRef) && baseRef === baseRef.toLowerCase()) return plain;
  const mark = createHash("sha256").update(baseRef).digest("hex").slice(0, 8);
  return `error-budget: ${[...baseRef].slice(0, 60).join("")}~${mark}`;
}

/** The newest status of a commit under a context, compared as GitHub compares contexts. */
export function statusOver(client: GitHubClient): Pick<GitHubReader, "status"> {
  return {
    async status({ owner, name: repo, installationId }, sha, context) {
      const list = await client.call(installationId, ({ rest }) =>
        rest.repos.listCommitStatusesForRef({ owner, repo, ref: sha, per_page: 100 }),
      );
      if (!list.ok) return list;
      const found = list.value.find((status) => status.context.toLowerCase() === context.toLowerCase());
      if (found === undefined) return ok(undefined);
      const { description } = found;
      const state = found.state as "success" | "failure" | "error" | "pending";
      return ok({ state, description: description ?? "" });
    },
  };
}

/** Posts statuses at an installation's pace, one attempt each. */
export function writerOver(client: GitHubClient, pace: Pace): StatusWriter {
  return {
    takeTurn: (installationId, now) => Promise.resolve(pace.takeTurn(installationId, now)),
    pausedInstallations: (now) => pace.waiting(now),
    async post({ owner, name: repo, installationId }, { sha, context, state, description }) {
      const posted = await client.call(installationId, ({ rest }) =>
        rest.repos.createCommitStatus({ owner, repo, sha, context, state, description }),
      );
      return posted.ok ? ok(undefined) : posted;
    },
  };
}
