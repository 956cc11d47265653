/**
 * What script/contract.ts does to GitHub's descriptions once it has read them: take the prose out of a schema, say
 * `nullable` as JSON Schema says it, and gather all the schemas that some of them refer to.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

const PROSE = new Set([
  "description",
  "example",
  "examples",
  "externalDocs",
  "summary",
  "title",
  "deprecated",
  "readOnly",
]);
const NAMED_SCHEMAS = new Set(["properties", "patternProperties"]);
const DATA = new Set(["enum", "required", "default", "const"]);

/** The value as an object. Throws if it is none, which means that the description is not what it was. */
export function object(value: Json | undefined): JsonObject {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}

/** The value as a list; anything else is the empty one. */
export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text. Throws if it is none. */
export function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error(`not a string: ${JSON.stringify(value)}`);
  return value;
}

/** A schema without prose, and with OpenAPI 3.0's `nullable` said as JSON Schema says it. */
export function bare(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(bare);
  if (schema === null || typeof schema !== "object") return schema;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith("x-") || key === "nullable") continue;
    if (DATA.has(key)) out[key] = value;
    else if (NAMED_SCHEMAS.has(key))
      out[key] = Object.fromEntries(
        Object.entries(object(value)).map(([name, inner]) => [name, bare(inner)]),
      );
    else out[key] = bare(value);
  }
  return schema["nullable"] === true ? orNull(out) : out;
}

function orNull(schema: JsonObject): Json {
  const type = schema["type"];
  if (typeof type !== "string")
    return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
  const values = schema["enum"];
  const nullable: JsonObject = { ...schema, type: [type, "null"] };
  if (Array.isArray(values) && !values.includes(null)) nullable["enum"] = [...values, null];
  return nullable;
}

function references(value: Json, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) references(item, found);
  else if (value !== null && typeof value === "object") {
    const ref = value["$ref"];
    if (typeof ref === "string") found.add(ref.replace("#/components/schemas/", ""));
    for (const item of Object.values(value)) references(item, found);
  }
  return found;
}

/** Every schema that the roots reach, bare, in alphabetical order. */
export function closure(document: JsonObject, roots: Json, always: string[]): JsonObject {
  const all = object(object(document["components"])["schemas"]);
  const out: JsonObject = {};
  const todo = [...references(roots, new Set(always))];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (out[name] !== undefined) continue;
    const schema = all[name];
    if (schema === undefined) throw new Error(`no schema named ${name}`);
    const stripped = bare(schema);
    out[name] = stripped;
    todo.push(...references(stripped, new Set()));
  }
  return Object.fromEntries(Object.entries(out).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
