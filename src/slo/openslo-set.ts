/**
 * All OpenSLO objects that are read together, and what they say of each other. An object refers to another by its name;
 * which kind is meant follows from the key. A name that is not in the set cannot be followed.
 */
import type { Indicator } from "./indicator.ts";
import { isThere, minor, type Place, refuse, textAt, under, warn } from "./place.ts";

/** Kinds of objects that others refer to. */
export type ReferredKind =
  | "SLI"
  | "AlertPolicy"
  | "AlertCondition"
  | "AlertNotificationTarget"
  | "DataSource";

/** OpenSLO objects by kind and name. Objects of different versions of the format do not see each other. */
export interface OpenSloSet {
  find(from: Place, kind: ReferredKind, name: string): Place | undefined;
  /** What was read of objects so far: one may be referred to ten thousand times. */
  readonly indicators: Map<unknown, Indicator | undefined>;
}

/** Makes a set of objects. Of two with one name the first is taken, and the second told. */
export function setOf(objects: readonly Place[]): OpenSloSet {
  const found = new Map<string, Place>();
  for (const object of objects) {
    const name = under(object, "metadata", "name");
    if (typeof name.value !== "string") continue;
    const key = keyOf(object, String(under(object, "kind").value), name.value);
    if (!found.has(key)) found.set(key, object);
    else if (isReferred(under(object, "kind").value))
      warn(name, "duplicate_name", `is the name of two of a kind, \`${name.value}\`; the first is taken`);
  }
  return { indicators: new Map(), find: (from, kind, name) => found.get(keyOf(from, kind, name)) };
}

/** What may be written out or be referred to. */
export interface Referable {
  /** Where it may be written out. */
  readonly inline: Place;
  /** Where the name of it may stand. */
  readonly reference: Place;
  readonly kind: ReferredKind;
}

/**
 * The object that is written out or referred to; its `spec` and `metadata` are below the place. `none` where neither
 * is there, `undefined` where the reference leads nowhere, which is told.
 */
export function resolved(
  set: OpenSloSet,
  { inline, reference, kind }: Referable,
): Place | "none" | undefined {
  if (!isThere(reference)) return isThere(inline) ? inline : "none";
  const name = textAt(reference);
  if (name === undefined) return undefined;
  const found = set.find(reference, kind, name);
  if (found === undefined) {
    const message = `names the ${kind} \`${name}\`, which is in none of the files that are read`;
    return refuse(reference, "missing_reference", message);
  }
  return reference.isMinor === true ? minor(found) : found;
}

function isReferred(kind: unknown): boolean {
  return ["SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "DataSource"].includes(
    String(kind),
  );
}

function keyOf({ document }: Place, kind: string, name: string): string {
  const version = (document.value as { readonly apiVersion?: unknown } | null)?.apiVersion;
  return JSON.stringify([version, kind, name]);
}
