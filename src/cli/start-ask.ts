/** `burngate check --url`: asks a gate that runs elsewhere, and waits for it to open. */
import { writeFileSync } from "node:fs";
import { askGate, type GateEndpoint } from "../client/gate-client.ts";
import type { GateQuestion } from "../client/gate-question.ts";
import type { Reply } from "../domain/gate-reply.ts";
import { type WaitClock, waitForGate } from "../client/wait.ts";
import { systemClock } from "../system-clock.ts";
import { parseDuration, roughDuration } from "../domain/duration.ts";
import { isLoopback } from "../domain/loopback.ts";
import type { Environment } from "../environment.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import type { Format, Output } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { cut } from "../domain/sentence.ts";
import { replyOutput } from "./print-ask.ts";

/** The options of the command, each as it was written. */
export interface AskOptions {
  readonly url: string;
  readonly repo: string | undefined;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly sha: string | undefined;
  readonly wait: string | undefined;
  readonly poll: string | undefined;
  readonly tokenFile: string | undefined;
  readonly terminationLog: string | undefined;
  readonly format: Format;
}

/** Runs the command and gives its exit code. */
export async function startAsk(
  options: AskOptions,
  environment: Environment,
  output: Output,
  { clock, signal }: AskWorld,
): Promise<ExitCode> {
  const { format, terminationLog } = options;
  const endpoint = endpointOf(options, environment);
  const question = questionOf(options);
  const patience = {
    longestMs: lengthOf("--wait", options.wait ?? "0", 0),
    pollMs: lengthOf("--poll", options.poll ?? "60s", 1000),
  };
  const reply = await waitForGate(
    (waitMs) => askGate(endpoint, question, waitMs, signal),
    patience,
    clock,
    signal,
    (seen, leftMs) => {
      const left = leftMs > 0 ? `; asking for another ${roughDuration(leftMs)}` : "; asking again";
      output.err(printable(`${progressOf(seen, format)}${left}`));
    },
  );
  output.out(replyOutput(reply, format));
  if (terminationLog !== undefined) leaveReason(terminationLog, wordsOf(reply), output);
  return exitOfReply(reply);
}

/** What is seen meanwhile. A workflow's log acts on some lines, so there only words of ours appear in it. */
function progressOf(seen: Reply, format: Format): string {
  if (format !== "github") return wordsOf(seen);
  return seen.kind === "answered" ? seen.answer.verdict : "not known";
}

/** Writes the reason where it is looked for. The verdict stands, wherever it cannot be written. */
function leaveReason(path: string, reason: string, output: Output): void {
  try {
    writeFileSync(path, `${printable(cut(reason, 2000))}\n`);
  } catch (error) {
    output.err(
      printable(`The reason could not be written: ${error instanceof Error ? error.message : "unknown"}`),
    );
  }
}

function exitOfReply(reply: Reply): ExitCode {
  if (reply.kind === "unanswered") return exit.inconclusive;
  switch (reply.answer.verdict) {
    case "allow":
    case "warn":
      return exit.open;
    case "block":
      return exit.held;
    case "inconclusive":
      return exit.inconclusive;
  }
}

function wordsOf(reply: Reply): string {
  return reply.kind === "answered" ? reply.answer.reason : `Not known: ${reply.why}`;
}

function endpointOf({ url: text, tokenFile }: AskOptions, environment: Environment): GateEndpoint {
  const { variables } = environment;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError("--url wants the gate's address, such as https://gate.example.com");
  if (url.username !== "" || url.password !== "")
    throw new UsageError("--url takes no credential; use --token-file or GATE_TOKEN");
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new UsageError("--url must begin with https: the token would cross the network in the clear");
  const file = tokenFile ?? (variables["GATE_TOKEN_FILE"] || undefined);
  const token = variables["GATE_TOKEN"];
  if (file !== undefined) {
    // Projected tokens are exchanged in place before they expire.
    const read = (): string => environment.readFile(file).trim();
    return { url, token: () => Promise.resolve().then(read) };
  }
  if (token === undefined || token === "")
    throw new UsageError("show who asks: --token-file FILE, GATE_TOKEN_FILE or GATE_TOKEN");
  return { url, token: () => Promise.resolve(token.trim()) };
}

function questionOf({ repo = "", environment, service, sha }: AskOptions): GateQuestion {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) throw new UsageError("--repo wants OWNER/NAME, such as acme/shop");
  if (sha !== undefined && !/^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(sha))
    throw new UsageError("--sha wants a whole commit sha");
  return { repo, environment, service, sha };
}

function lengthOf(option: string, text: string, leastMs: number): number {
  const ms = text === "0" ? 0 : parseDuration(text);
  if (ms === undefined || ms < leastMs || ms > 24 * 3_600_000)
    throw new UsageError(`${option} wants a length of time of at most 24h, such as 60s or 1h`);
  return ms;
}

/** Time, and being told to stop. */
export interface AskWorld {
  readonly clock: WaitClock;
  readonly signal: AbortSignal;
}

/** The world of this process: Ctrl-C calls the waiting off, and the last answer is still told. */
export function processWorld(): AskWorld {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  return { clock: systemClock, signal: ending.signal };
}
