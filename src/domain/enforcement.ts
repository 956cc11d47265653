/**
 * What GitHub says of how it enforces our answers in one repository: the facts that a diagnosis is made from.
 *
 * Source: docs.github.com, REST API endpoints for rules, protected branches, deployment environments, protection
 * rules, check runs, commit statuses and GitHub Apps.
 */
import type { Allowance } from "./app-need.ts";
import type { Problem } from "./problem.ts";
import type { Told } from "./told.ts";

/** A check that must pass before a branch takes a commit. */
export interface RequiredCheck {
  /** Compared by GitHub without case. */
  readonly context: string;
  /** The App that it is taken from; `undefined`: from anybody who may write statuses. */
  readonly appId: number | undefined;
  /** Who requires it, for people: `ruleset 7` or `branch protection`. */
  readonly requiredBy: string;
  /** Where that is changed. */
  readonly page: string;
}

/** A branch's merge queue. */
export interface MergeQueue {
  /** After that a group whose checks have not answered leaves the queue. */
  readonly timeoutMinutes: number | undefined;
}

/** What protects one branch. */
export interface BranchFacts {
  readonly name: string;
  /** The status context that our verdicts have there. */
  readonly context: string;
  /** Whether the policy gates it, as far as is known: the default branch is looked at in any case. */
  readonly isGated: boolean;
  /** Rules of active rulesets, from whatever level. Those that only evaluate are not told. */
  readonly rules: Told<{ readonly checks: readonly RequiredCheck[]; readonly queue: MergeQueue | undefined }>;
  /** Checks that classic branch protection requires. */
  readonly classic: Told<readonly RequiredCheck[]>;
}

/** An environment, and the Apps that are asked before something is deployed to it. */
export interface EnvironmentFacts {
  readonly name: string;
  readonly page: string;
  readonly rules: Told<readonly { readonly appId: number; readonly isEnabled: boolean }[]>;
}

/** An active ruleset for tags. Patterns are full refs, as GitHub has them. */
export interface TagRuleset {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Kinds of rules: `creation`, `update`, `deletion`. */
  readonly rules: readonly string[];
}

/** Somebody who posted under our name on the default branch's head. */
export interface Poster {
  readonly as: "check run" | "status";
  /** An App by its slug, anybody else by login. */
  readonly name: string;
  /** Whether it is us; `undefined` when that cannot be told. */
  readonly isOurs: boolean | undefined;
}

/** The App on the account that owns a repository. */
export type InstallationFacts =
  /** It is not installed, or was not given this repository. */
  | { readonly kind: "absent" }
  | { readonly kind: "suspended"; readonly page: string }
  | (Allowance & { readonly kind: "active"; readonly page: string });

/** The App's own registration. */
export interface AppFacts extends Allowance {
  readonly id: number;
  readonly slug: string;
  /** Where it is installed on further repositories. */
  readonly installPage: string;
  /** Where its owner changes what it asks for. */
  readonly permissionsPage: string;
}

/** The policy on the default branch, as far as enforcement is concerned. */
export type PolicyFacts =
  | {
      readonly kind: "present";
      readonly mode: "enforce" | "observe";
      /** Globs of base branches. */
      readonly branches: readonly string[];
      /** Globs of environments, compared without case; `undefined`: all. */
      readonly environments: readonly string[] | undefined;
      /** Globs of the tags that open a deployment's gate. */
      readonly tags: readonly string[];
    }
  | { readonly kind: "absent" }
  | { readonly kind: "broken"; readonly problems: readonly Problem[] }
  /** It was not told; see `Told`. */
  | { readonly kind: "unknown"; readonly why: string; readonly needs: string | undefined };

/** A repository that could be looked into. */
export interface RepositoryFacts {
  readonly defaultBranch: string;
  /** Its page on GitHub. */
  readonly page: string;
  readonly policy: PolicyFacts;
  /** The default branch first. */
  readonly branches: readonly BranchFacts[];
  /** How many branches would have to be looked at too and were not; or why their names are not known. */
  readonly furtherBranches: Told<number>;
  readonly environments: Told<readonly EnvironmentFacts[]>;
  /** Active tag rulesets; `undefined` where no tag opens a gate. */
  readonly tags:
    | { readonly patterns: readonly string[]; readonly rulesets: Told<readonly TagRuleset[]> }
    | undefined;
  readonly posters: {
    readonly checkRuns: Told<readonly Poster[]>;
    readonly statuses: Told<readonly Poster[]>;
  };
}

/** Everything that a diagnosis is made from. */
export interface EnforcementFacts {
  /** Our App's id, where it is known by itself. */
  readonly appId: number | undefined;
  readonly app: Told<AppFacts>;
  readonly installation: Told<InstallationFacts>;
  readonly repository: Told<RepositoryFacts>;
}
