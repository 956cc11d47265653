import type { Instant } from "./instant.ts";
import type { Actor } from "./subject.ts";

/** What an auditor asks about a year later. Everything else is in the verdicts. */
export type AuditKind =
  | "bypass_granted"
  | "bypass_refused"
  | "bypass_used"
  | "bypass_expired"
  | "bypass_withdrawn"
  | "deployment_answered"
  | "deployed_without_verdict"
  | "foreign_status";

/** One line of the audit log. Lines are added, never edited. */
export interface AuditEntry {
  readonly at: Instant;
  readonly repositoryId: number;
  readonly kind: AuditKind;
  /** Who did it, where somebody did. */
  readonly actor: Actor | undefined;
  /** What it was about: a subject, a deployment, a commit and context. */
  readonly about: string;
  /** For people: one line, without secrets. */
  readonly detail: string;
  /** Entries with the same mark are one happening, noted once. */
  readonly mark: string;
}
