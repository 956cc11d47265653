/**
 * Several works in one transaction of SQLite.
 *
 * Wants: one commit for all that is ready at once, and one sync of the disk where any of it must be there: committing costs more
 * than most of what is committed.
 * Keeps: nobody is told of a work before it is committed, and each is told the truth about itself. A work that throws would
 * take the others of its transaction with it, so then each is done again in one of its own: works may run twice, and only one
 * of the runs is kept.
 */
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { type Kysely, sql } from "kysely";

/** What a work needs of its commit. */
export type Need =
  /** That what it does is on the disk afterwards. */
  | "sync"
  /** That all of it happens, or nothing. */
  | "transaction"
  /** Nothing: it is one statement. */
  | "none";

type Work<D, T> = (db: Kysely<D>) => Promise<T>;

interface Waiting<D> {
  readonly work: Work<D, unknown>;
  readonly need: Need;
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

  /** Does the work; resolves when it is committed. */
  add<T>(work: Work<D, T>, need: Need): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ work, need, resolve: resolve as (value: unknown) => void, reject });
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
      const values = await this.#do(group);
      for (const [index, { resolve }] of group.entries()) resolve(values[index]);
      return true;
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      return false;
    }
  }

  #do(group: readonly Waiting<D>[]): Promise<readonly unknown[]> {
    const inOrder = async (db: Kysely<D>): Promise<readonly unknown[]> => {
      const done: unknown[] = [];
      for (const { work } of group) done.push(await work(db));
      return done;
    };
    if (group.some(({ need }) => need === "sync")) return this.#synced(inOrder);
    const isOneStatement = group.length === 1 && group[0]?.need === "none";
    return isOneStatement ? inOrder(this.#db) : this.#db.transaction().execute(inOrder);
  }

  #synced<T>(work: Work<D, T>): Promise<T> {
    return this.#db.connection().execute(async (connection) => {
      await sql`pragma synchronous = full`.execute(connection);
      try {
        return await connection.transaction().execute(work);
      } finally {
        await sql`pragma synchronous = normal`.execute(connection);
      }
    });
  }
}
