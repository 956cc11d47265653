import { createHash } from "node:crypto";

/**
 * Where every number, node id and GUID of a simulated GitHub comes from. The same seed gives the same ids; named
 * things (users, repositories) keep theirs whatever the order in which they are made.
 */
export class Ids {
  readonly #seed: string;
  readonly #owners = new Map<string, string>();
  readonly #last = new Map<string, number>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  #digest(text: string): string {
    return createHash("sha256").update(`${this.#seed}\n${text}`).digest("hex");
  }

  /** The id of a named thing: seven to nine digits, unique within its kind. */
  named(kind: string, name: string): number {
    let id = 1_000_000 + (Number.parseInt(this.#digest(`${kind} ${name}`).slice(0, 8), 16) % 200_000_000);
    while ((this.#owners.get(`${kind} ${id}`) ?? name) !== name) id += 1;
    this.#owners.set(`${kind} ${id}`, name);
    return id;
  }

  /** The next id of a kind; later ones are greater. */
  next(kind: string): number {
    const before =
      this.#last.get(kind) ?? 10_000_000 + (Number.parseInt(this.#digest(kind).slice(0, 6), 16) % 80_000_000);
    this.#last.set(kind, before + 1);
    return before + 1;
  }

  /** Forty hexadecimal digits that look like an object's name and stand for one we do not keep. */
  sha(text: string): string {
    return this.#digest(text).slice(0, 40);
  }

  /** A delivery GUID in GitHub's form. */
  guid(): string {
    const hex = this.#digest(`guid ${this.next("guid")}`);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-11f1-${hex.slice(12, 16)}-${hex.slice(16, 28)}`;
  }
}

/** A GraphQL node id as GitHub writes them: a prefix for the kind and an opaque rest. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(`${prefix}:${id}`).toString("base64url")}`;
}

/** A time in GitHub's form, with one-second resolution: `2026-11-22T13:46:00Z`. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
