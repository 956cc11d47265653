/**
 * Letting go of old rows, over SQL. Every table has its law here, one that keeps all of its rows too; docs/retention.md
 * tells each law to people.
 */
import { type Kysely, type RawBuilder, sql } from "kysely";
import { dayAt } from "../domain/budget-day.ts";
import type { Horizons } from "../domain/retention.ts";
import type { CleanedPage, PageKey, Retention } from "../gate/retention.ts";
import type { Tables } from "./schema.ts";

/** How many rows are looked at, and at most deleted, at once. */
const pageSize = 500;

/** How many statuses of a commit may be forgotten: half of what is held in reserve of the thousand. [T44] */
const forgettable = 50;

/** Which rows of a table are old. */
interface Law<T extends keyof Tables> {
  /** The unique columns that the table is walked by; there is an index on them, in this order. */
  readonly key: readonly (keyof Tables[T] & string)[];
  /** Where the first of them is a time: from here on nothing is looked at. */
  readonly before?: (at: Horizons) => number;
  /** A condition on a row. */
  readonly isOld: (at: Horizons) => RawBuilder<boolean>;
}

/** A pull request is open at the row's commit, or somebody else waits for a verdict on it. */
function isAwaited(table: string): RawBuilder<boolean> {
  const repository = sql.ref(`${table}.repository_id`);
  const head = sql.ref(`${table}.head_sha`);
  return sql<boolean>`(
    exists (select 1 from pulls p where p.repository_id = ${repository} and p.head_sha = ${head} and p.is_open = 1)
    or exists (select 1 from askers a where a.repository_id = ${repository} and a.head_sha = ${head} and a.ended_at is null))`;
}

