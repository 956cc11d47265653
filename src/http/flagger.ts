/**
 * `POST /v1/flagger/{hook}`: Flagger's webhooks, each answered as Flagger reads it
 * (https://docs.flagger.app/usage/webhooks).
 *
 * Keeps: *rollback* is the one hook at which success means harm: it is 200 only where a verdict blocks, and nothing else, no
 * refusal, no fault and no stranger, is ever answered with 2xx there. Everywhere else 200 means go on. Two hooks only tell, and are
 * always heard with 202. What Kubernetes events show of a body is its beginning, so the reason comes first.
 */
import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { GateAnswer } from "../domain/gate-answer.ts";
import { cut, oneLine } from "../domain/sentence.ts";
import type { Events } from "../gate/events.ts";
import type { Question } from "../gate/question.ts";
import type { RolloutFact } from "../gate/rollout-fact.ts";
import { hookAnswer, problemAnswer } from "./answer-schema.ts";
import { type ApiCall, type ApiRoute, type ApiSurface, repositoryFor } from "./api.ts";
import { hookBody, subjectOf } from "./flagger-hook.ts";
import { statusOf } from "./gate.ts";
import { type ApiProblem, sendJson, sendProblem } from "./problem.ts";

/** Hooks that ask whether to go on. */
const askingHooks = [
  "confirm-rollout",
  "pre-rollout",
  "rollout",
  "confirm-traffic-increase",
  "confirm-promotion",
] as const;

/** Hooks that only tell. */
const tellingHooks = ["post-rollout", "event"] as const;

type HookAnswer = Pick<GateAnswer, "verdict" | "allow" | "reason">;

/** Who hears that something was rolled out. */
export interface RolloutEar {
  heardRollout(fact: RolloutFact): Promise<void>;
}

/** The routes of Flagger's hooks. */
export function flaggerRoutes(surface: ApiSurface & RolloutEar, events: Events): readonly ApiRoute[] {
  return [
    ...askingHooks.map((hook) =>
      hookRoute(hook, "May the canary go on?", asking, async (call) => {
        const answer = await answerTo(surface, events, call, "all");
        if ("detail" in answer) return sendProblem(call.response, answer);
        say(call.response, statusOf(answer), answer.allow, answer.reason);
      }),
    ),
    hookRoute("rollback", "Must the canary be rolled back? 200 says yes.", rollingBack, async (call) => {
      // A budget that was spent before is no reason to roll back: only what burns now can be the canary's doing.
      const answer = await answerTo(surface, events, call, "canary");
      if ("detail" in answer) return sendProblem(call.response, answer);
      sayRollback(call.response, answer);
    }),
    ...tellingHooks.map((hook) =>
      hookRoute(hook, "Something happened to a canary.", telling, async (call) => {
        const refusal = await hear(surface, call, hook);
        if (refusal !== undefined) return sendProblem(call.response, refusal);
        say(call.response, 202, true, "heard");
      }),
    ),
  ];
}

const unknown = z.union([hookAnswer, problemAnswer]);
const asking: ApiRoute["answers"] = [
  { status: 200, description: "Go on.", schema: hookAnswer },
  { status: 403, description: "The gate is held.", schema: hookAnswer },
  { status: 424, description: "It is not known.", schema: unknown },
];
const rollingBack: ApiRoute["answers"] = [
  { status: 200, description: "Roll back now: the gate is held.", schema: hookAnswer },
  { status: 403, description: "No rollback: the gate is open.", schema: hookAnswer },
  { status: 424, description: "No rollback: it is not known.", schema: unknown },
];
const telling: ApiRoute["answers"] = [{ status: 202, description: "Heard.", schema: hookAnswer }];

function hookRoute(
  hook: string,
  summary: string,
  answers: ApiRoute["answers"],
  handle: (call: ApiCall) => Promise<void>,
): ApiRoute {
  const template = `/v1/flagger/${hook}`;
  return {
    path: new RegExp(`^${template}$`),
    template,
    methods: ["POST"],
    access: "callers",
    summary,
    body: hookBody,
    answers,
    handle,
  };
}

/** Here a 200 rolls production back. */
function sayRollback(response: ServerResponse, { verdict, reason }: HookAnswer): void {
  switch (verdict) {
    case "block":
      return say(response, 200, false, `Roll back: ${reason}`);
    case "allow":
    case "warn":
      return say(response, 403, true, `No rollback: ${reason}`);
    case "inconclusive":
      return say(response, 424, false, `No rollback, not known: ${reason}`);
  }
}

function say(response: ServerResponse, status: number, allow: boolean, reason: string): void {
  sendJson(response, status, { reason: cut(oneLine(reason), 400), allow });
}

async function answerTo(
  surface: ApiSurface,
  events: Events,
  call: ApiCall,
  usual: Question["scope"],
): Promise<HookAnswer | ApiProblem> {
  const asked = subjectOf(call);
  if ("detail" in asked) return asked;
  const { owner, repo, environment, service, sha, scope = usual } = asked.subject;
  try {
    const repository = await repositoryFor(surface, call.caller, owner, repo, environment);
    if ("status" in repository) return repository;
    const answer = await surface.questions.answer({ repository, environment, service, sha, scope });
    events.questionAnswered(answer.verdict);
    return answer;
  } catch (error) {
    events.buried("flagger", error);
    return { verdict: "inconclusive", allow: false, reason: "Something broke here; it has been noted." };
  }
}

async function hear(
  surface: ApiSurface & RolloutEar,
  call: ApiCall,
  hook: string,
): Promise<ApiProblem | undefined> {
  const asked = subjectOf(call);
  if ("detail" in asked) return asked;
  const { subject, body } = asked;
  const { owner, repo, environment, service, sha } = subject;
  const repository = await repositoryFor(surface, call.caller, owner, repo, environment);
  if ("status" in repository) return repository;
  const phase = body.phase === "Succeeded" ? "succeeded" : body.phase === "Failed" ? "failed" : undefined;
  if (hook !== "post-rollout" || phase === undefined || environment === undefined) return undefined;
  await surface.heardRollout({
    from: "flagger",
    repositoryId: repository.id,
    environment,
    service,
    sha,
    phase,
    key: `${body.namespace}/${body.name}/${body.checksum}`,
    at: surface.clock.now(),
  });
  return undefined;
}
