/**
 * `GET|POST /v1/gate/{owner}/{repo}`: may this go on?
 *
 * Keeps: the same answer in the two ways in which callers read one. In the body: 200 whatever it says. In the status: 200 goes on, 403
 * is held, 424 is not known; never a redirect, never 204, never 5xx, since callers follow, mistake or repeat those. A parameter that is
 * not known is refused: a misspelt environment would ask another question.
 */
import type { ServerResponse } from "node:http";
import { z } from "zod";
import { parseDuration } from "../domain/duration.ts";
import type { GateAnswer } from "../domain/gate-answer.ts";
import { cut } from "../domain/sentence.ts";
import type { Events } from "../gate/events.ts";
import { brokenAnswer, type Question } from "../gate/question.ts";
import { type ApiCall, type ApiRoute, type ApiSurface, repositoryFor } from "./api.ts";
import { gateAnswer, problemAnswer } from "./answer-schema.ts";
import { briefly } from "./brief.ts";
import { plainText } from "./plain-text.ts";
import { type ApiProblem, sendJson, sendProblem } from "./problem.ts";

/** The longest that a question waits for the gate to open. */
const longestWaitMs = 60_000;

/** How many questions wait at once; one more is answered at once. */
const maxWaiting = 200;

const truth = z.enum(["0", "1", "true", "false"]);

/** What may be asked, as query parameters or as keys of a JSON body. */
const gateParameters = z.strictObject({
  environment: plainText(255)
    .min(1)
    .optional()
    .meta({ description: "Where it is to go; bypasses and callers' rights are held against it." }),
  service: plainText(200).min(1).optional().meta({
    description:
      "Only objectives of this name, or whose name begins with it and a hyphen, and quality gates of it.",
  }),
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/i, "must be a whole commit sha")
    .optional()
    .meta({ description: "The commit that is to go on. Without one no bypass counts." }),
  scope: z
    .enum(["all", "canary"])
    .optional()
    .meta({ description: "canary: only how fast budgets burn, not what is left of them. Default: all." }),
  hash: plainText(100).optional().meta({ description: "A rollout's hash; for your own logs." }),
  reply: z
    .enum(["body", "status"])
    .optional()
    .meta({ description: "status: 200, 403 or 424 say the verdict. Default: body, always 200." }),
  wait: z
    .string()
    .max(10)
    .optional()
    .meta({ description: "How long to wait for the gate to open: seconds, or such as 45s; at most 60s." }),
  brief: truth.optional().meta({ description: "1: at most 2 kB, without objectives and quality gates." }),
});

type Parameters = z.infer<typeof gateParameters>;

/** The route of the gate. */
export function gateRoute(surface: ApiSurface, events: Events): ApiRoute {
  let waiting = 0;
  const answer = async (question: Question, waitMs: number, signal: AbortSignal): Promise<GateAnswer> => {
    if (waitMs === 0 || waiting >= maxWaiting) return surface.questions.answer(question);
    waiting += 1;
    try {
      return await surface.questions.wait(question, waitMs, signal);
    } finally {
      waiting -= 1;
    }
  };
  return {
    path: /^\/v1\/gate\/([^/]+)\/([^/]+)$/,
    template: "/v1/gate/{owner}/{repo}",
    methods: ["GET", "POST"],
    access: "callers",
    summary: "May this go on, by the policy of the repository's default branch?",
    parameters: gateParameters,
    answers: [
      { status: 200, description: "The verdict; with `reply=status` one that goes on.", schema: gateAnswer },
      { status: 403, description: "With `reply=status`: the gate is held.", schema: gateAnswer },
      {
        status: 424,
        description: "With `reply=status`: it is not known. Without: something broke here.",
        schema: z.union([gateAnswer, problemAnswer]),
      },
    ],
    async handle(call, [owner = "", name = ""]) {
      const { response, caller } = call;
      const parameters = parametersOf(call);
      if ("status" in parameters) return sendProblem(response, parameters);
      const waitMs = waitOf(parameters.wait);
      if (waitMs === undefined)
        return sendProblem(response, { status: 400, detail: "`wait` must be at most 60s, such as 45s" });
      const { environment, service, sha, scope = "all" } = parameters;
      try {
        const repository = await repositoryFor(surface, caller, owner, name, environment);
        if ("status" in repository) return sendProblem(response, repository);
        const question: Question = { repository, environment, service, sha: sha?.toLowerCase(), scope };
        const found = await answer(question, waitMs, call.signal);
        events.questionAnswered(found.verdict);
        sendAnswer(response, found, parameters);
      } catch (error) {
        events.buried("gate", error);
        const asked = { repo: `${owner}/${name}`, environment, service, sha };
        sendAnswer(response, brokenAnswer(asked, surface.clock.now()), parameters);
      }
    },
  };
}

/** The status that says a verdict. */
export function statusOf({ verdict }: Pick<GateAnswer, "verdict">): 200 | 403 | 424 {
  switch (verdict) {
    case "allow":
    case "warn":
      return 200;
    case "block":
      return 403;
    case "inconclusive":
      return 424;
  }
}

function sendAnswer(response: ServerResponse, answer: GateAnswer, { reply, brief }: Parameters): void {
  const isBrief = brief === "1" || brief === "true";
  const headers: Record<string, string> =
    answer.retryAfterSeconds === null ? {} : { "retry-after": String(answer.retryAfterSeconds) };
  const status = reply === "status" ? statusOf(answer) : 200;
  sendJson(response, status, isBrief ? briefly(answer) : answer, undefined, headers);
}

function parametersOf({ url, body }: ApiCall): Parameters | ApiProblem {
  const given = new Map<string, unknown>();
  for (const [name, value] of url.searchParams) {
    if (given.has(name)) return { status: 400, detail: `\`${cut(name, 40)}\` is given twice` };
    given.set(name, value);
  }
  if (body.trim() !== "") {
    const parsed = objectIn(body);
    if (parsed === undefined) return { status: 400, detail: "the body is no JSON object" };
    for (const [name, value] of Object.entries(parsed)) {
      const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
      if (given.has(name) && given.get(name) !== text)
        return {
          status: 400,
          detail: `\`${cut(name, 40)}\` says one thing in the address and another in the body`,
        };
      if (text !== null) given.set(name, text);
    }
  }
  const shaped = gateParameters.safeParse(Object.fromEntries(given));
  if (shaped.success) return shaped.data;
  const [issue] = shaped.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const known = Object.keys(gateParameters.shape).join(", ");
    return { status: 400, detail: `\`${cut(issue.keys[0] ?? "", 40)}\` is not known; known are ${known}` };
  }
  return { status: 400, detail: `\`${issue?.path.join(".") ?? ""}\`: ${issue?.message ?? "is wrong"}` };
}

/** A JSON object; keys that are none of ours stay, to be refused. */
function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function waitOf(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const ms = /^\d{1,3}$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  return ms === undefined || ms > longestWaitMs ? undefined : ms;
}
