/**
 * Several works in one durable transaction of SQLite.
 *
 * Wants: one sync of the disk for all that is ready at once; a sync is what a commit costs.
 * Keeps: each work is told the truth about itself. A work that throws would take the others of its transaction with it, so
 * then each is done again in one of its own: works may run twice, and only one of the runs is kept.
 */
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { type Kysely, sql, type Transaction } from "kysely";

interface Waiting<D> {
  readonly work: (trx: Transaction<D>) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So many share a commit at most, so that nobody waits for a crowd. */
const maxShared = 64;

/** Commits works together: one group for each database. */
export class GroupCommit<D> {
  readonly #db: Kysely<D>;
  readonly #waiting: Waiting<D>[] = [];
  #isRunning = false;

  constructor(db: Kysely<D>) {
    this.#db = db;
  }

  /** Does the work; resolves when it is on the disk. */
  add<T>(work: (trx: Transaction<D>) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // A commit blocks the thread, so nothing arrives meanwhile: what did is only seen when the loop has turned.
      await turnOfTheLoop();
      const group = this.#waiting.splice(0, maxShared);
      if (!(await this.#commit(group)) && group.length > 1)
        for (const one of group) await this.#commit([one]);
    }
    this.#isRunning = false;
  }

  /** Whether the group was committed; a single work is told its error. */
  async #commit(group: readonly Waiting<D>[]): Promise<boolean> {
    try {
      const values = await this.#db.connection().execute(async (connection) => {
        await sql`pragma synchronous = full`.execute(connection);
        try {
          return await connection.transaction().execute(async (trx) => {
            const done: unknown[] = [];
            for (const { work } of group) done.push(await work(trx));
            return done;
          });
        } finally {
          await sql`pragma synchronous = normal`.execute(connection);
        }
      });
      for (const [index, { resolve }] of group.entries()) resolve(values[index]);
      return true;
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      return false;
    }
  }
}
