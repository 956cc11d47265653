import type { Generated } from "kysely";

/** Tables of what was decided, said and heard: evidence for auditors, and what was told of it. See schema.ts for the forms. */
export interface EvidenceTables {
  verifications: {
    id: string;
    repository_id: number;
    /** In lower case. */
    environment: string;
    head_sha: string | null;
    deployed_at: number;
    told_by: string;
    due_at: number;
    state: string;
    outcome: string | null;
    finished_at: number | null;
  };
  evaluations: {
    id: string;
    repository_id: number;
    /** Keptn's project, stage and service. */
    series: string;
    gate: string;
    environment: string | null;
    head_sha: string | null;
    evaluated_at: number;
    result: string;
    score: number;
    body: string;
    invalidated_at: number | null;
    invalidated_because: string | null;
  };
  verdicts: {
    id: Generated<number>;
    repository_id: number;
    head_sha: string;
    base_ref: string;
    /** The subject's `gateKey`. */
    gate: string;
    reached_at: number;
    outcome: string;
    standing: string;
    report_class: string;
    body: string;
    evidence: string;
  };
  bypasses: {
    id: Generated<number>;
    repository_id: number;
    head_sha: string;
    base_ref: string;
    gate: string;
    /** The bypass's `bypassMark`. */
    mark: string;
    pull: number | null;
    /** The commit that the wish was about; a merge group's or deployment's is `head_sha`. */
    commit_sha: string;
    means: string;
    actor_id: number | null;
    actor_login: string | null;
    second: string | null;
    applied_at: number;
    until_at: number;
    reason: string | null;
    entitled_through: string;
    overrode: string;
    used_at: number;
  };
  grants: { repository_id: number; mark: string; place: string; granted_at: number };
  transfers: { repository_id: number; heard_at: number };
  remarks: {
    repository_id: number;
    number: number;
    heard_at: number | null;
    read_to: number | null;
    changed_to: number | null;
  };
  tag_sights: {
    id: Generated<number>;
    repository_id: number;
    tag: string;
    delivery: string;
    object_sha: string | null;
    pusher: string;
    heard_at: number;
  };
  tag_looks: { repository_id: number; tag: string; object_sha: string; seen_at: number };
  presses: {
    repository_id: number;
    head_sha: string;
    delivery: string;
    actor: string;
    about: string | null;
    pressed_at: number;
  };
  audit: {
    id: Generated<number>;
    /** Names the happening, so that it is noted once. */
    mark: string;
    at: number;
    repository_id: number;
    kind: string;
    actor: string | null;
    about: string;
    detail: string;
  };
  postings: {
    repository_id: number;
    place: string;
    /** GitHub's id of the check run or comment. */
    github_id: number | null;
    told_class: string | null;
    /** The class of what is about to be sent. */
    intent: string | null;
    draft: string | null;
  };
  wishes: {
    repository_id: number;
    head_sha: string;
    gate: string;
    granted: number;
    granted_at: number;
  };
  welcomes: { repository_id: number; installation_id: number; what: string };
  reports: {
    repository_id: number;
    head_sha: string;
    context: string;
    report_class: string | null;
    verdict_at: number;
    written: number;
    intent: string | null;
  };
}
