import { startPostgres, type TestPostgres } from "../test/world/postgres.ts";

/** A PostgreSQL server of the bench's own, or why there is none. */
export type BenchPostgres =
  | { readonly kind: "running"; readonly server: TestPostgres }
  | { readonly kind: "absent"; readonly why: string };

/** Starts a server where PostgreSQL is installed. It does not wait for the disk, which is the server's own affair. */
export async function tryPostgres(): Promise<BenchPostgres> {
  try {
    return { kind: "running", server: await startPostgres() };
  } catch (error) {
    return { kind: "absent", why: error instanceof Error ? (error.message.split("\n")[0] ?? "") : "unknown" };
  }
}
