/**
 * GitHub's webhook → our hint: only what the gate needs, each field checked, nothing else kept. What no
 * handler wants is `undefined` and dropped before any work.
 */
import type { Hint } from "../domain/delivery.ts";
import { mergeGroupHint } from "./merge-group-hint.ts";
import { pullHint } from "./pull-hint.ts";
import { pushHint } from "./push-hint.ts";
import { installationHint, installationRepositoriesHint, repositoryHint } from "./repository-hint.ts";

/** How each event that we handle is read; all others are acknowledged and dropped unread. */
const readers: Readonly<Record<string, (payload: unknown) => Hint | undefined>> = {
  ping: () => ({ kind: "ping" }),
  pull_request: pullHint,
  push: pushHint,
  merge_group: mergeGroupHint,
  installation: installationHint,
  installation_repositories: installationRepositoriesHint,
  repository: repositoryHint,
};

/** Events that we handle. */
export const handledEvents: ReadonlySet<string> = new Set(Object.keys(readers));

/**
 * The hint in a webhook, or `undefined` when nobody needs it. Throws a `ZodError` when the body is not what
 * GitHub sends.
 */
export function hintOf(event: string, payload: unknown): Hint | undefined {
  return Object.hasOwn(readers, event) ? readers[event]?.(payload) : undefined;
}
