/**
 * The routes below /v1 that other systems ask.
 *
 * Keeps: whoever is not known, or asks too often, is refused before a body is read or a repository is looked up [T15, T18]. What a
 * caller may not ask about is answered as what is not there, so nobody learns which repositories there are. A fault is no 5xx: callers
 * try those again, or lose their body; it is an answer that lets nothing through.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { Repository } from "../domain/subject.ts";
import { type Caller, type Callers, mayAskFor, mayAskOf } from "../gate/caller.ts";
import type { Events } from "../gate/events.ts";
import type { Ledger } from "../gate/ledger.ts";
import type { Clock } from "../gate/ports.ts";
import type { Questions } from "../gate/question.ts";
import { type Body, bodyReader } from "./body.ts";
import { type ApiProblem, sendProblem } from "./problem.ts";

/** What the routes need of the rest. */
export interface ApiSurface {
  readonly callers: Callers;
  readonly questions: Questions;
  readonly registry: Pick<Ledger["registry"], "named">;
  readonly clock: Pick<Clock, "now">;
}

/** A request that got as far as a route. */
export interface ApiCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Nobody in particular where everybody may ask. */
  readonly caller: Caller;
  /** Aborts when the caller has hung up, or the process ends. */
  readonly signal: AbortSignal;
  /** The body as text; empty where there is none. */
  readonly body: string;
}

/** One way in which a route answers. */
export interface RouteAnswer {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** A route: a pattern of its path, its methods, and what it does. Path parts that the pattern names come decoded. */
export interface ApiRoute {
  readonly path: RegExp;
  /** The path as the document of the API writes it. */
  readonly template: string;
  readonly methods: readonly ("GET" | "POST")[];
  readonly access: "callers" | "anybody";
  readonly summary: string;
  /** What may be asked in the address; a body may hold the same. */
  readonly parameters?: z.ZodObject;
  /** What a body must hold, where it is not the parameters. */
  readonly body?: z.ZodType;
  /** How it answers, besides refusals, which all routes have in common. */
  readonly answers: readonly RouteAnswer[];
  readonly handle: (call: ApiCall, parts: readonly string[]) => Promise<void>;
}

/** Who has shown nothing, and may ask about nothing. */
const anybody: Caller = { id: "anybody", name: "anybody", repositories: [], environments: [] };

/** The most that a body may hold: questions and events are short. */
const maxBytes = 256 * 1024;
const maxHeldBytes = 32 * maxBytes;

/** What is told of a body that was not read. */
const unread: { readonly [why in Extract<Body, string>]: ApiProblem } = {
  malformed: { status: 400, detail: "the body broke off" },
  too_large: { status: 413, detail: `a body may hold ${maxBytes / 1024} KB` },
  unavailable: {
    status: 429,
    detail: "too many bodies at once; ask again in 1 s",
    headers: { "retry-after": "1" },
  },
};

/** Serves routes. */
export function apiOf(
  { callers, clock }: Pick<ApiSurface, "callers" | "clock">,
  routes: readonly ApiRoute[],
  events: Events,
  ending: AbortSignal,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const readBody = bodyReader(maxBytes, maxHeldBytes);
  return async (request, response) => {
    try {
      await serve(request, response);
    } catch (error) {
      events.buried(`api:${request.method ?? ""}`, error);
      refuse(request, response, { status: 424, detail: "something broke here; it has been noted" });
    }
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Listened for from the start: who hangs up while we find out who they are is waited for by nobody.
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const url = URL.parse(request.url ?? "/", "http://gate.invalid");
    const found = url === null ? undefined : routeFor(routes, url.pathname);
    if (url === null || found === undefined)
      return refuse(request, response, { status: 404, detail: "nothing answers here; see /v1/openapi.json" });
    const { route, parts } = found;
    if (!route.methods.some((method) => method === request.method)) {
      const allow = route.methods.join(", ");
      return refuse(request, response, { status: 405, detail: `use ${allow}`, headers: { allow } });
    }
    const caller = route.access === "anybody" ? anybody : await callerOf(callers, request, clock, events);
    if ("status" in caller) return refuse(request, response, caller);
    const body = request.method === "POST" ? await readBody(request) : { text: "" };
    if (typeof body === "string") return refuse(request, response, unread[body]);
    const signal = AbortSignal.any([gone.signal, ending]);
    return route.handle({ request, response, url, caller, signal, body: body.text }, parts);
  }
}

function routeFor(
  routes: readonly ApiRoute[],
  path: string,
): { readonly route: ApiRoute; readonly parts: readonly string[] } | undefined {
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const parts = match.slice(1).map(decoded);
    return parts.includes(undefined) ? undefined : { route, parts: parts.map((part) => part ?? "") };
  }
  return undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

async function callerOf(
  callers: Callers,
  request: IncomingMessage,
  clock: Pick<Clock, "now">,
  events: Events,
): Promise<Caller | ApiProblem> {
  const now = clock.now();
  const answer = await callers.recognise(request.headers.authorization, now);
  if (answer.kind === "refused") {
    events.callerRefused(answer.why);
    const headers = { "www-authenticate": 'Bearer realm="burngate", Basic realm="burngate"' };
    return { status: 401, detail: answer.detail, headers };
  }
  const admission = callers.admit(answer.caller, now);
  if (admission.ok) return answer.caller;
  events.callerRefused("too_many");
  const seconds = Math.max(1, Math.ceil(admission.retryAfterMs / 1000));
  return {
    status: 429,
    detail: `ask again in ${seconds} s`,
    headers: { "retry-after": String(seconds) },
  };
}

/** What is left of a body is not read: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, problem: ApiProblem): void {
  const hasBody = request.method !== "GET" && request.method !== "HEAD" && !request.complete;
  sendProblem(
    response,
    hasBody ? { ...problem, headers: { ...problem.headers, connection: "close" } } : problem,
  );
  if (hasBody) request.resume();
}

/** What GitHub lets an owner or a repository be called; nothing else is looked up. */
const githubName = /^[\w.-]{1,100}$/;

/**
 * The repository of that name, if the caller may ask about it and the environment. A name that another owner's repository still bears in
 * our books stands for neither: whoever takes a name that was left answers for themselves alone. [T49]
 */
export async function repositoryFor(
  { registry }: Pick<ApiSurface, "registry">,
  caller: Caller,
  owner: string,
  name: string,
  environment: string | undefined,
): Promise<Repository | ApiProblem> {
  const isName = githubName.test(owner) && githubName.test(name);
  const named = isName ? await registry.named(owner, name) : [];
  const [found, ...others] = named.filter((one) => mayAskOf(caller, one));
  if (found === undefined)
    return { status: 404, detail: "there is no such repository, or this caller may not ask about it" };
  if (others.some(({ installationId }) => installationId !== found.installationId))
    return {
      status: 424,
      detail: "two owners' repositories are known by this name; GitHub has not told which left it",
    };
  if (!mayAskFor(caller, environment)) {
    const which = environment === undefined ? "without naming an environment" : "about that environment";
    return { status: 404, detail: `this caller may not ask ${which}` };
  }
  return found;
}
