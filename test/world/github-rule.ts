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
