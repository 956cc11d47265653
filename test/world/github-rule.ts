/** What a branch's classic protection requires; `app_id` null: from anybody. */
export type Protection = { checks: { context: string; app_id: number | null }[]; strict: boolean };

/** A rule of an active ruleset as GitHub tells it for a branch; `parameters` by the kind of rule. */
export type BranchRule = {
  type: string;
  parameters?: { [name: string]: unknown };
  ruleset_source_type?: "Repository" | "Organization";
  ruleset_source?: string;
  ruleset_id?: number;
};

/** The rule that requires checks; `integration_id` binds one to an app. */
export function requiredChecks(checks: { context: string; integration_id?: number }[]): BranchRule {
  return {
    type: "required_status_checks",
    parameters: {
      required_status_checks: checks,
      strict_required_status_checks_policy: false,
      do_not_enforce_on_create: false,
    },
  };
}

/** How a merge queue works, in the words of its rule. */
export type MergeQueueParameters = {
  check_response_timeout_minutes: number;
  grouping_strategy: "ALLGREEN" | "HEADGREEN";
  max_entries_to_build: number;
  max_entries_to_merge: number;
  merge_method: "MERGE" | "REBASE" | "SQUASH";
  min_entries_to_merge: number;
  min_entries_to_merge_wait_minutes: number;
};

/** The rule that puts a merge queue in front of a branch; unlike GitHub's, by default it merges one pull request as soon as it may. */
export function mergeQueue(
  parameters: Partial<MergeQueueParameters> = {},
): BranchRule & { parameters: MergeQueueParameters } {
  return {
    type: "merge_queue",
    parameters: {
      check_response_timeout_minutes: 60,
      grouping_strategy: "ALLGREEN",
      max_entries_to_build: 5,
      max_entries_to_merge: 5,
      merge_method: "MERGE",
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 0,
      ...parameters,
    },
  };
}

/** How the merge queue works that these rules put in front of a branch; undefined if they put none. */
export function mergeQueueOf(rules: readonly BranchRule[] | undefined): MergeQueueParameters | undefined {
  const rule = rules?.find(({ type }) => type === "merge_queue");
  return rule === undefined ? undefined : mergeQueue(rule.parameters).parameters;
}
