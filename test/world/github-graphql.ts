/**
 * GitHub's GraphQL API: the reference implementation works on a part of GitHub's own schema
 * (contract/schema.graphql, made by script/graphql-contract.ts), so that a field which GitHub does not have is refused, and
 * so is one that the part leaves out. What a client got wrong is a violation, as in REST.
 */
import { readFileSync } from "node:fs";
import {
  buildSchema,
  executeSync,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import { callerOf, type Authority } from "./github-auth.ts";
import { rootOf } from "./github-graphql-repository.ts";
import type { Desk } from "./github-http.ts";
import { formRefusal, isRefused, type Answer, type Question } from "./github-question.ts";
import { refuse, type Reply } from "./github-reply.ts";

/** Errors that tell of the world and not of the query. */
const NO_SLIP = new Set(["FORBIDDEN", "NOT_FOUND"]);

let schema: GraphQLSchema | undefined;

/** Building the schema takes a while, and most worlds are never asked. */
function theSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(new URL("contract/schema.graphql", import.meta.url), "utf8"));
  return schema;
}

/** A query as it is sent. */
type Query = { query: string; variables?: { [name: string]: unknown } | null; operationName?: string | null };

/** Whether a request is a query, which has one path for all. */
export function isGraphql({ method, path }: Question): boolean {
  return method === "POST" && path === "/graphql";
}

function queryOf({ body }: Question): Query | undefined {
  const sent = body as Partial<Query> | null | undefined;
  return typeof sent?.query === "string" ? (sent as Query) : undefined;
}

/** The name of the operation that a query asks for; undefined if it has none or is no query. */
export function operationName(question: Question): string | undefined {
  const query = isGraphql(question) ? queryOf(question) : undefined;
  if (query === undefined) return undefined;
  const document = parsed(query.query);
  return document instanceof GraphQLError
    ? undefined
    : getOperationAST(document, query.operationName)?.name?.value;
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/**
 * Answers a query: identity and limits first, as for every request; whatever the query itself gets wrong, with HTTP 200
 * and a list of errors.
 *
 * @param planned the reply that a test planned in place of ours; a success must be one that GraphQL could give
 */
export function answerGraphql(
  desk: Desk,
  question: Question,
  planned: Reply | undefined,
  unchecked: boolean,
): Answer {
  const { limits, tokens } = desk;
  const identity = tokens.authority(question.headers.authorization);
  const authority = isRefused(identity) ? undefined : identity;
  if (planned !== undefined)
    return { reply: unchecked ? planned : checked(desk, question, planned), authority };
  const refusal = formRefusal(question);
  if (refusal !== undefined) return { reply: refusal, authority };
  if (isRefused(identity)) return { reply: identity, authority };
  if (identity.kind === "app") return { reply: refuse(401, "Bad credentials"), authority };
  const limited = limits.queryRefusal(callerOf(identity));
  if (limited !== undefined) return { reply: limited, authority };
  const query = queryOf(question);
  if (query === undefined) {
    const message = "A query attribute must be specified and must be a string.";
    note(desk, question, "request", [message]);
    return { reply: refuse(400, message), authority };
  }
  return { reply: { status: 200, body: execute(desk, question, query, identity) }, authority };
}

function execute(desk: Desk, question: Question, query: Query, authority: Authority): object {
  const { limits, world } = desk;
  const document = parsed(query.query);
  const early = document instanceof GraphQLError ? [document] : validate(theSchema(), document);
  if (document instanceof GraphQLError || early.length > 0) {
    note(
      desk,
      question,
      "request",
      early.map(({ message }) => message),
    );
    return { errors: early.map(told) };
  }
  const standing = limits.standing(`${callerOf(authority)} graphql`);
  // This query is counted once it is answered.
  const after = { ...standing, remaining: Math.max(0, standing.remaining - 1) };
  const { data, errors = [] } = executeSync({
    schema: theSchema(),
    document,
    rootValue: rootOf({ world, authority, standing: after }),
    variableValues: query.variables ?? {},
    operationName: query.operationName ?? null,
  });
  for (const { originalError } of errors) {
    // A fault of the simulation must not look like an answer of GitHub's.
    if (originalError !== undefined && !(originalError instanceof GraphQLError)) throw originalError;
  }
  const slips = errors.filter(({ extensions }) => !NO_SLIP.has(String(extensions["type"])));
  note(
    desk,
    question,
    "request",
    slips.map(({ message }) => message),
  );
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors.length === 0 ? {} : { errors: errors.map(told) }),
  };
}

/** An error in GitHub's words where we know them. */
function told(error: GraphQLError): object {
  const [, field, type] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message) ?? [];
  const { locations, path } = error;
  if (field !== undefined) {
    return {
      extensions: { code: "undefinedField", typeName: type, fieldName: field },
      locations,
      message: `Field '${field}' doesn't exist on type '${type}'`,
    };
  }
  return { ...error.extensions, path, locations, message: error.message };
}

function checked(desk: Desk, question: Question, planned: Reply): Reply {
  const body = planned.body as { data?: unknown; errors?: unknown } | undefined;
  if (planned.status >= 300 || body?.data !== undefined || Array.isArray(body?.errors)) return planned;
  const problem = "a query is answered with data or errors";
  note(desk, question, "response", [problem]);
  return refuse(500, `This answer would go against GitHub's contract: ${problem}`);
}

function note({ world }: Desk, question: Question, kind: "request" | "response", problems: string[]): void {
  const where = `POST /graphql ${operationName(question) ?? ""}`.trimEnd();
  world.violations.note({ at: world.now(), kind, where, problems });
}
