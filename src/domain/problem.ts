/**
 * What can be wrong with a policy or with a file that it points at. A closed list: each code is one mistake
 * with one cure, stable for people who search for it and for tests.
 */
export const problemCodes = [
  "too_large",
  "not_a_file",
  "file_missing",
  "not_yaml",
  "too_deep",
  "alias",
  "duplicate_key",
  "forbidden_key",
  "several_documents",
  "unknown_key",
  "missing_key",
  "wrong_type",
  "wrong_value",
  "bad_target",
  "bad_percent",
  "bad_duration",
  "bad_windows",
  "bad_query",
  "bad_path",
  "bad_pattern",
  "duplicate_name",
  "no_objectives",
  "too_many",
  "unsupported_format",
  "unsupported_sli",
  "unknown_data_source",
  "data_source_closed",
  "threshold_unreachable",
  "no_tags",
  // What SLO files get wrong.
  "dropped_key",
  "minute_or_month",
  "threshold_backward",
  "unrendered_template",
  "no_such_series",
  "missing_reference",
  "contradiction",
  "recorded_only",
  "bad_label",
  "bad_time_zone",
  "not_counted",
  // What gates of other tools get wrong.
  "passes_without_data",
  "never_ends",
  "not_consecutive",
  "bad_condition",
  "any_series",
  "wrong_unit",
  "decides_nothing",
  "wrong_arithmetic",
  "hidden_default",
  "unsupported_provider",
] as const;

/** One kind of mistake. */
export type ProblemCode = (typeof problemCodes)[number];

/** A place in a text: line and column count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake, with its place and its cure. */
export interface Problem {
  readonly code: ProblemCode;
  /** An `error` makes the policy unusable; a `warning` is worth mending. */
  readonly severity: "error" | "warning";
  /** The file, as the repository names it. */
  readonly file: string;
  /** The key that is wrong, as `objectives[0].target`; empty for the whole file. */
  readonly key: string;
  /** One sentence: what is wrong and how to mend it. */
  readonly message: string;
  readonly position: Position;
  /** The line with a caret below the place, ready to print; empty where there is no line to show. */
  readonly excerpt: string;
}
