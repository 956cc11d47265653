/**
 * Statements of the hot path, built and compiled once.
 *
 * Kysely builds a tree and walks it to text at each call, which costs several times what SQLite needs to answer. A statement
 * here is built once for each dialect from stand-ins of its values; afterwards only the values change.
 */
import type { Compilable, CompiledQuery, Kysely } from "kysely";
import { type Dialect, dialectOf, together } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Stands for a value while a statement is built; Kysely takes it for one. */
class StandIn {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Rows of a statement, with the values that it is asked with. */
export type Statement<V, R> = (db: Kysely<Tables>, values: V) => Promise<readonly R[]>;

/** A statement out of what builds it. `build` is called once and must not look at the values, which are not there yet. */
export function statement<V extends object, R>(
  build: (db: Kysely<Tables>, values: V) => Compilable<R>,
): Statement<V, R> {
  const compiled = new Map<Dialect, CompiledQuery<R>>();
  const standIns = new Proxy({} as V, { get: (_, name: string) => new StandIn(name) });
  return async (db, values) => {
    const dialect = dialectOf(db);
    const known = compiled.get(dialect) ?? build(db, standIns).compile();
    compiled.set(dialect, known);
    const parameters = known.parameters.map((one) =>
      one instanceof StandIn ? values[one.name as keyof V] : one,
    );
    return (await db.executeQuery<R>({ ...known, parameters })).rows;
  };
}

/** The same for a statement that changes something: on SQLite it shares its commit, see `together`. */
export function change<V extends object, R>(
  build: (db: Kysely<Tables>, values: V) => Compilable<R>,
): Statement<V, R> {
  const make = statement(build);
  return (db, values) => together(db, (on) => make(on, values));
}
