/**
 * Values of a file together with where they stand, for formats of which one object is read in pieces, some of them
 * from other documents.
 *
 * Wants: reading what is there, key by key, and telling of each mistake once at its own place.
 * Keeps: a bounded number of problems, however many a hostile file could have. [T33]
 */
import type { Problem, ProblemCode } from "../domain/problem.ts";
import type { YamlDocument } from "./yaml-text.ts";

const maxProblems = 200;

/** A value that may not be there, its place, and where mistakes of it are told. */
export interface Place {
  readonly document: YamlDocument;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly told: Told;
  /** Where even what is wrong here keeps no objective from being used. */
  readonly isMinor?: true;
}

/** What was told so far, once each. */
export interface Told {
  readonly problems: Problem[];
  readonly seen: Map<YamlDocument, Set<string>>;
}

/** Nothing told yet. */
export function nothingTold(): Told {
  return { problems: [], seen: new Map() };
}

/** A document from its root. */
export function rootOf(document: YamlDocument, told: Told): Place {
  return { document, path: [], value: document.value, told };
}

/** The same place as one whose mistakes keep no objective from being used: they are told as warnings. */
export function minor(place: Place): Place {
  return { ...place, isMinor: true };
}

/** What stands below keys; its value is `undefined` where nothing does. */
export function under(place: Place, ...keys: readonly (string | number)[]): Place {
  let value = place.value;
  for (const key of keys) {
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string | number, unknown>>)[key]
        : undefined;
  }
  return { ...place, path: [...place.path, ...keys], value };
}

/** Whether something stands there. YAML's `key:` without a value is nothing. */
export function isThere({ value }: Place): boolean {
  return value !== undefined && value !== null;
}

/** The items of a list; none where there is no list, which is told where something else is there. */
export function itemsOfList(place: Place): readonly Place[] {
  if (!isThere(place)) return [];
  if (Array.isArray(place.value)) return place.value.map((_, index) => under(place, index));
  refuse(place, "wrong_type", "must be a list");
  return [];
}

/** A text. Anything else is told, a missing one is not. */
export function textAt(place: Place): string | undefined {
  if (typeof place.value === "string" || !isThere(place))
    return (place.value ?? undefined) as string | undefined;
  return refuse(place, "wrong_type", "must be text");
}

/** A finite number. Anything else is told, a missing one is not. */
export function numberAt(place: Place): number | undefined {
  if (Number.isFinite(place.value)) return place.value as number;
  return isThere(place) ? refuse(place, "wrong_type", "must be a number") : undefined;
}

/** True or false. Anything else is told, a missing one is not. */
export function flagAt(place: Place): boolean | undefined {
  if (typeof place.value === "boolean") return place.value;
  return isThere(place) ? refuse(place, "wrong_type", "must be true or false") : undefined;
}

/** What a reader must have: tells that nothing stands there. */
export function missing(place: Place): undefined {
  return refuse(place, "missing_key", `\`${String(place.path.at(-1))}\` is missing`);
}

/** Tells an error, of a minor place a warning. Gives nothing, as what it is told of can give nothing. */
export function refuse(place: Place, code: ProblemCode, message: string): undefined {
  tell(place, code, message, place.isMinor === true ? "warning" : "error");
  return undefined;
}

/** Tells what is worth mending. */
export function warn(place: Place, code: ProblemCode, message: string): void {
  tell(place, code, message, "warning");
}

function tell(
  { document, path, told: { problems, seen } }: Place,
  code: ProblemCode,
  message: string,
  severity: Problem["severity"],
): void {
  const ofDocument = seen.get(document) ?? new Set();
  const key = JSON.stringify([code, ...path]);
  // To look up a place takes time, so that is not done for what is told already.
  if (problems.length >= maxProblems || ofDocument.has(key)) return;
  seen.set(document, ofDocument.add(key));
  problems.push(document.problem(code, path, message, severity));
}
