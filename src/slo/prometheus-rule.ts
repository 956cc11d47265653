/**
 * Rules as Prometheus loads them.
 * https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 */

/** Labels or annotations, by name. */
export type Words = Readonly<Record<string, string>>;

/** A rule that records a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Words;
}

/** A rule that alerts. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Words;
  readonly annotations: Words;
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  /** Unique in a file. */
  readonly name: string;
  /** How often; absent: as often as Prometheus does by itself. */
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}
