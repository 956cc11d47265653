import type { Account } from "./github-account.ts";
import type { Repository } from "./github-repository.ts";
import type { World } from "./github-world.ts";

/** What the required checks of a commit come to: `red` if one failed, `waiting` if one has not answered. */
export type Verdict = "green" | "red" | "waiting";

/** A check that a branch requires; `app` undefined: from anybody. */
type RequiredCheck = { context: string; app: number | undefined };

/** What a branch requires, by classic protection and by rules. */
function requiredOf(repository: Repository, branch: string): RequiredCheck[] {
  const classic = repository.protection.get(branch)?.checks ?? [];
  const rules = (repository.rules.get(branch) ?? [])
    .filter(({ type }) => type === "required_status_checks")
    .flatMap(
      ({ parameters }) =>
        (parameters?.["required_status_checks"] ?? []) as { context: string; integration_id?: number }[],
    );
  return [
    ...classic.map(({ context, app_id }) => ({ context, app: app_id ?? undefined })),
    ...rules.map(({ context, integration_id }) => ({ context, app: integration_id })),
  ];
}

/** Whether this is the account of the app of that id: ours, or one that github-label.ts made up from its slug. */
function speaksFor({ app, ids }: World, account: Account, id: number): boolean {
  if (account.type !== "Bot") return false;
  return account === app.bot ? id === app.id : id === ids.named("app", account.login.replace("[bot]", ""));
}

/**
 * What the statuses that a branch requires say of a commit. One that is bound to an app and was last set by somebody
 * else counts as not set: GitHub allows no merge then, and says that it still expects the status.
 */
export function verdictOf(repository: Repository, branch: string, sha: string): Verdict {
  const states = requiredOf(repository, branch).map(({ context, app }) => {
    const status = repository.statusBook.latest(sha, context);
    const counts = app === undefined || (status && speaksFor(repository.world, status.creator, app)) === true;
    return counts ? status?.state : undefined;
  });
  if (states.some((state) => state === "failure" || state === "error")) return "red";
  return states.every((state) => state === "success") ? "green" : "waiting";
}
