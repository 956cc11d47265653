import type { AuditEntry, AuditKind } from "../domain/audit.ts";

/** What an auditor asks about. Lines are added, never edited. */
export interface Audit {
  /** Adds a line unless its happening was noted before; gives whether it was added. */
  note(entry: AuditEntry): Promise<boolean>;
  /** Whether a happening was noted. */
  has(happening: Pick<AuditEntry, "repositoryId" | "kind" | "mark">): Promise<boolean>;
  /** How many lines of a kind there are about something. */
  count(repositoryId: number, kind: AuditKind, about: string): Promise<number>;
  /** The repository's lines of a kind (all kinds without one), newest first, at most `limit`. */
  lines(repositoryId: number, kind: AuditKind | undefined, limit: number): Promise<readonly AuditEntry[]>;
}
