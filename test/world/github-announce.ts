import type { Account } from "./github-account.ts";
import type { WebhookDelivery } from "./github-outbox.ts";
import type { Repository } from "./github-repository.ts";
import { installationReference, userBody, type Body } from "./github-shapes-account.ts";
import { repositoryContext } from "./github-shapes-repository.ts";

/** Event that apps subscribe to -> permissions of which an installation must have accepted one to be sent it. */
export const NEEDS: { [event: string]: string[] } = {
  check_run: ["checks"],
  check_suite: ["checks"],
  create: ["contents"],
  delete: ["contents"],
  deployment: ["deployments"],
  deployment_protection_rule: ["deployments"],
  deployment_status: ["deployments"],
  issue_comment: ["issues"],
  merge_group: ["merge_queues"],
  pull_request: ["pull_requests"],
  pull_request_review: ["pull_requests"],
  push: ["contents"],
  repository: ["metadata"],
  status: ["statuses"],
};

/**
 * Makes the webhook of something that happened in a repository, if GitHub would: the app is installed there and not
 * suspended, it subscribed to the event, and the installation accepted a permission that the event needs.
 *
 * @param details what the event tells beside the repository, the organization, the sender and the installation
 */
export function announce(
  repository: Repository,
  event: string,
  action: string | null,
  details: () => Body,
  sender: Account,
): WebhookDelivery | undefined {
  const { world, installation } = repository;
  if (installation === undefined || installation.suspended !== undefined) return undefined;
  if (!world.app.events.includes(event)) return undefined;
  if (!(NEEDS[event] ?? []).some((name) => installation.can(name, "read"))) return undefined;
  const payload = {
    ...(action === null ? {} : { action }),
    ...repositoryContext(world, repository),
    ...details(),
    sender: userBody(world, sender),
    installation: installationReference(installation),
  };
  return world.outbox.add({
    event,
    action,
    payload,
    installationId: installation.id,
    repositoryId: repository.id,
  });
}
