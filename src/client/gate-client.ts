/** Asks a gate over HTTP. */
import type { DurationMs } from "../domain/duration.ts";
import type { GateQuestion } from "./gate-question.ts";
import { readReply } from "./reading.ts";
import type { Reply } from "../domain/gate-reply.ts";

/** A gate and how to show who asks. */
export interface GateEndpoint {
  /** The gate's address, without a path below `/v1`. */
  readonly url: URL;
  /** A token for this one request; each may be new. */
  readonly token: () => Promise<string>;
}

/** The longest that the server holds a question. */
const serverWaitSeconds = 50;

/** For an answer that nothing is waited for, and beyond what is waited for. */
const answerMs: DurationMs = 20_000;

const maxBytes = 1024 * 1024;

/** Asks once. The gate may wait for `waitMs` until it answers that it is still held. */
export async function askGate(
  { url, token }: GateEndpoint,
  question: GateQuestion,
  waitMs: DurationMs,
  signal: AbortSignal,
): Promise<Reply> {
  const { repo, environment, service, sha } = question;
  const address = new URL(`${url.pathname.replace(/\/+$/, "")}/v1/gate/${repo}`, url);
  const waitSeconds = Math.min(serverWaitSeconds, Math.floor(waitMs / 1000));
  const asked = { environment, service, sha, ...(waitSeconds > 0 ? { wait: String(waitSeconds) } : {}) };
  for (const [name, value] of Object.entries(asked))
    if (value !== undefined) address.searchParams.set(name, value);
  let shown: string;
  try {
    shown = await token();
  } catch (error) {
    return { kind: "unanswered", why: `there is no token to show: ${messageOf(error)}`, isTransient: true };
  }
  // Such a header would be refused by an error that holds the token.
  if (!/^[\x21-\x7e]+$/.test(shown))
    return { kind: "unanswered", why: "the token is empty or holds what no token does", isTransient: true };
  try {
    const limit = AbortSignal.timeout(answerMs + waitSeconds * 1000);
    const reply = await fetch(address, {
      redirect: "manual",
      headers: { authorization: `Bearer ${shown}`, accept: "application/json" },
      signal: AbortSignal.any([signal, limit]),
    });
    const body = await textWithin(reply);
    if (body === undefined)
      return { kind: "unanswered", why: "it answered more than 1 MB", isTransient: false };
    return readReply(reply.status, reply.headers.get("retry-after"), body, question);
  } catch (error) {
    return { kind: "unanswered", why: `it could not be asked: ${messageOf(error)}`, isTransient: true };
  }
}

async function textWithin(reply: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a failure says, without the address, in which somebody may have put a credential. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError") return "no answer in time";
  if (error.name === "AbortError") return "called off";
  const { cause } = error;
  if (typeof cause === "object" && cause !== null && "code" in cause) return String(cause.code);
  return error.message;
}
