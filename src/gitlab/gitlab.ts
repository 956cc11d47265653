/** A GitLab as the operator configured it, and answering its external status checks. */
import type { DurationMs } from "../domain/duration.ts";
import type { Secret } from "../domain/secret.ts";
import type { Sending } from "../gate/event-sinks.ts";
import type { CheckState, ExternalCheck } from "../gate/external-checks.ts";

/** A GitLab. */
export interface GitLab {
  readonly url: URL;
  /** A token with the role Developer in each project. */
  readonly token: Secret;
  /** What GitLab signs with. */
  readonly secret: Secret;
  readonly projects: readonly GitLabProject[];
}

/** A project, and what it is judged by. */
export interface GitLabProject {
  readonly project: number;
  /** `owner/name` on GitHub: where the policy lies. */
  readonly repository: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
}

const answerMs: DurationMs = 10_000;

/** Answers one check (https://docs.gitlab.com/api/status_checks/#set-status-of-an-external-status-check). */
export async function answerCheck(
  { url, token }: GitLab,
  { projectId, mergeRequest, sha, checkId }: ExternalCheck,
  state: CheckState,
): Promise<Sending> {
  const path = `/api/v4/projects/${projectId}/merge_requests/${mergeRequest}/status_check_responses`;
  const address = new URL(`${url.pathname.replace(/\/+$/, "")}${path}`, url);
  try {
    const reply = await fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: { "private-token": token.reveal(), "content-type": "application/json" },
      body: JSON.stringify({ sha, external_status_check_id: checkId, status: state }),
      signal: AbortSignal.timeout(answerMs),
    });
    await reply.body?.cancel();
    return sendingOf(reply.status, reply.headers.get("retry-after"));
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: unknown } };
    return { kind: "failed", why: typeof cause?.code === "string" ? cause.code : "no answer" };
  }
}

function sendingOf(status: number, retryAfter: string | null): Sending {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const why = `GitLab answered ${status}`;
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { kind: "refused", why };
  const seconds = retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return { kind: "failed", why, ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }) };
}
