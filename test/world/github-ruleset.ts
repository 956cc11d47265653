/**
 * A ruleset of the repository or of its organization. `ref_name` patterns are full refs with wildcards, `~ALL` or
 * `~DEFAULT_BRANCH`; `parameters` by the kind of rule.
 */
export type Ruleset = {
  id: number;
  name: string;
  target: "branch" | "tag";
  enforcement: "active" | "evaluate" | "disabled";
  source_type: "Repository" | "Organization";
  conditions: { ref_name: { include: string[]; exclude: string[] } };
  rules: { type: string; parameters?: { [name: string]: unknown } }[];
};
