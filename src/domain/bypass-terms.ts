import type { Quota } from "./bypass-quota.ts";
import type { DurationMs } from "./duration.ts";

/**
 * GitHub's repository roles, weakest first
 * (https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles).
 */
export const repositoryRoles = ["read", "triage", "write", "maintain", "admin"] as const;

/** A repository role. */
export type RepositoryRole = (typeof repositoryRoles)[number];

/** Who may open a held gate, with what, and for how long. */
export interface BypassTerms {
  /** Labels that ask for a bypass. None: there is no bypass by label. */
  readonly labels: readonly string[];
  /** Any one of these entitles. All empty: nobody is entitled. */
  readonly entitled: {
    /** This role or a stronger one. */
    readonly permission: RepositoryRole | undefined;
    /** Teams as `org/slug`; active members count. */
    readonly teams: readonly string[];
    /** Logins. */
    readonly users: readonly string[];
    /** Numeric ids of accounts; the only way to entitle a bot. */
    readonly ids: readonly number[];
  };
  /** How long after the wish was made the gate stays open. */
  readonly expiresMs: DurationMs;
  readonly reason: "required" | "optional";
  /** Whether the author or the last pusher may open the gate for their own change. */
  readonly self: "refused" | "allowed";
  /** How many different people it takes. */
  readonly people: 1 | 2;
  readonly quota: Quota | undefined;
  /** A glob that a word of the reason must match: `INC-*`. */
  readonly ticket: string | undefined;
  /** Globs of the tags that open a deployment's gate. None: no tag does. */
  readonly tags: readonly string[];
  /** Mail addresses whose verified signature entitles a tag. */
  readonly signers: readonly string[];
}

/**
 * The terms of a policy that writes none, and of a policy that cannot be read: the label `hotfix` by a
 * maintainer other than the author, for four hours. They hold for a broken policy too, so that the change
 * that mends it can be let in.
 */
export const defaultBypassTerms: BypassTerms = {
  labels: ["hotfix"],
  entitled: { permission: "maintain", teams: [], users: [], ids: [] },
  expiresMs: 4 * 3_600_000,
  reason: "optional",
  self: "refused",
  people: 1,
  quota: undefined,
  ticket: undefined,
  tags: [],
  signers: [],
};

/** Whether a role is at least as strong as another. An unknown custom role is no role at all. */
export function isAtLeast(role: string, wanted: RepositoryRole): boolean {
  const rank = repositoryRoles.findIndex((one) => one === role);
  return rank >= repositoryRoles.indexOf(wanted);
}

/**
 * A label as it is compared: compatibility forms folded and case ignored, so `Hotfix` is `hotfix`, while a
 * letter of another alphabet that only looks alike stays another label. [T10]
 */
export function foldLabel(name: string): string {
  return name.normalize("NFKC").toLowerCase().trim();
}