/** The row's repository is known, and its installation was not deleted. */
function isServed(table: string): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from repositories r left join installations i on i.id = r.installation_id
    where r.id = ${sql.ref(`${table}.repository_id`)} and (i.standing is null or i.standing <> 'deleted'))`;
}

/** The law of every table. What hangs on another table's rows comes after it. */
const laws: { readonly [T in keyof Tables]: Law<T> | "kept" } = {
  deliveries: {
    key: ["accepted_at", "id"],
    before: (at) => at.deliveries,
    // A delivery that nobody worked is kept for as long as its job is there to be mended.
    isOld: (at) => sql`(worked_at < ${at.deliveries} or (worked_at is null and accepted_at < ${at.evidence}
      and not exists (select 1 from jobs j where j.key = 'delivery:' || deliveries.id)))`,
  },
  jobs: {
    key: ["key"],
    isOld: (at) => sql`(buried_at < ${at.closed} and is_waiting = 0 and lease_until is null)`,
  },
  gate_tokens: {
    key: ["id"],
    isOld: (at) => sql`(revoked_at < ${at.evidence} or expires_at < ${at.evidence})`,
  },
  seen_tokens: { key: ["mark"], isOld: (at) => sql`(until_at < ${at.idle})` },
  installations: "kept",
  acceptances: "kept",
  repositories: "kept",
  welcomes: "kept",
  askers: {
    key: ["repository_id", "key"],
    isOld: (at) => sql`(ended_at < ${at.closed} or (asked_at < ${at.closed} and not ${isServed("askers")}))`,
  },
  pulls: {
    key: ["repository_id", "number"],
    isOld: (at) => sql`(updated_at < ${at.closed} and (is_open = 0 or not ${isServed("pulls")}))`,
  },
  head_sights: {
    key: ["repository_id", "number", "head_sha", "seen_at"],
    isOld: (at) => sql`(seen_at < ${at.closed} and not exists (select 1 from pulls p
      where p.repository_id = head_sights.repository_id and p.number = head_sights.number))`,
  },
  remarks: {
    key: ["repository_id", "number"],
    isOld: (
      at,
    ) => sql`((heard_at is null or heard_at < ${at.closed}) and (read_to is null or read_to < ${at.closed})
      and (changed_to is null or changed_to < ${at.closed}) and not exists (select 1 from pulls p
      where p.repository_id = remarks.repository_id and p.number = remarks.number))`,
  },
  policies: {
    key: ["repository_id", "base_ref"],
    isOld: (at) => sql`(read_at < ${at.idle} and not exists (select 1 from pulls p
      where p.repository_id = policies.repository_id and p.base_ref = policies.base_ref and p.is_open = 1)
      and not exists (select 1 from askers a
      where a.repository_id = policies.repository_id and a.base_ref = policies.base_ref and a.ended_at is null))`,
  },
  measurements: {
    key: ["repository_id", "revision"],
    isOld: (at) => sql`(measured_at < ${at.measured} and not exists (select 1 from policies p
      where p.repository_id = measurements.repository_id and p.revision = measurements.revision))`,
  },
  looks: {
    key: ["repository_id", "revision"],
    isOld: (at) => sql`(taken_at < ${at.measured} and not exists (select 1 from policies p
      where p.repository_id = looks.repository_id and p.revision = looks.revision))`,
  },
  budget_days: {
    key: ["day", "series"],
    before: (at) => dayAt(at.counted),
    isOld: (at) => sql`(day < ${dayAt(at.counted)})`,
  },
  verdicts: {
    key: ["reached_at", "id"],
    before: (at) => at.evidence,
    isOld: (at) => sql`(reached_at < ${at.evidence} and (not ${isAwaited("verdicts")} or exists (
      select 1 from verdicts newer where newer.repository_id = verdicts.repository_id
      and newer.head_sha = verdicts.head_sha and newer.gate = verdicts.gate and newer.id > verdicts.id)))`,
  },
  verifications: {
    key: ["id"],
    isOld: (at) => sql`(deployed_at < ${at.closed} and (state <> 'open' or deployed_at < ${at.evidence}))`,
  },
  evaluations: {
    key: ["evaluated_at", "id"],
    before: (at) => at.evidence,
    isOld: (at) => sql`(evaluated_at < ${at.evidence})`,
  },
  // Before the audit log, which notes the end of each bypass that is known once.
  bypasses: { key: ["id"], isOld: (at) => sql`(used_at < ${at.evidence})` },
  audit: {
    key: ["at", "id"],
    before: (at) => at.evidence,
    isOld: (at) => sql`(audit.at < ${at.evidence})`,
  },
  grants: { key: ["repository_id", "mark"], isOld: (at) => sql`(granted_at < ${at.counted})` },
  transfers: { key: ["repository_id"], isOld: (at) => sql`(heard_at < ${at.closed})` },
  presses: {
    key: ["repository_id", "head_sha", "delivery"],
    isOld: (at) => sql`(pressed_at < ${at.closed})`,
  },
  tag_sights: { key: ["id"], isOld: (at) => sql`(heard_at < ${at.closed})` },
  // Since when a tag names its commit: without it an old tag would be a new wish. [T12]
  tag_looks: "kept",
  // Told anew when somebody waits again; what GitHub has is in the reports.
  subjects: {
    key: ["repository_id", "head_sha", "gate"],
    isOld: () => sql`(not ${isAwaited("subjects")})`,
  },
  // Before their subjects. What is never finished, since nobody looks at its branch any more, is nobody's question either.
  flips: {
    key: ["id"],
    isOld: (at) => sql`(noticed_at < ${at.closed} and (finished_at is null or finished_at < ${at.closed}))`,
  },
  flip_subjects: {
    key: ["flip_id", "head_sha", "gate"],
    isOld: () => sql`(not exists (select 1 from flips f where f.id = flip_subjects.flip_id))`,
  },
  wishes: {
    key: ["repository_id", "head_sha", "gate"],
    isOld: (at) => sql`(granted_at < ${at.closed} and not ${isAwaited("wishes")})`,
  },
  reports: {
    key: ["repository_id", "head_sha", "context"],
    // One that was never confirmed has no time of its own; the commit's verdicts have.
    isOld: (
      at,
    ) => sql`((verdict_at < ${at.counted} or (verdict_at < ${at.closed} and written <= ${forgettable}))
      and not ${isAwaited("reports")} and not exists (select 1 from verdicts v
      where v.repository_id = reports.repository_id and v.head_sha = reports.head_sha and v.reached_at >= ${at.closed}))`,
  },
  postings: {
    key: ["repository_id", "place"],
    isOld: () => isPlaceOver,
  },
  gaps: { key: ["guid"], isOld: (at) => sql`(closed_at < ${at.idle})` },
  scans: "kept",
  lanes: "kept",
  rounds: "kept",
  sinks: "kept",
  external_checks: { key: ["id"], isOld: (at) => sql`(asked_at < ${at.idle})` },
};

/** What hangs on what a posting's place names: `check:` and a commit, `comment:` and a number, `welcome:` and a commit. */
const isPlaceOver = sql<boolean>`(draft is null and intent is null and case
  when place like 'check:%' then not exists (select 1 from reports r
    where r.repository_id = postings.repository_id and r.head_sha = substr(place, 7, 40))
    and not exists (select 1 from pulls p
    where p.repository_id = postings.repository_id and p.head_sha = substr(place, 7, 40) and p.is_open = 1)
    and not exists (select 1 from askers a
    where a.repository_id = postings.repository_id and a.head_sha = substr(place, 7, 40) and a.ended_at is null)
  when place like 'comment:%' then not exists (select 1 from pulls p
    where p.repository_id = postings.repository_id and p.number = cast(substr(place, 9) as bigint))
  else exists (select 1 from welcomes w where w.repository_id = postings.repository_id) end)`;

/** Retention over SQL. */
export function retentionIn(db: Kysely<Tables>): Retention {
  return {
    tables: Object.entries(laws).flatMap(([table, law]) => (law === "kept" ? [] : [table])),
    async cleanPage(table, horizons, after) {
      const law = (laws as Readonly<Record<string, Law<keyof Tables> | "kept">>)[table];
      if (law === undefined || law === "kept") throw new Error(`nothing of the table ${table} grows old`);
      return cleanPage(db, table, law, horizons, after);
    },
  };
}

async function cleanPage(
  db: Kysely<Tables>,
  table: string,
  { key, before, isOld }: Pick<Law<keyof Tables>, "before" | "isOld"> & { readonly key: readonly string[] },
  horizons: Horizons,
  after: PageKey | undefined,
): Promise<CleanedPage> {
  const from = sql.table(table);
  const columns = sql.join(key.map((column) => sql.ref(`${table}.${column}`)));
  const old = isOld(horizons);
  const beyond = after === undefined ? sql`1 = 1` : sql`(${columns}) > (${sql.join([...after])})`;
  const [time = ""] = key;
  const inTime =
    before === undefined ? sql`1 = 1` : sql`${sql.ref(`${table}.${time}`)} < ${before(horizons)}`;
  const { rows } = await sql<Record<string, string | number>>`
    select ${columns}, case when ${old} then 1 else 0 end as is_old from ${from}
    where ${beyond} and ${inTime} order by ${columns} limit ${sql.lit(pageSize)}`.execute(db);
  const last = rows.at(-1);
  if (last === undefined) return { deleted: 0, end: undefined };
  const keyOf = (row: Record<string, string | number>): PageKey => key.map((column) => row[column] ?? "");
  const end = rows.length < pageSize ? undefined : keyOf(last);
  if (rows.every((row) => Number(row["is_old"]) === 0)) return { deleted: 0, end };
  const result = await sql`
    delete from ${from} where ${beyond} and (${columns}) <= (${sql.join([...keyOf(last)])}) and ${old}`.execute(
    db,
  );
  return { deleted: Number(result.numAffectedRows ?? 0n), end };
}
