/** A shop whose environment `production` our protection rule gates, and what is asked of it. */
import type { WorkflowRun, WorkflowRunDraft } from "../world/github-workflow-run.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";

/** What the app may and hears, with deployments. */
export const deploying = {
  permissions: {
    actions: "read",
    contents: "read",
    deployments: "write",
    members: "read",
    metadata: "read",
    pull_requests: "read",
    statuses: "write",
  },
  events: [
    "deployment",
    "deployment_protection_rule",
    "deployment_status",
    "pull_request",
    "push",
    "repository",
    "status",
  ],
} satisfies Pick<ShopOptions, "permissions" | "events">;

/** Puts our rule on an environment. */
export function gate({ repository }: Shop, environment = "production"): void {
  repository.environments.create(environment);
  repository.environments.enableRule(environment);
}

/** Starts a run that deploys main to production, and lets it be looked at. */
export async function deploy(
  { repository, app }: Shop,
  draft: Partial<WorkflowRunDraft> = {},
): Promise<WorkflowRun> {
  const run = repository.actions.run({ ref: "main", environment: "production", by: "bob", ...draft });
  await app.settle();
  // Our answer lets the job go on, which GitHub tells us.
  await app.settle();
  return run;
}

/** Lines of the audit log, oldest first: kind and detail. */
export async function audit({ app, repository }: Shop, kind?: "deployed_without_verdict"): Promise<string[]> {
  const lines = await app.machine.ledger.audit.lines(repository.id, kind, 100);
  return lines.toReversed().map(({ kind, actor, detail }) => {
    const by = actor === undefined ? "" : ` by ${actor.login}`;
    return `${kind}${by}: ${detail}`;
  });
}

/** The value of a counter of ours. */
export async function counted({ app }: Shop, name: string, labels = ""): Promise<number> {
  const text = await app.machine.metrics.registry.metrics();
  const line = text.split("\n").find((one) => one.startsWith(`${name}${labels} `));
  return Number(line?.split(" ")[1] ?? 0);
}

/** A comment as GitHub shows it: what others wrote comes back out of its character references. */
export function asShown(comment = ""): string {
  return comment
    .replaceAll(/&#(\d+);/g, (_, mark: string) => String.fromCharCode(Number(mark)))
    .replaceAll("\u2060", "");
}
