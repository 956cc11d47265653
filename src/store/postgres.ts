/**
 * The ledger on PostgreSQL 15 or newer, shared by several processes.
 *
 * Keeps: no connection is given back that may still be busy or dead, so what broke one statement breaks no other. A process
 * that hangs inside a transaction loses it after ten seconds, with every lock in it (*sleeping holder*).
 * Races: *unheard bell*: a notice that is lost with a connection costs only time, since every worker also looks by itself;
 * after each new connection the bell counts as rung.
 * Leaves out: pools in front of the server that change sessions between statements (PgBouncer's transaction mode): notices
 * and prepared statements live in a session.
 */
import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import { Client, type CustomTypesConfig, DatabaseError, Pool, type PoolClient, types } from "pg";
import type { DurationMs } from "../domain/duration.ts";
import type { Secret } from "../domain/secret.ts";
import type { Clock } from "../gate/ports.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./schema.ts";

const channel = "burngate_work";

/** Jobs, webhooks and clocks at once, each with one connection at a time. */
const maxConnections = 16;

const connectMs: DurationMs = 5000;
const statementMs: DurationMs = 30_000;
const idleInTransactionMs: DurationMs = 10_000;
const maxPauseMs: DurationMs = 30_000;

/** So many texts are kept prepared; ours are some dozens, and lists of different lengths make new ones. */
const maxPrepared = 200;

/** How PostgreSQL numbers `bigint` and `numeric`, which the driver would hand over as text. */
const bigNumbers: readonly number[] = [20, 1700];

const parsers: CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary"): unknown {
    return bigNumbers.includes(oid) ? Number : types.getTypeParser(oid, format);
  },
};

/** Opens connections as they are needed; `told` hears of those that were lost. */
export function openPostgres(url: Secret, clock: Clock, told: (error: unknown) => void): Database {
  const config = {
    connectionString: url.reveal(),
    application_name: "burngate",
    connectionTimeoutMillis: connectMs,
    // The server ends what takes too long; where the server itself is silent, the driver does.
    statement_timeout: statementMs,
    query_timeout: statementMs + connectMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    types: parsers,
  };
  const pool = new Pool({ ...config, max: maxConnections });
  // A connection that breaks in somebody's hands would end the process if nobody listened to it; an idle one speaks twice.
  pool.on("connect", (client) => client.on("error", told));
  pool.on("error", () => undefined);
  const ourName = randomUUID();
  const ending = new AbortController();
  let listening: Promise<void> | undefined;
  let ringing: "silent" | "rung" | "rung again" = "silent";

  const ring = (): void => {
    if (ringing !== "silent") {
      ringing = "rung again";
      return;
    }
    ringing = "rung";
    pool
      .query("select pg_notify($1, $2)", [channel, ourName])
      .catch(told)
      .finally(() => {
        const isAsked = ringing === "rung again" && !ending.signal.aborted;
        ringing = "silent";
        if (isAsked) ring();
      });
  };

  const listenOnce = async (heard: () => void): Promise<void> => {
    const client = new Client(config);
    const lost = new Promise<void>((resolve) => {
      client.on("error", told);
      client.on("end", () => resolve());
      ending.signal.addEventListener("abort", () => resolve());
    });
    client.on("notification", ({ payload }) => {
      if (payload !== ourName) heard();
    });
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      heard();
      await lost;
    } finally {
      await client.end().catch(told);
    }
  };

  return {
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: asKyselyWants(pool) }) }),
    use: "shared",
    ring,
    listen(heard) {
      listening = (async () => {
        for (let pauseMs = 1000; !ending.signal.aborted; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
          try {
            await listenOnce(() => {
              pauseMs = 1000;
              heard();
            });
          } catch (error) {
            told(error);
          }
          await clock.wait(pauseMs, ending.signal);
        }
      })();
    },
    async close() {
      ending.abort();
      await listening;
      // Two different signals stop a process twice.
      if (!pool.ending) await pool.end();
    },
  };
}

/** A pool as Kysely wants it: statements are prepared once for each connection, and broken connections are not kept. */
function asKyselyWants(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const begun = new WeakSet<PoolClient>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= maxPrepared) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      let isBroken = false;
      if (!begun.has(client)) {
        // What must be on the disk says so: see `durably`.
        await client.query("set synchronous_commit = off");
        begun.add(client);
      }
      const query = async (text: string, parameters: readonly unknown[] = []): Promise<object> => {
        const name = parameters.length > 0 ? nameOf(text) : undefined;
        try {
          const values = parameters.map(storable);
          return await client.query({ text, values, ...(name === undefined ? {} : { name }) });
        } catch (error) {
          // Only the server's own words prove that it is ready for the next statement, and its last words do not.
          if (!(error instanceof DatabaseError) || error.severity !== "ERROR") isBroken = true;
          throw error;
        }
      };
      return { query, release: () => client.release(isBroken) } as PostgresPoolClient;
    },
    end: async () => pool.end(),
  };
}

/** PostgreSQL's text holds every character but one. */
function storable(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\u{FFFD}") : value;
}
