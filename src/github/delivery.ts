/**
 * GitHub's webhook → our hint: only what the gate needs, each field checked, nothing else kept. What no
 * handler wants is `undefined` and dropped before any work.
 */
import type { Hint } from "../domain/delivery.ts";
import { deploymentHint, deploymentStatusHint } from "./deployment-hint.ts";
import { mergeGroupHint } from "./merge-group-hint.ts";
import { protectionRuleHint } from "./protection-rule-hint.ts";
import { pullActions, pullHint } from "./pull-hint.ts";
import { pushHint } from "./push-hint.ts";
import { commentActions, commentHint, reviewActions, reviewHint } from "./remark-hint.ts";
import { checkRunHint, checkSuiteHint, runActions, suiteActions } from "./report-use-hint.ts";
import { statusHint } from "./status-hint.ts";
import {
  installationActions,
  installationHint,
  installationRepositoriesHint,
  repositoryActions,
  repositoryHint,
} from "./repository-hint.ts";

/** How each event that we handle is read; all others are acknowledged and dropped unread. */
const readers: Readonly<Record<string, (payload: unknown) => Hint | undefined>> = {
  ping: () => ({ kind: "ping" }),
  pull_request: pullHint,
  push: pushHint,
  merge_group: mergeGroupHint,
  deployment_protection_rule: protectionRuleHint,
  deployment: deploymentHint,
  deployment_status: deploymentStatusHint,
  installation: installationHint,
  installation_repositories: installationRepositoriesHint,
  repository: repositoryHint,
  issue_comment: commentHint,
  pull_request_review: reviewHint,
  check_run: checkRunHint,
  check_suite: checkSuiteHint,
  status: statusHint,
};

/** Events that we handle. */
export const handledEvents: ReadonlySet<string> = new Set(Object.keys(readers));

/** Actions that we do something with, of events of which we leave some unread. */
const handledActions: Readonly<Record<string, ReadonlySet<string>>> = {
  pull_request: pullActions,
  installation: installationActions,
  repository: repositoryActions,
  issue_comment: commentActions,
  pull_request_review: reviewActions,
  check_run: runActions,
  check_suite: suiteActions,
};

/** Events that are not missed: the log of deliveries does not tell which few of very many are ours. */
const unmissed: ReadonlySet<string> = new Set(["ping", "status"]);

/** Whether anything is done with such an event; `action` is what GitHub's log of deliveries tells of it. */
export function isHandled(event: string, action: string | undefined): boolean {
  if (!handledEvents.has(event) || unmissed.has(event)) return false;
  return action === undefined || (handledActions[event]?.has(action) ?? true);
}

/**
 * The hint in a webhook, or `undefined` when nobody needs it. Throws a `ZodError` when the body is not what
 * GitHub sends.
 */
export function hintOf(event: string, payload: unknown): Hint | undefined {
  return Object.hasOwn(readers, event) ? readers[event]?.(payload) : undefined;
}
