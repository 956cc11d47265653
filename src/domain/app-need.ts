/**
 * What the gate needs of an installation, and what stops working without it.
 *
 * Source: the permissions that GitHub's reference names for each endpoint and webhook. app.yml asks for all of
 * it; a test holds the two against each other.
 */

/** Levels of permissions and events: what an App asks for, or an installation has accepted. */
export interface Allowance {
  /** Levels by name, `{ statuses: "write" }`. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** What an installation has accepted, as GitHub tells. */
export interface Accepted extends Allowance {
  /** The page on which people accept permissions; `undefined` when GitHub did not tell. */
  readonly page: string | undefined;
}

/** One thing that GitHub must allow. */
export type Need =
  | { readonly kind: "permission"; readonly name: string; readonly level: "read" | "write" }
  | { readonly kind: "event"; readonly name: string };

/** A need, and what it is for. */
export type AppNeed = Need & {
  /** Without it there is no gate at all, or one that does not hear. */
  readonly isCore: boolean;
  /** What stops working, as the end of a sentence. */
  readonly without: string;
};

/** Everything that the gate needs. */
export const appNeeds = [
  permission("metadata", "read", "core", "repositories, roles and rules cannot be read"),
  permission("contents", "read", "core", "no policy can be read, so nothing is judged"),
  permission("pull_requests", "read", "core", "pull requests and their labels cannot be read"),
  permission("statuses", "write", "core", "no verdict can be posted, so required checks wait for ever"),
  permission(
    "checks",
    "write",
    "more",
    "there is no report beside the status and no button that judges again",
  ),
  permission("deployments", "write", "more", "waiting deployments get no answer"),
  permission("actions", "read", "more", "environments cannot ask us"),
  permission("merge_queues", "read", "more", "GitHub does not tell us of merge groups, and does not say so"),
  permission("issues", "read", "more", "comments on pull requests do not reach us"),
  permission("members", "read", "more", "nobody is entitled to a bypass by team"),
  event("pull_request", "core", "pull requests are judged by the sweep only, minutes late"),
  event("push", "core", "a changed policy is noticed by the sweep only, and nobody knows who pushed a tag"),
  event("repository", "more", "renames and changes of visibility are noticed late"),
  event("status", "more", "somebody else's status under our name is noticed late"),
  event("pull_request_review", "more", "reviews do not reach us"),
  event("check_run", "more", "the button that judges again does nothing"),
  event("check_suite", "more", "asking for all checks again does nothing"),
  event("deployment", "more", "deployments that no environment rule guards are not judged"),
  event("deployment_status", "more", "deployments that went ahead without our verdict are not noticed"),
  event("deployment_protection_rule", "more", "environments wait for an answer that never comes"),
  event("merge_group", "more", "merge groups wait until the queue's timeout"),
  event("issue_comment", "more", "comments on pull requests do not reach us"),
] as const;

/** The name of a need: no permission has an event's. */
export type NeedName = (typeof appNeeds)[number]["name"];

/** Levels of permissions, weakest first. */
const levels: readonly (string | undefined)[] = ["read", "write", "admin"];

/** Whether what was accepted covers a need. */
export function isMet(need: Need, { permissions, events }: Allowance): boolean {
  return need.kind === "event"
    ? events.includes(need.name)
    : levels.indexOf(permissions[need.name]) >= levels.indexOf(need.level);
}

/** `the permission merge_queues: read`, or `the event push`. */
export function needWords(need: Need): string {
  return need.kind === "event" ? `the event ${need.name}` : `the permission ${need.name}: ${need.level}`;
}

type Weight = "core" | "more";

function permission<Name extends string>(
  name: Name,
  level: "read" | "write",
  weight: Weight,
  without: string,
): AppNeed & { readonly name: Name } {
  return { kind: "permission", name, level, isCore: weight === "core", without };
}

function event<Name extends string>(
  name: Name,
  weight: Weight,
  without: string,
): AppNeed & { readonly name: Name } {
  return { kind: "event", name, isCore: weight === "core", without };
}
