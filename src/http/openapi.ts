/** The OpenAPI document of the API, made of the routes themselves (https://spec.openapis.org/oas/v3.1.0). */
import { z } from "zod";
import { problemAnswer } from "./answer-schema.ts";
import type { ApiRoute, RouteAnswer } from "./api.ts";
import { sendJson } from "./problem.ts";

/** Where the document is served, to everybody. */
const path = "/v1/openapi.json";

/** What every route may answer. */
const refusals: readonly (readonly [status: number, description: string])[] = [
  [400, "The request cannot be read; `detail` says what is wrong."],
  [401, "Who asks is not known."],
  [404, "There is no such thing, or this caller may not ask about it."],
  [405, "Another method is wanted."],
  [413, "The body is too large."],
  [424, "Something broke here, and nothing is known."],
  [429, "This caller asks too often; `Retry-After` says when to ask again."],
];

/** The route that serves the document of routes and of itself. */
export function openApiRoute(routes: readonly ApiRoute[]): ApiRoute {
  let document: object | undefined;
  const route: ApiRoute = {
    path: /^\/v1\/openapi\.json$/,
    template: path,
    methods: ["GET"],
    access: "anybody",
    summary: "This document",
    answers: [{ status: 200, description: "The document.", schema: z.looseObject({ openapi: z.string() }) }],
    handle({ response }) {
      document ??= openApiOf([...routes, route]);
      sendJson(response, 200, document);
      return Promise.resolve();
    },
  };
  return route;
}

/** The document of routes. */
function openApiOf(routes: readonly ApiRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes)
    for (const method of route.methods)
      (paths[route.template] ??= {})[method.toLowerCase()] = operationOf(route, method);
  return {
    openapi: "3.1.0",
    info: {
      title: "Burngate",
      version: "1",
      description: "Is it safe to ship now? Every answer is a JSON object with a boolean `allow`.",
    },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
      },
    },
  };
}

function operationOf(route: ApiRoute, method: string): object {
  const names = [...route.template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const inPath = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const { parameters, body, access, summary, answers } = route;
  const inQuery =
    parameters === undefined
      ? []
      : Object.entries(parameters.shape).map(([name, schema]) => ({
          name,
          in: "query",
          required: false,
          schema: schemaOf(schema as z.ZodType),
        }));
  const content = body === undefined ? parameters : body;
  const refused = refusals
    .filter(([status]) => !answers.some((one) => one.status === status))
    .map(([status, description]) => ({ status, description, schema: problemAnswer }));
  return {
    summary,
    operationId: `${method.toLowerCase()} ${route.template}`,
    security: access === "anybody" ? [] : [{ bearer: [] }, { basic: [] }],
    parameters: [...inPath, ...inQuery],
    ...(method === "POST" && content !== undefined
      ? {
          requestBody: {
            required: body !== undefined,
            content: { "application/json": { schema: schemaOf(content) } },
          },
        }
      : {}),
    responses: Object.fromEntries(
      [...answers, ...refused].map((one) => [String(one.status), responseOf(one)]),
    ),
  };
}

function responseOf({ description, schema }: RouteAnswer): object {
  const type = schema === problemAnswer ? "application/problem+json" : "application/json";
  return { description, content: { [type]: { schema: schemaOf(schema) } } };
}

function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  return rest;
}
