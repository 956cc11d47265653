import type { ColumnType, Generated } from "kysely";
import type { EvidenceTables } from "./evidence-schema.ts";

/**
 * The ledger's tables as Kysely sees them. Moments are milliseconds since 1970, truths are 0 or 1, values of
 * the domain are JSON text: the forms that SQLite and PostgreSQL read alike.
 */
export interface Tables extends EvidenceTables {
  deliveries: {
    id: string;
    name: string;
    hint: string;
    accepted_at: number;
    worked_at: number | null;
  };
  gate_tokens: {
    id: string;
    name: string;
    /** SHA-256 of the secret, in hex. */
    hash: string;
    repositories: string;
    environments: string | null;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
    last_used_at: number | null;
  };
  /** How far each receiver of events was told. */
  sinks: { id: string; verdict_id: number; failures: number; not_before: number; open_budgets: string };
  external_checks: {
    id: string;
    project_id: number;
    merge_request: number;
    head_sha: string;
    check_id: number;
    repository: string;
    environment: string | null;
    service: string | null;
    asked_at: number;
    due_at: number;
    told: string | null;
    failures: number;
  };
  seen_tokens: { mark: string; until_at: number };
  installations: { id: number; standing: string; changed_at: number };
  repositories: {
    id: number;
    owner: string;
    name: string;
    is_public: number;
    installation_id: number;
    default_branch: string | null;
  };
  pulls: {
    repository_id: number;
    number: number;
    head_sha: string;
    base_ref: string;
    is_open: number;
    /** GitHub's `updated_at` of this description. */
    updated_at: number;
    /** The whole description. */
    body: string;
    /** As the newest list told it. */
    is_approved: number;
  };
  head_sights: {
    repository_id: number;
    number: number;
    head_sha: string;
    seen_at: number;
    pusher: string | null;
  };
  policies: {
    repository_id: number;
    base_ref: string;
    kind: string;
    revision: string | null;
    answer: string;
    paths: string;
    read_at: number;
    stale_at: number | null;
  };
  measurements: {
    repository_id: number;
    revision: string;
    measured_at: number;
    told_class: string;
    body: string;
  };
  looks: { repository_id: number; revision: string; cause: string; taken_at: number };
  budget_days: { series: string; day: number; bad_events: number; total_events: number | null };
  subjects: {
    repository_id: number;
    head_sha: string;
    gate: string;
    told_class: string;
    due_at: number | null;
  };
  askers: {
    repository_id: number;
    key: string;
    head_sha: string;
    base_ref: string;
    gate: string;
    who: string;
    asked_at: number;
    ended_at: number | null;
    told_count: number;
    told_class: string | null;
  };
  gaps: {
    guid: string;
    /** GitHub's number of the newest attempt that we know. */
    attempt_id: number;
    attempted_at: number;
    event: string;
    action: string | null;
    installation_id: number | null;
    found_at: number;
    asked: number;
    asked_at: number | null;
    /** How it ended; null while it has not. */
    closed: string | null;
    closed_at: number | null;
  };
  scans: {
    id: number;
    read_to: number;
    walk_cursor: string | null;
    walk_newest: number | null;
    scanned_at: number | null;
  };
  lanes: { installation_id: number; body: string };
  rounds: { name: string; taken_at: number };
  acceptances: { installation_id: number; accepted: string; told_at: number };
  flips: {
    id: Generated<number>;
    repository_id: number;
    base_ref: string;
    revision: string;
    told_class: string;
    is_red: number;
    noticed_at: number;
    finished_at: number | null;
  };
  flip_subjects: {
    flip_id: number;
    repository_id: number;
    head_sha: string;
    gate: string;
    /** How it ended; null while it has not. */
    outcome: string | null;
    settled_at: number | null;
  };
  jobs: {
    key: string;
    installation_id: number | null;
    /** The repository that it is about; null of a delivery, and of what was queued before this was kept. */
    repository_id: number | null;
    priority: number;
    /** Whose turn it is among equals of an installation: the lower, the sooner. */
    turn: number;
    run_at: number;
    /** Somebody wants it looked at (again). */
    is_waiting: number;
    /** When the lease of the worker that has it ends; null when nobody has it. */
    lease_until: number | null;
    claim: ColumnType<number, number, number>;
    failures: number;
    faults: number;
    last_failure: string | null;
    buried_at: number | null;
  };
}
