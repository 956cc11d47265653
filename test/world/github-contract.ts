/**
 * GitHub's own description of its API and webhooks, asked three questions: is this request one that GitHub
 * knows, is this answer one that GitHub could give, is this payload one that GitHub could send. The description
 * is test/world/contract/*.json, made by script/contract.ts; validators are compiled on first use, since
 * compiling all of them takes seconds.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

type Schema = { [key: string]: unknown };

type Description = {
  method: string;
  path: string;
  multiSegment: string[];
  pathParameters: { [name: string]: Schema };
  query: { [name: string]: Schema };
  body: ({ required: boolean } & { [contentType: string]: unknown }) | null;
  responses: { [status: string]: { [contentType: string]: Schema } };
};

type Api = { operations: { [id: string]: Description }; schemas: { [name: string]: Schema } };
type Webhooks = { events: { [name: string]: Schema }; schemas: { [name: string]: Schema } };

/** One of GitHub's operations, found for a request. `id` is GitHub's operation id, `template` its path. */
export type Operation = { id: string; template: string; params: { [name: string]: string } };

/** A request as it came in: path parameters decoded, query as sent, body parsed (undefined: none sent). */
export type CheckedRequest = { params: { [name: string]: string }; query: URLSearchParams; body: unknown };

/**
 * The timeline's schema is an `anyOf` in which some members require nothing, so that anything at all is a valid
 * event. Each event is therefore held against the schema that GitHub names for it.
 */
const TIMELINE: { [event: string]: string } = {
  labeled: "labeled-issue-event",
  unlabeled: "unlabeled-issue-event",
  renamed: "renamed-issue-event",
  commented: "timeline-comment-event",
  committed: "timeline-committed-event",
  reviewed: "timeline-reviewed-event",
  review_dismissed: "review-dismissed-issue-event",
};

/** Fields of webhooks that may be null by GitHub's documentation, and not by its schema. */
const NULLABLE: { [event: string]: readonly string[] } = {
  "deployment_protection_rule.requested": ["deployment"],
};

const folder = new URL("contract/", import.meta.url);
const api = read("api.json") as Api;
const webhooks = read("webhooks.json") as Webhooks;

const strictly = new Ajv({ strict: false, allErrors: true, logger: false });
const coercing = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes: true });
for (const ajv of [strictly, coercing]) formats.default(ajv);
strictly.addSchema({ $id: "api", components: { schemas: api.schemas } });
strictly.addSchema({ $id: "webhooks", components: { schemas: webhooks.schemas } });

const compiled = new Map<string, ValidateFunction>();
const patterns = Object.entries(api.operations)
  .map(([id, description]) => ({ id, description, ...pattern(description) }))
  .toSorted((a, b) => b.literals - a.literals);

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"), defaultAllowed) as unknown;
}

/** GitHub says of some addresses that they are URIs and empty by default, and does send them empty. */
function defaultAllowed(_key: string, value: unknown): unknown {
  const schema = value as Schema | null;
  if (typeof schema === "object" && schema?.["default"] === "") delete schema["format"];
  return value;
}

function pattern(description: Description): { regex: RegExp; literals: number } {
  const segments = description.path.split("/");
  const source = segments.map((segment) => {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) return segment.replaceAll(".", "\\.");
    return description.multiSegment.includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
  });
  return {
    // The root of a repository has the empty path, with or without its slash.
    regex: new RegExp(`^${source.join("/").replace("/(?<path>.+)", "(?:/(?<path>.*))?")}$`),
    literals: segments.filter((segment) => !segment.startsWith("{")).length,
  };
}

/** References inside the extract are relative to their own document; ajv wants the document's name. */
function anchored(schema: unknown, document: string): unknown {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', `"${document}#/components/`),
  ) as unknown;
}

function validator(key: string, ajv: Ajv, schema: () => unknown): ValidateFunction {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = ajv.compile(schema() as Schema);
  compiled.set(key, made);
  return made;
}

function problems(check: ValidateFunction, value: unknown, where: string): string[] {
  if (check(value)) return [];
  // A failed `anyOf` repeats itself for each of its members; the first few say what is wrong.
  return (check.errors ?? [])
    .slice(0, 8)
    .map((error) => `${where}${error.instancePath} ${error.message ?? "is wrong"}${detail(error.params)}`);
}

function detail(params: { [key: string]: unknown }): string {
  const { allowedValues: allowed, additionalProperty: unknown } = params;
  if (typeof unknown === "string") return ` (${unknown})`;
  return Array.isArray(allowed) ? ` (${allowed.map(String).join(", ")})` : "";
}

