/**
 * What an installation lets us do. An App that asks for more than before keeps its old permissions on each
 * installation until somebody there accepts the new ones, so each feature is on or off by installation.
 *
 * Source: https://docs.github.com/apps/maintaining-github-apps/modifying-a-github-app-registration.
 */
import { type Accepted, appNeeds, isMet, type Need, type NeedName } from "./app-need.ts";

/** Each feature's needs, each of them as any one of its alternatives. */
const needs = {
  status: all("statuses"),
  check_runs: all("checks"),
  merge_queue: all("merge_queues", "merge_group"),
  environments: all("actions", "deployments", "deployment_protection_rule"),
  deployments: all("deployments", "deployment"),
  // Only a policy with `comment: sticky` wants it, so app.yml does not ask for it.
  comments: [
    [
      { kind: "permission", name: "pull_requests", level: "write" },
      { kind: "permission", name: "issues", level: "write" },
    ],
  ],
  commands: all("issues", "issue_comment"),
  members: all("members"),
} as const satisfies Readonly<Record<string, readonly (readonly Need[])[]>>;

/** One of our features. */
export type Feature = keyof typeof needs;

/** Everything that can be on or off, by what GitHub must allow. */
export const features = Object.keys(needs) as readonly Feature[];

/** A feature that an installation does not have, and what people can do about it. */
export interface FeatureOff {
  readonly feature: Feature;
  /** One sentence with the cure. */
  readonly sentence: string;
}

/** Whether an installation has a feature. */
export function isOn(feature: Feature, accepted: Accepted): boolean {
  return missing(feature, accepted).length === 0;
}

/** The features that an installation does not have, in the order of `features`. */
export function featuresOff(accepted: Accepted): readonly FeatureOff[] {
  return features.flatMap((feature) => {
    const lacking = missing(feature, accepted);
    if (lacking.length === 0) return [];
    return [{ feature, sentence: `${feature} is off: ${cureOf(lacking, accepted.page)}` }];
  });
}

function missing(feature: Feature, accepted: Accepted): readonly (readonly Need[])[] {
  return needs[feature].filter((anyOf) => !anyOf.some((need) => isMet(need, accepted)));
}

/** What is to be done: permissions first, since GitHub lets an App subscribe to what it may read only. */
function cureOf(lacking: readonly (readonly Need[])[], page: string | undefined): string {
  const permissions = lacking
    .map((anyOf) => anyOf.flatMap((need) => (need.kind === "event" ? [] : `\`${need.name}: ${need.level}\``)))
    .filter((anyOf) => anyOf.length > 0);
  if (permissions.length === 0) {
    const events = lacking.flat().map(({ name }) => `\`${name}\``);
    return `subscribe the App to the event ${events.join(" and ")} in the App's settings`;
  }
  const what = permissions.length === 1 ? "permission" : "permissions";
  const where = page === undefined ? "in the settings of the installation" : `at ${page}`;
  const wanted = `${what} ${permissions.map((anyOf) => anyOf.join(" or ")).join(" and ")}`;
  return lacking.every(isAsked)
    ? `accept the new ${wanted} ${where}`
    : `let the App ask for the ${wanted} in its settings, then accept it ${where}`;
}

/** What app.yml asks for, as if it were accepted whole. */
const asked: Accepted = {
  permissions: Object.fromEntries(
    appNeeds.flatMap((need) => (need.kind === "permission" ? [[need.name, need.level]] : [])),
  ),
  events: appNeeds.flatMap(({ kind, name }) => (kind === "event" ? [name] : [])),
  page: undefined,
};

/** What is not asked for cannot be accepted. */
function isAsked(anyOf: readonly Need[]): boolean {
  return anyOf.some((need) => isMet(need, asked));
}

function all(...names: readonly NeedName[]): readonly (readonly Need[])[] {
  return names.map((name) => appNeeds.filter((need) => need.name === name));
}
