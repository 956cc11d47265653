/**
 * Refusals of the API, as problem details (RFC 9457). Each holds `allow: false` too: whoever reads nothing but that goes no further.
 */
import type { ServerResponse } from "node:http";

/** What is wrong with a request. */
export interface ApiProblem {
  readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 422 | 424 | 429;
  /** One line for people: what is wrong and how to mend it. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const titles: Readonly<Record<ApiProblem["status"], string>> = {
  400: "The request cannot be read",
  401: "Who asks is not known",
  404: "Not here, or not yours to ask about",
  405: "Not this way",
  409: "Not now",
  413: "Too large",
  422: "The request makes no sense",
  424: "Not known",
  429: "Too many questions",
};

/** The body of a refusal. */
function problemBody({ status, detail }: ApiProblem): object {
  return {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    allow: false,
    verdict: "inconclusive",
    reason: `${titles[status]}: ${detail}`,
  };
}

/** Sends a refusal. */
export function sendProblem(response: ServerResponse, problem: ApiProblem): void {
  sendJson(response, problem.status, problemBody(problem), "application/problem+json", problem.headers);
}

/** Sends a JSON object that no cache keeps. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  type = "application/json; charset=utf-8",
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(`${JSON.stringify(body)}\n`);
}
