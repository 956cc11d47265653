import { createHash } from "node:crypto";
import { ok } from "../gate/failure.ts";
import type { Subject } from "../domain/subject.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";

/**
 * The status context of a subject: `error-budget: main` for what wants into a branch, by pull request or queue,
 * and `error-budget/deploy: production` for what wants into an environment.
 */
export function contextOf({ baseRef, gate }: Pick<Subject, "baseRef" | "gate">): string {
  switch (gate.kind) {
    case "pull_request":
    case "merge_group":
      return named("error-budget: ", baseRef);
    case "environment":
    case "deployment":
      return named("error-budget/deploy: ", gate.environment);
    case "verification":
      return named("error-budget/verify: ", gate.environment);
    // Nothing is told to GitHub of it; the ledger names it so.
    case "question":
      return named("error-budget/question: ", gate.environment ?? "");
  }
}

/** Whether a context is one of ours by its name, compared as GitHub compares contexts. */
export function isContextOfOurs(context: string): boolean {
  return /^error-budget(?:: |\/(?:deploy|verify): )/i.test(context);
}

/**
 * GitHub compares contexts without regard to case, so a branch that is not all lower case gets a mark of its
 * own, or a lax `MAIN` could answer for a strict `main` [T3]; one that is too long is cut and marked.
 */
function named(prefix: string, name: string): string {
  const plain = `${prefix}${name}`;
  if (plain.length <= 100 && /^[ -~]*$/.test(name) && name === name.toLowerCase()) return plain;
  const mark = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${prefix}${[...name].slice(0, 60).join("")}~${mark}`;
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
