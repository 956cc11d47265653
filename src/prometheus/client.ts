/**
 * One query to one Prometheus.
 *
 * Keeps: the credential goes to the configured host and nowhere else: redirects are not followed, and
 * link-local addresses (cloud metadata) are refused when the name is resolved, whatever it resolved to
 * before. [T26] The whole exchange has one deadline and the body one cap. Every way of not answering is a
 * value.
 */
import { lookup } from "node:dns";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import fetch, { FetchError } from "node-fetch";
import type { Instant } from "../domain/instant.ts";
import { failed, type Failure, type Result } from "../gate/failure.ts";
import { isForbiddenAddress } from "./address.ts";
import { type DataSource, defaultLimits } from "./data-source.ts";
import { decodeReply, decodeSpanReply, type Reply, type StepSeries } from "./reply.ts";
import type { Span } from "./span.ts";

/** The largest body that is read, in bytes. */
export const maxReplyBytes = 8 * 1024 * 1024;

/** The longest expression that is sent, in bytes: a tenth of the form that Go's servers read. */
export const maxQueryBytes = 1024 * 1024;

/** Asks one Prometheus. */
export interface PrometheusClient {
  /** Evaluates an expression at a moment. */
  query(expression: string, at: Instant): Promise<Result<Reply>>;
  /** Evaluates an expression at every moment of a span. */
  querySpan(expression: string, span: Span): Promise<Result<Reply<StepSeries>>>;
}

/** Asks one Prometheus over connections of its own. What is under way when `end` aborts is broken off. */
export interface PrometheusConnection {
  query(expression: string, at: Instant, end?: AbortSignal): Promise<Result<Reply>>;
  querySpan(expression: string, span: Span, end?: AbortSignal): Promise<Result<Reply<StepSeries>>>;
  /** Closes idle connections. */
  close(): void;
}

/** Kept-alive connections to a data source. */
export function connectionOf(source: DataSource): PrometheusConnection {
  const agent = agentOf(source);
  return {
    close: () => agent.destroy(),
    query: async (expression, at, end) =>
      ask(source, agent, "query", { query: expression, time: seconds(at) }, end, (status, body) =>
        decodeReply(status, body, at),
      ),
    async querySpan(expression, span, end) {
      const { from, to, stepMs } = span;
      const step = String(stepMs / 1000);
      const question = { query: expression, start: seconds(from), end: seconds(to), step };
      return ask(source, agent, "query_range", question, end, (status, body) =>
        decodeSpanReply(status, body, span),
      );
    },
  };
}

const seconds = (at: Instant): string => (at / 1000).toFixed(3);

async function ask<Answer>(
  source: DataSource,
  agent: HttpAgent | HttpsAgent,
  endpoint: "query" | "query_range",
  question: Readonly<Record<"query", string>> & Readonly<Record<string, string>>,
  end: AbortSignal | undefined,
  decode: (status: number, body: string) => Result<Answer>,
): Promise<Result<Answer>> {
  if (Buffer.byteLength(question.query) > maxQueryBytes)
    return failed({
      kind: "too_large",
      detail: `the query is longer than ${maxQueryBytes / 1024 / 1024} MB`,
    });
  const timeout = `${Math.max(1, Math.ceil(source.timeoutMs / 1000))}s`;
  try {
    const credential = authorization(source);
    const response = await fetch(urlOf(source.url, endpoint), {
      method: "POST",
      // Thanos and its kin are told not to leave out what they cannot reach.
      body: new URLSearchParams({ ...question, timeout, partial_response: "false" }),
      headers: { ...source.headers, ...credential, accept: "application/json" },
      redirect: "manual",
      size: maxReplyBytes,
      agent,
      signal: AbortSignal.any([AbortSignal.timeout(source.timeoutMs), ...(end === undefined ? [] : [end])]),
    });
    if (response.status >= 300 && response.status < 400) {
      const detail = `answered ${response.status}, a redirect, which is not followed`;
      return failed({ kind: "malformed", detail });
    }
    const body = await response.text();
    const secret = credential["authorization"]?.split(" ")[1];
    // A proxy that echoes what it was sent must not make us tell it on.
    return decode(response.status, secret ? body.replaceAll(secret, "[secret]") : body);
  } catch (error) {
    return failed(failureOf(error));
  }
}

/** The path is set, not resolved: a path of two slashes would be read as another host. */
function urlOf(base: URL, endpoint: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/api/v1/${endpoint}`;
  url.search = "";
  url.hash = "";
  return url;
}

function authorization({ auth }: DataSource): Record<string, string> {
  switch (auth?.kind) {
    case "basic":
      return {
        authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password.reveal()}`).toString("base64")}`,
      };
    case "bearer":
      return { authorization: `Bearer ${auth.token.reveal()}` };
    case undefined:
      return {};
  }
}

function agentOf({ url, tls, maxConcurrent }: DataSource): HttpAgent | HttpsAgent {
  const maxSockets = maxConcurrent ?? defaultLimits.maxConcurrent;
  const options = { keepAlive: true, maxSockets, lookup: guardedLookup };
  if (url.protocol === "http:") return new HttpAgent(options);
  const key = tls.key === undefined ? {} : { key: tls.key.reveal() };
  return new HttpsAgent({
    ...options,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...key,
  });
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    const addresses = typeof address === "string" ? [address] : (address ?? []).map((one) => one.address);
    const bad = addresses.find(isForbiddenAddress);
    const refusal =
      bad === undefined
        ? null
        : Object.assign(new Error("refused"), { code: "its name leads to a link-local or metadata address" });
    callback(error ?? refusal, address, family);
  });
};

function failureOf(error: unknown): Failure {
  if (error instanceof FetchError) {
    if (error.type === "max-size")
      return { kind: "too_large", detail: `answered more than ${maxReplyBytes / 1024 / 1024} MB` };
    return {
      kind: "unreachable",
      detail: error.code === undefined ? "broke off its answer" : `cannot be reached: ${error.code}`,
    };
  }
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) {
    return { kind: "timed_out", detail: "did not answer in time" };
  }
  // What else can throw here is reading a credential's file; its path is the operator's, its content is not
  // told.
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return { kind: "unreachable", detail: `could not be asked (${code})` };
}
