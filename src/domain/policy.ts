import type { BypassTerms } from "./bypass-terms.ts";
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";
import type { Maintenance } from "./maintenance.ts";
import type { UnmeasuredKind } from "./measurement.ts";
import type { Objective } from "./objective.ts";
import type { Problem } from "./problem.ts";
import type { QualityPlan } from "./quality-plan.ts";
import type { Rule } from "./rule.ts";
import { type Gate, matchesGlob } from "./subject.ts";
import type { UnmeasuredAction } from "./unmeasured-action.ts";

/** Whether verdicts are enforced or only told. */
export type Mode = "enforce" | "observe";

/** How a deployment is looked at after it has happened. */
export interface VerifyTerms {
  /** When it has passed, if nothing has failed by then, counted from the deployment. */
  readonly afterMs: DurationMs;
  /** The most of the time since the deployment that a look judges. */
  readonly windowMs: DurationMs;
  /** How often it is looked at until then. */
  readonly everyMs: DurationMs;
  /** Globs of environments, compared without case. */
  readonly environments: readonly string[];
  /** Whether a failure is told to the repository's workflows. */
  readonly isDispatched: boolean;
}

/** A repository's error budget policy, whole: its own file and every file that it points at. */
export interface Policy {
  readonly mode: Mode;
  /** The operator's id of the Prometheus to ask. */
  readonly dataSource: string;
  /** Names are unique. Together with the quality gates at least one. */
  readonly objectives: readonly Objective[];
  /** The policy's own rules; `undefined` means the defaults for each objective's window. */
  readonly rules: readonly Rule[] | undefined;
  /** How long a rule that has spoken must be calm before it lets go; 0: it falls silent at once. */
  readonly holdMs: DurationMs;
  /** Globs of base branches whose pull requests are gated. */
  readonly pullRequestBranches: readonly string[];
  /** Deployments that are gated, and how long a waiting job is held before it is rejected. */
  readonly deployments: {
    /**
     * Globs of environments, compared without case as GitHub does. `undefined`: every environment whose
     * protection rule asks us, and no deployment that nobody asked us about.
     */
    readonly environments: readonly string[] | undefined;
    /** 0: a held deployment is rejected at once. At most an hour, since a waiting job holds its lane. */
    readonly holdMs: DurationMs;
  };
  /**
   * Environments whose status is also kept on the head of the default branch, so that GitHub's Deployments
   * API refuses with 409 by itself.
   */
  readonly deploymentsApi: readonly string[];
  readonly whenUnmeasured: Readonly<Record<UnmeasuredKind, UnmeasuredAction>>;
  /** How long a gate stays open on numbers that nothing renews; absent: as long as `whenUnmeasured` lets it. */
  readonly leaseMs?: DurationMs;
  /** How deployments are looked at afterwards; absent: not at all. */
  readonly verify?: VerifyTerms;
  /** Quality gates of other tools' files; absent: none. */
  readonly qualityGates?: readonly QualityPlan[];
  readonly bypass: BypassTerms;
  /** Planned work that budgets leave out; absent: none. */
  readonly maintenance?: readonly Maintenance[];
  /** Whether everybody may read what was measured, where the repository is public. [T31] */
  readonly disclose: boolean;
  /** `sticky`: one comment on each pull request that was ever held or warned, edited in place. */
  readonly comment: "none" | "sticky";
}

/**
 * Whether the policy gates an environment for a job that asks, or for a deployment. GitHub tells environments
 * apart without case.
 */
export function gatesEnvironment(
  { deployments, deploymentsApi }: Pick<Policy, "deployments" | "deploymentsApi">,
  gate: Extract<Gate, { kind: "environment" | "deployment" }>,
): boolean {
  const { environments } = deployments;
  if (environments === undefined && gate.kind === "environment") return true;
  const named = [...(environments ?? []), ...(gate.kind === "deployment" ? deploymentsApi : [])];
  return named.some((glob) => matchesGlob(gate.environment.toLowerCase(), glob.toLowerCase()));
}

/** Where a policy was read: what an auditor needs to find the same text again. */
export interface PolicyOrigin {
  /** The policy file's path. */
  readonly file: string;
  readonly commitSha: string;
  /**
   * Blob shas of the policy file and of every file it points at, joined: equal revisions are equal policies.
   */
  readonly revision: string;
}

/** A repository's answer to "what is your policy?". Four different things, never confused. */
export type PolicyAnswer =
  /** There is no policy file at this commit: the repository does not take part. */
  | { readonly kind: "absent"; readonly commitSha: string }
  | { readonly kind: "present"; readonly policy: Policy; readonly origin: PolicyOrigin }
  /** There is one and it cannot be used. */
  | {
      readonly kind: "broken";
      readonly problems: readonly Problem[];
      readonly origin: PolicyOrigin;
      /**
       * `observe` only where the file says so legibly: a team that only watches is not stopped by a typing
       * mistake.
       */
      readonly mode: Mode;
    }
  /** GitHub did not say. `retryAt` is when it may be asked again, where it said so. */
  | { readonly kind: "unknown"; readonly detail: string; readonly retryAt?: Instant | undefined };

/**
 * What applies to a kind of not-knowing when the policy says nothing: block, except verified zero traffic.
 */
export const defaultWhenUnmeasured: Readonly<Record<UnmeasuredKind, UnmeasuredAction>> = {
  no_traffic: "allow",
  no_data: "block",
  not_a_number: "block",
  stale: "block",
  ambiguous: "block",
  partial: "block",
  unreachable: "block",
  query_limit: "block",
  warming_up: "block",
  drift: "block",
};