/** The operation that a request means, the most literal template first; undefined if the contract has none. */
export function findOperation(method: string, path: string): Operation | undefined {
  for (const each of patterns) {
    if (each.description.method !== method) continue;
    const match = each.regex.exec(path);
    if (match === null) continue;
    const params: Operation["params"] = {};
    for (const [name, value] of Object.entries(match.groups ?? {}))
      params[name] = decodeURIComponent(value ?? "");
    return { id: each.id, template: each.description.path, params };
  }
  return undefined;
}

function unknownKeys(schema: unknown, body: object): string[] {
  const properties = (schema as { properties?: object }).properties;
  if (properties === undefined) return [];
  return Object.keys(body)
    .filter((key) => !Object.hasOwn(properties, key))
    .map((key) => `body/${key} is no field of this request`);
}

/** What GitHub's description has against a request. Undeclared query parameters and body fields count: GitHub ignores them, so they are slips. */
export function requestProblems(id: string, request: CheckedRequest): string[] {
  const description = described(id);
  const query = Object.fromEntries(request.query);
  const undeclared = Object.keys(query).filter((name) => !Object.hasOwn(description.query, name));
  const found = undeclared.map((name) => `query/${name} is no parameter of this request`);
  const path = validator(`${id} path`, coercing, () => ({
    type: "object",
    properties: description.pathParameters,
  }));
  const params = validator(`${id} query`, coercing, () => ({
    type: "object",
    properties: description.query,
  }));
  found.push(...problems(path, { ...request.params }, "path"), ...problems(params, query, "query"));

  const body = description.body;
  const schema = body?.["application/json"];
  const { body: sent } = request;
  if (sent === undefined) return body?.required === true ? [...found, "body is missing"] : found;
  if (body === null || schema === undefined) {
    return isEmpty(sent) ? found : [...found, "body is sent, and this request has none"];
  }
  if (typeof sent === "object" && sent !== null && !Array.isArray(sent))
    found.push(...unknownKeys(schema, sent));
  const check = validator(`${id} body`, strictly, () => anchored(schema, "api"));
  return [...found, ...problems(check, sent, "body")];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function described(id: string): Description {
  const description = api.operations[id];
  if (description === undefined)
    throw new Error(`the contract has no operation ${id}; see script/contract.ts`);
  return description;
}

/**
 * What GitHub's description has against an answer. Success and redirect must be described by the operation;
 * an error that the operation does not list must at least look like GitHub's errors.
 *
 * @param contentType without parameters and suffix, e.g. `application/json`
 */
export function responseProblems(
  id: string,
  status: number,
  body: unknown,
  contentType = "application/json",
): string[] {
  const content = described(id).responses[String(status)];
  if (content === undefined && status < 300) return [`status ${status} is not described for ${id}`];
  if (content === undefined && status < 400) return [];
  if (content !== undefined && Object.keys(content).length === 0) {
    // Team membership's 404 is described without a body, yet has GitHub's usual one.
    return body === undefined || status >= 400 ? [] : [`status ${status} has no body`];
  }
  const schema = content?.[contentType] ?? content?.["application/json"] ?? errorSchema(status);
  const check = validator(`${id} ${status} ${contentType}`, strictly, () => anchored(schema, "api"));
  return [...problems(check, body, "body"), ...timelineProblems(id, status, body)];
}

function errorSchema(status: number): Schema {
  const name = status === 422 ? "validation-error" : "basic-error";
  return { allOf: [{ $ref: `#/components/schemas/${name}` }, { type: "object", required: ["message"] }] };
}

function timelineProblems(id: string, status: number, body: unknown): string[] {
  if (id !== "issues/list-events-for-timeline" || status !== 200 || !Array.isArray(body)) return [];
  return body.flatMap((item: { event?: string }, index) => {
    const name = TIMELINE[item.event ?? ""] ?? "state-change-issue-event";
    const check = validator(`schema ${name}`, strictly, () => ({ $ref: `api#/components/schemas/${name}` }));
    return problems(check, item, `body/${index}`);
  });
}

/** What GitHub's description has against an app's permissions: names that it does not know, levels that they do not have. */
export function permissionProblems(permissions: object): string[] {
  const schema = { ...api.schemas["app-permissions"], additionalProperties: false };
  const check = validator("permissions", strictly, () => schema);
  return problems(check, permissions, "permissions");
}

/** What GitHub's webhook schemas have against a payload. `action` is null for events that have none. */
export function webhookProblems(event: string, action: string | null, payload: unknown): string[] {
  const name = action === null ? event : `${event}.${action}`;
  const schema = webhooks.events[name];
  if (schema === undefined) return [`${name} is not in the contract; see script/contract.ts`];
  const check = validator(`webhook ${name}`, strictly, () => anchored(schema, "webhooks"));
  return problems(check, withoutNull(payload, NULLABLE[name] ?? []), "payload");
}

function withoutNull(payload: unknown, fields: readonly string[]): unknown {
  const entries = Object.entries(payload as object);
  return Object.fromEntries(entries.filter(([field, value]) => value !== null || !fields.includes(field)));
}
