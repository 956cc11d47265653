/**
 * Asking GitHub: one cached client per installation, kept-alive connections, one attempt per call, every failure a value.
 *
 * Retrying is not done here: jobs come back with newer answers. Probot's own throttling and retries are switched off, since they share one
 * write a second among all installations, forget secondary limits and hold a request for minutes.
 */
import type { Octokit } from "@octokit/rest";
import { ProbotOctokit, type Probot } from "probot";
import type { DurationMs } from "../domain/duration.ts";
import { failed, type Failure, ok, type Result } from "../gate/failure.ts";
import type { Clock } from "../gate/ports.ts";
import type { Pace } from "./pace.ts";

/** The methods of GitHub's REST API, whoever authenticates them. */
export type Kit = Pick<Octokit, "rest">;

/** Asks GitHub in the name of an installation. */
export interface GitHubClient {
  /** Runs one call and gives the body of its answer. */
  call<T>(installationId: number, ask: (kit: Kit) => Promise<{ readonly data: T }>): Promise<Result<T>>;
}

/** The REST version we were written against; GitHub's newest would change under us. */
export const apiVersion = "2022-11-28";

const timeoutMs: DurationMs = 10_000;

/** A fetch that never waits longer than ten seconds and names the API version. */
export const boundedFetch: typeof fetch = (input, init) => {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  const headers = new Headers(init?.headers);
  headers.set("x-github-api-version", apiVersion);
  return fetch(input, { ...init, headers, signal });
};

/** Probot's Octokit without its throttling and retries. */
export const PlainOctokit = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
  ...options,
  throttle: { ...(options["throttle"] as object | undefined), enabled: false },
  retry: { enabled: false },
}));

/** A client over Probot's installation tokens. */
export function installationClient(probot: Pick<Probot, "auth">, pace: Pace, clock: Clock): GitHubClient {
  const kits = new Map<number, Promise<Kit>>();
  const kitOf = (installationId: number): Promise<Kit> => {
    const known = kits.get(installationId);
    if (known !== undefined) return known;
    const made = probot.auth(installationId);
    made.catch(() => kits.delete(installationId));
    kits.set(installationId, made);
    return made;
  };
  return {
    async call(installationId, ask) {
      const retryAt = pace.heldUntil(installationId, clock.now());
      if (retryAt !== undefined) return failed({ kind: "rate_limited", detail: "GitHub asked us to wait", retryAt });
      try {
        const { data } = await ask(await kitOf(installationId));
        pace.ease(installationId);
        return ok(data);
      } catch (error) {
        const failure = failureOf(error, clock.now());
        if (failure.kind !== "rate_limited") return failed(failure);
        return failed({ ...failure, retryAt: pace.hold(installationId, clock.now(), failure.retryAt) });
      }
    },
  };
}

/** A client over one token, for people at a terminal. Installations do not matter to it. */
export function tokenClient(kit: Kit, clock: Pick<Clock, "now">): GitHubClient {
  return {
    async call(_, ask) {
      try {
        return ok((await ask(kit)).data);
      } catch (error) {
        return failed(failureOf(error, clock.now()));
      }
    },
  };
}

/** What an Octokit error means. Sources: docs.github.com "Rate limits for the REST API", "Troubleshooting the REST API". */
export function failureOf(error: unknown, now: number): Failure {
  if (!(error instanceof Error)) return { kind: "unreachable", detail: "failed without an error" };
  const { status, headers } = answerOf(error);
  const text = error.message.split("\n", 1)[0]?.slice(0, 200) ?? "";
  const cause = error.cause instanceof Error ? error.cause : error;
  if (cause.name === "TimeoutError" || cause.name === "AbortError") return { kind: "timed_out", detail: "GitHub did not answer in time" };
  // Without an answer Octokit pretends a 500.
  if (status === undefined || headers === undefined) return { kind: "unreachable", detail: "GitHub cannot be reached" };
  if (status === 429 || (status === 403 && isLimit(headers, text))) {
    return { kind: "rate_limited", detail: "GitHub limits us", retryAt: retryAtOf(headers, now) };
  }
  if (status === 401 || status === 403) return { kind: "refused", detail: `GitHub refuses: ${text}` };
  if (status === 404 || status === 410) return { kind: "gone", detail: `GitHub has no such thing (${status})` };
  if (status === 422) return { kind: "rejected", detail: `GitHub rejects: ${text}` };
  return { kind: "unreachable", detail: `GitHub answered ${status}` };
}

type AnswerHeaders = Readonly<Record<string, string | number | undefined>>;

function answerOf(error: Error): { readonly status: number | undefined; readonly headers: AnswerHeaders | undefined } {
  const status = "status" in error && typeof error.status === "number" ? error.status : undefined;
  const response = "response" in error ? (error.response as { headers?: AnswerHeaders } | undefined) : undefined;
  return { status, headers: response?.headers };
}

function isLimit(headers: AnswerHeaders, text: string): boolean {
  return headers["retry-after"] !== undefined || String(headers["x-ratelimit-remaining"]) === "0" || /secondary rate limit|abuse detection/i.test(text);
}

function retryAtOf(headers: AnswerHeaders, now: number): number | undefined {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after >= 0) return now + after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]);
  return String(headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(reset) ? Math.max(now + 1000, reset * 1000) : undefined;
}
