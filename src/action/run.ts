/**
 * The GitHub Action: asks, waits, tells, and fails the step where the gate is held.
 *
 * Keeps: a held gate and one that could not be determined are told apart in every place where people look, and neither is ever a quiet
 * success: `mode: warn` and `on-error: warn` leave a warning.
 */
import { askGate } from "../client/gate-client.ts";
import type { GateQuestion } from "../client/gate-question.ts";
import { readReply } from "../client/reading.ts";
import { type WaitClock, waitForGate } from "../client/wait.ts";
import { roughDuration } from "../domain/duration.ts";
import type { ReadAnswer, Reply } from "../domain/gate-reply.ts";
import { judgeDirectly } from "./direct.ts";
import { idToken, idTokenSource } from "./id-token.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { addSummary, annotate, printRaw, type RunnerWorld, setOutputs } from "./runner.ts";
import { summaryOf } from "./summary.ts";

/** What the Action needs of the world. */
export interface ActionWorld extends RunnerWorld {
  readonly readFile: (path: string) => string;
  readonly clock: WaitClock;
  readonly signal: AbortSignal;
}

/** Runs the Action and gives the step's exit code. */
export async function runAction(world: ActionWorld): Promise<0 | 1> {
  try {
    return await runStep(world);
  } catch (error) {
    // Left to Node, the words of an error would stand in the log as they are.
    annotate(world, "error", `The Action failed: ${error instanceof Error ? error.message : "unknown"}`);
    return 1;
  }
}

async function runStep(world: ActionWorld): Promise<0 | 1> {
  const inputs = readInputs(world.variables, eventOf(world));
  if ("fault" in inputs) {
    annotate(world, "error", `The Action cannot run: ${inputs.fault}`);
    return 1;
  }
  const reply = await replyTo(world, inputs);
  tell(world, inputs, reply);
  return exitFor(world, inputs, reply);
}

/** What is there of the webhook that started the workflow; it only says which commit is meant. */
function eventOf({ variables, readFile }: ActionWorld): unknown {
  const path = variables["GITHUB_EVENT_PATH"];
  if (path === undefined || path === "") return undefined;
  try {
    return JSON.parse(readFile(path));
  } catch {
    return undefined;
  }
}

async function replyTo(world: ActionWorld, inputs: Inputs): Promise<Reply> {
  const { clock, signal } = world;
  return waitForGate(askerOf(world, inputs), inputs.patience, clock, signal, (seen, leftMs) => {
    const left = leftMs > 0 ? `asking for another ${roughDuration(leftMs)}` : "asking again";
    printRaw(world, `${reasonOf(seen)}; ${left}`);
  });
}

function askerOf(
  { variables, clock, signal }: ActionWorld,
  inputs: Inputs,
): (holdMs: number) => Promise<Reply> {
  const { asking, repo, environment, service, sha } = inputs;
  const question: GateQuestion = { repo, environment, service, sha };
  if (asking.kind === "direct") {
    const apiUrl = variables["GITHUB_API_URL"] ?? "https://api.github.com";
    return async () => {
      const answer = await judgeDirectly(question, asking, apiUrl, () => clock.now());
      return readReply(200, null, JSON.stringify(answer), question);
    };
  }
  const { url, auth } = asking;
  const askWith = (token: () => Promise<string>) => (holdMs: number) =>
    askGate({ url, token }, question, holdMs, signal);
  if (auth.kind === "token") return askWith(() => Promise.resolve(auth.token));
  const source = idTokenSource(variables);
  if ("fault" in source)
    return () => Promise.resolve({ kind: "unanswered", why: source.fault, isTransient: false });
  return askWith(() => idToken(source, auth.audience));
}

function tell(world: ActionWorld, { hasSummary }: Inputs, reply: Reply): void {
  printRaw(world, reasonOf(reply));
  if (hasSummary) addSummary(world, `${summaryOf(reply)}\n`);
  const { RUNNER_TEMP: folder } = world.variables;
  const path = folder === undefined || folder === "" ? "" : `${folder}/burngate-${world.random()}.json`;
  const blank = { verdict: "inconclusive", allow: "false", reason: reasonOf(reply), id: "", url: "" };
  if (reply.kind === "unanswered")
    return setOutputs(world, { ...blank, "budget-remaining": "", "burn-rate-max": "", json: "" });
  if (path !== "") world.append(path, reply.text);
  const { verdict, allow, reason, id, url } = reply.answer;
  setOutputs(world, {
    verdict,
    allow: String(allow),
    reason,
    id: id ?? "",
    url: url ?? "",
    json: path,
    ...numbersOf(reply.answer),
  });
}

/** The least that is left of any budget, and the fastest that any burns; empty where nothing was measured. */
function numbersOf({ slos }: ReadAnswer): Readonly<Record<"budget-remaining" | "burn-rate-max", string>> {
  const left = slos.flatMap(({ budgetRemaining }) => budgetRemaining ?? []);
  const rates = slos.flatMap(({ burn }) => Object.values(burn).flatMap((rate) => rate ?? []));
  return {
    "budget-remaining": left.length === 0 ? "" : String(Math.min(...left)),
    "burn-rate-max": rates.length === 0 ? "" : String(Math.max(...rates)),
  };
}

function exitFor(world: ActionWorld, { mode, onError }: Inputs, reply: Reply): 0 | 1 {
  const verdict = reply.kind === "answered" ? reply.answer.verdict : "inconclusive";
  const reason = reasonOf(reply);
  switch (verdict) {
    case "allow":
      return 0;
    case "warn":
      annotate(world, "warning", reason);
      return 0;
    case "block":
      annotate(world, mode === "warn" ? "warning" : "error", reason);
      return mode === "warn" ? 0 : 1;
    case "inconclusive":
      annotate(world, onError === "warn" ? "warning" : "error", `Could not be determined: ${reason}`);
      return onError === "warn" ? 0 : 1;
  }
}

function reasonOf(reply: Reply): string {
  return reply.kind === "answered" ? reply.answer.reason : reply.why;
}
