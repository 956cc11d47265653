/**
 * Asking GitHub: one cached client per installation, kept-alive connections, one attempt per call, every
 * failure a value.
 *
 * Retrying is not done here: jobs come back with newer answers. Probot's own throttling and retries are
 * switched off (plain-octokit.ts), since they share one write a second among all installations, forget secondary
 * limits and hold a request for minutes.
 */
import type { Octokit } from "@octokit/rest";
import type { Probot } from "probot";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { HourLeft } from "../domain/lane.ts";
import { failed, type Failure, ok, type Result } from "../gate/failure.ts";
import type { Clock } from "../gate/ports.ts";
import type { Pace } from "./pace.ts";

/** GitHub's API, whoever authenticates. */
export type Kit = Pick<Octokit, "rest" | "request">;

/** What GitHub answers, as far as it matters. */
interface Answer<T> {
  readonly data: T;
  readonly headers?: AnswerHeaders;
}

/** Asks GitHub in the name of an installation. */
export interface GitHubClient {
  /** Runs one call and gives the body of its answer. A write's points were spent when it took its turn. */
  call<T>(
    installationId: number,
    ask: (kit: Kit) => Promise<Answer<T>>,
    kind?: "read" | "write",
  ): Promise<Result<T>>;
}

/** Asks with tokens of its own, which it keeps. */
export interface InstallationClient extends GitHubClient {
  /** The token that it has may know less than the installation by now: the next call is made with a new one. */
  renewToken(installationId: number): void;
}

/** How old a refused token must be before another is tried. */
const tokenPatienceMs: DurationMs = 60_000;

/** So many installations' clients are kept: each holds some dozens of KB, and is made anew from a token that is kept. */
const maxKits = 1000;

/** A client over Probot's installation tokens. */
export function installationClient(
  probot: Pick<Probot, "auth">,
  pace: Pace,
  clock: Pick<Clock, "now">,
): InstallationClient {
  const kits = new Map<number, { readonly kit: Promise<Kit>; readonly madeAt: Instant }>();
  const doubted = new Set<number>();
  const make = async (installationId: number): Promise<Kit> => {
    const kit = await probot.auth(installationId);
    if (doubted.delete(installationId)) await kit.auth({ type: "installation", refresh: true });
    return kit;
  };
  const kitOf = (installationId: number): Promise<Kit> => {
    const known = kits.get(installationId);
    const { kit, madeAt } = known ?? { kit: make(installationId), madeAt: clock.now() };
    if (known === undefined) kit.catch(() => kits.delete(installationId));
    // Set anew, so that the first is the one that has not been used for the longest time.
    kits.delete(installationId);
    kits.set(installationId, { kit, madeAt });
    const [unused] = kits.keys();
    if (kits.size > maxKits && unused !== undefined) kits.delete(unused);
    return kit;
  };
  const renewToken = (installationId: number): void => {
    if (kits.delete(installationId)) doubted.add(installationId);
  };
  /**
   * A token keeps the permissions that it was made with for an hour, so after a refusal only a new one shows
   * whether somebody has mended them.
   */
  const doubt = (installationId: number): void => {
    const known = kits.get(installationId);
    if (known !== undefined && clock.now() - known.madeAt >= tokenPatienceMs) renewToken(installationId);
  };
  return {
    renewToken,
    async call(installationId, ask, kind = "read") {
      const retryAt = pace.heldUntil(installationId, clock.now());
      if (retryAt !== undefined)
        return failed({ kind: "rate_limited", detail: "GitHub asked us to wait", retryAt });
      try {
        if (kind === "read") pace.spend(installationId);
        const told = await ask(await kitOf(installationId));
        const answer = read(told);
        if (answer.ok) await pace.ease(installationId, hourLeftIn(told.headers));
        return answer;
      } catch (error) {
        const failure = failureOf(error, clock.now());
        if (failure.kind === "refused") doubt(installationId);
        if (failure.kind !== "rate_limited") return failed(failure);
        return failed({ ...failure, retryAt: await pace.hold(installationId, clock.now(), failure.retryAt) });
      }
    },
  };
}

/** A client over one token, for people at a terminal. Installations do not matter to it. */
export function tokenClient(kit: Kit, clock: Pick<Clock, "now">): GitHubClient {
  return {
    async call(_, ask) {
      try {
        return read(await ask(kit));
      } catch (error) {
        return failed(failureOf(error, clock.now()));
      }
    },
  };
}

/**
 * Octokit hands a body that broke off or is no JSON over as text; everything that we ask for is an object or
 * a list.
 */
function read<T>({ data }: { readonly data: T }): Result<T> {
  const isAnswer = typeof data === "object" && data !== null;
  return isAnswer
    ? ok(data)
    : failed({ kind: "malformed", detail: "GitHub's answer broke off or is no JSON" });
}

/**
 * What an Octokit error means. Sources: docs.github.com "Rate limits for the REST API", "Troubleshooting the
 * REST API".
 */
function failureOf(error: unknown, now: number): Failure {
  if (!(error instanceof Error)) return { kind: "unreachable", detail: "failed without an error" };
  const { status, headers } = answerOf(error);
  const text = error.message.split("\n", 1)[0]?.slice(0, 200) ?? "";
  const cause = error.cause instanceof Error ? error.cause : error;
  if (cause.name === "TimeoutError" || cause.name === "AbortError")
    return { kind: "timed_out", detail: "GitHub did not answer in time" };
  // Without an answer Octokit pretends a 500.
  if (status === undefined || headers === undefined)
    return { kind: "unreachable", detail: "GitHub cannot be reached" };
  if (status === 429 || (status === 403 && isLimit(headers, text))) {
    return { kind: "rate_limited", detail: "GitHub limits us", retryAt: retryAtOf(headers, now) };
  }
  if (status === 401 || status === 403) return { kind: "refused", detail: `GitHub refuses: ${text}` };
  if (status === 409 && /^git repository is empty/i.test(text))
    return { kind: "gone", detail: "GitHub's repository is empty" };
  if (status === 404 || status === 410)
    return { kind: "gone", detail: `GitHub has no such thing (${status})` };
  if (status === 422 && /^no commit found for sha/i.test(text))
    return { kind: "not_yet", detail: "GitHub does not have the commit yet" };
  if (status === 422) return { kind: "rejected", detail: `GitHub rejects: ${text}` };
  return { kind: "unreachable", detail: `GitHub answered ${status}` };
}

type AnswerHeaders = Readonly<Record<string, string | number | undefined>>;

/** What is left of the hour. Searches, GraphQL and others have counts of their own, which tell nothing of writes. */
function hourLeftIn(headers: AnswerHeaders | undefined): HourLeft | undefined {
  if (headers?.["x-ratelimit-resource"] !== "core") return undefined;
  const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  return Number.isFinite(remaining) && Number.isFinite(reset)
    ? { remaining, resetAt: reset * 1000 }
    : undefined;
}

function answerOf(error: Error): {
  readonly status: number | undefined;
  readonly headers: AnswerHeaders | undefined;
} {
  const status = "status" in error && typeof error.status === "number" ? error.status : undefined;
  const response =
    "response" in error ? (error.response as { headers?: AnswerHeaders } | undefined) : undefined;
  return { status, headers: response?.headers };
}

function isLimit(headers: AnswerHeaders, text: string): boolean {
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    /secondary rate limit|abuse detection/i.test(text)
  );
}

function retryAtOf(headers: AnswerHeaders, now: number): number | undefined {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after >= 0) return now + after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]);
  return String(headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(reset)
    ? Math.max(now + 1000, reset * 1000)
    : undefined;
}
