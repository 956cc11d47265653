/** The objects of Nobl9 files that refer to each other: SLOs and alert policies, by project and name. */
import { minor, missing, type Place, refuse, textAt, under } from "./place.ts";

/** Kinds that are read. All others are of no account to a gate. */
const kinds = ["SLO", "AlertPolicy"] as const;

/** One of the kinds that are read. */
type Kind = (typeof kinds)[number];

/** One object. */
export interface Nobl9Object {
  readonly name: string;
  readonly project: string;
  readonly spec: Place;
}

/** All objects that are read, in the order of their files. */
export interface Nobl9Set {
  readonly slos: readonly Nobl9Object[];
  find(kind: Kind, project: string, name: string): Nobl9Object | undefined;
}

/** Gathers objects. One without a name, or with the name of another, is told and left out. */
export function nobl9Set(places: readonly Place[]): Nobl9Set {
  const byKey = new Map<string, Nobl9Object>();
  const slos: Nobl9Object[] = [];
  for (const place of places) {
    const kind = kinds.find((one) => one === under(place, "kind").value);
    const object = kind === undefined ? undefined : objectOf(place);
    if (kind === undefined || object === undefined) continue;
    const key = keyOf(kind, object.project, object.name);
    if (byKey.has(key)) {
      const message = `is the name of another ${kind} of the project \`${object.project}\` too`;
      const written = under(place, "metadata", "name");
      refuse(kind === "SLO" ? written : minor(written), "duplicate_name", message);
      continue;
    }
    byKey.set(key, object);
    if (kind === "SLO") slos.push(object);
  }
  return { slos, find: (kind, project, name) => byKey.get(keyOf(kind, project, name)) };
}

const keyOf = (kind: Kind, project: string, name: string): string => `${kind} ${project} ${name}`;

function objectOf(place: Place): Nobl9Object | undefined {
  const name = nameAt(under(place, "metadata", "name"));
  const project = projectAt(under(place, "metadata", "project"), "default");
  if (name === undefined || project === undefined) return undefined;
  return { name, project, spec: under(place, "spec") };
}

/** A name as Nobl9 allows it, and a little more: it stands in sentences. */
export function nameAt(place: Place): string | undefined {
  if (place.value === undefined || place.value === null) return missing(place);
  const name = textAt(place);
  if (name === undefined || /^[A-Za-z0-9][\w.-]{0,62}$/.test(name)) return name;
  return refuse(place, "wrong_value", "must be a name: letters, digits, `-`, `_` or `.`, 63 at most");
}

/** The project that is named, or the one that is meant where none is. */
export function projectAt(place: Place, meant: string): string | undefined {
  return place.value === undefined || place.value === null ? meant : nameAt(place);
}
