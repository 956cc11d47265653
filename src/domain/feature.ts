/**
 * What an installation lets us do. An App that asks for more than before keeps its old permissions on each
 * installation until somebody there accepts the new ones, so each feature is on or off by installation.
 *
 * Source: https://docs.github.com/apps/maintaining-github-apps/modifying-a-github-app-registration, and the
 * permissions that each endpoint and webhook names in GitHub's reference.
 */

/** Everything that can be on or off, by what GitHub must allow. */
export const features = [
  "status",
  "check_runs",
  "merge_queue",
  "environments",
  "deployments",
  "comments",
  "commands",
  "members",
] as const;

/** One of our features. */
export type Feature = (typeof features)[number];

/** What an installation has accepted, as GitHub tells. */
export interface Accepted {
  /** Levels by name, `{ statuses: "write" }`. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Events that GitHub sends for it. */
  readonly events: readonly string[];
  /** The page on which people accept permissions; `undefined` when GitHub did not tell. */
  readonly page: string | undefined;
}

/** A feature that an installation does not have, and what people can do about it. */
export interface FeatureOff {
  readonly feature: Feature;
  /** One sentence with the cure. */
  readonly sentence: string;
}

interface Need {
  /** Each of these, as any one of its alternatives: `[[["pull_requests", "write"], ["issues", "write"]]]`. */
  readonly permissions: readonly (readonly (readonly [name: string, level: Level])[])[];
  readonly event?: string;
}

type Level = "read" | "write" | "admin";

const levels: readonly string[] = ["read", "write", "admin"] satisfies readonly Level[];

const needs: Readonly<Record<Feature, Need>> = {
  status: { permissions: [[["statuses", "write"]]] },
  check_runs: { permissions: [[["checks", "write"]]] },
  merge_queue: { permissions: [[["merge_queues", "read"]]], event: "merge_group" },
  environments: {
    permissions: [[["actions", "read"]], [["deployments", "write"]]],
    event: "deployment_protection_rule",
  },
  deployments: { permissions: [[["deployments", "write"]]], event: "deployment" },
  comments: {
    permissions: [
      [
        ["pull_requests", "write"],
        ["issues", "write"],
      ],
    ],
  },
  commands: { permissions: [], event: "issue_comment" },
  members: { permissions: [[["members", "read"]]] },
};

/** Whether an installation has a feature. */
export function isOn(feature: Feature, accepted: Accepted): boolean {
  return offReason(feature, accepted) === undefined;
}

/** The features that an installation does not have, in the order of `features`. */
export function featuresOff(accepted: Accepted): readonly FeatureOff[] {
  return features.flatMap((feature) => {
    const cure = offReason(feature, accepted);
    return cure === undefined ? [] : [{ feature, sentence: `${feature} is off: ${cure}` }];
  });
}

/** What is to be done for a feature, or nothing when it is on. */
function offReason(feature: Feature, { permissions, events, page }: Accepted): string | undefined {
  const need = needs[feature];
  const missing = need.permissions.filter(
    (anyOf) => !anyOf.some(([name, level]) => reaches(permissions[name], level)),
  );
  if (missing.length > 0) {
    const named = missing.map((anyOf) => anyOf.map(([name, level]) => `\`${name}: ${level}\``).join(" or "));
    const what = named.length === 1 ? "permission" : "permissions";
    const where = page === undefined ? "in the settings of the installation" : `at ${page}`;
    return `accept the new ${what} ${named.join(" and ")} ${where}`;
  }
  return need.event === undefined || events.includes(need.event)
    ? undefined
    : `subscribe the App to the event \`${need.event}\` in the App's settings`;
}

function reaches(level: string | undefined, wanted: Level): boolean {
  return level !== undefined && levels.indexOf(level) >= levels.indexOf(wanted);
}
