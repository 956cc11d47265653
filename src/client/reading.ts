/**
 * What a gate's reply says.
 *
 * Keeps: only a reply that is a gate's own and agrees with itself lets anything through. A login page, a proxy's 200, an empty body, a
 * redirect, `"allow": "true"`, the answer to another question: all are *not known*, with what came instead.
 */
import { z } from "zod";
import type { Outcome } from "../domain/decide.ts";
import type { ReadAnswer, Reply } from "../domain/gate-reply.ts";
import { cut, oneLine } from "../domain/sentence.ts";
import { type GateQuestion, isSameQuestion } from "./gate-question.ts";

const verdict = z.enum(["allow", "warn", "block", "inconclusive"]);
type Told = Parameters<typeof isSameQuestion>[1];
const text = z.string().nullable().catch(null);
const number = z.number().nullable().catch(null);

const answer: z.ZodType<ReadAnswer & Told> = z.object({
  schema: z.literal("burngate.gate/v1"),
  verdict,
  allow: z.boolean(),
  decision: verdict,
  reason: z.string(),
  repo: z.string(),
  environment: z.string().nullable(),
  service: z.string().nullable(),
  sha: z.string().nullable(),
  id: text,
  url: text,
  retryAfterSeconds: number,
  slos: z
    .array(
      z.object({
        name: z.string(),
        verdict,
        budgetRemaining: number,
        burn: z.record(z.string(), z.number().nullable()).catch({}),
      }),
    )
    .catch([]),
  qualityGates: z
    .array(z.object({ name: z.string(), result: z.string(), score: number, message: z.string() }))
    .catch([]),
});

const problem = z.object({ detail: z.string() });

/** Reads the reply to a question. `retryAfter` is the header's text. */
export function readReply(
  status: number,
  retryAfter: string | null,
  body: string,
  asked: GateQuestion,
): Reply {
  if (status >= 300 && status < 400)
    return unanswered(`it answered ${status}, a redirect, which is not followed`);
  const value = jsonIn(body);
  if (status !== 200) return refusal(status, retryAfter, value, body);
  const read = answer.safeParse(value);
  if (!read.success) return unanswered(`it answered 200 with something else than a verdict${shown(body)}`);
  if (read.data.allow !== goesOn(read.data.verdict))
    return unanswered(
      `its answer contradicts itself: ${read.data.verdict}, allow ${String(read.data.allow)}`,
    );
  if (read.data.allow && !isSameQuestion(asked, read.data))
    return unanswered("its answer is to another question");
  return { kind: "answered", answer: read.data, text: body };
}

/** Whether a verdict goes on. */
function goesOn(verdict: Outcome): boolean {
  return verdict === "allow" || verdict === "warn";
}

function refusal(status: number, retryAfter: string | null, value: unknown, body: string): Reply {
  const told = problem.safeParse(value);
  const why = `it answered ${status}${told.success ? `: ${cut(oneLine(told.data.detail), 200)}` : shown(body)}`;
  const seconds = retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const isTransient = status === 408 || status === 424 || status === 429 || status >= 500;
  return {
    ...unanswered(why, isTransient),
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  };
}

function unanswered(why: string, isTransient = false): Extract<Reply, { kind: "unanswered" }> {
  return { kind: "unanswered", why, isTransient };
}

function shown(body: string): string {
  const beginning = oneLine(body).trim();
  return beginning === "" ? ", and nothing in it" : ` (${cut(beginning, 60)})`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
