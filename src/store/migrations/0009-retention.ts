import type { Kysely } from "kysely";

/** What retention walks by time is in order of time, and whoever stands on a commit is found by it. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex("deliveries_in_time").on("deliveries").columns(["accepted_at", "id"]).execute();
  await schema.createIndex("verdicts_in_time").on("verdicts").columns(["reached_at", "id"]).execute();
  await schema.createIndex("audit_in_time").on("audit").columns(["at", "id"]).execute();
  await schema.createIndex("budget_days_in_time").on("budget_days").columns(["day", "series"]).execute();
  await schema.createIndex("pulls_by_head").on("pulls").columns(["repository_id", "head_sha"]).execute();
}
