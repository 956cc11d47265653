/** `burngate evaluations`: tells what quality gates said of deployments, and takes one back. */
import { formatInstant } from "../domain/instant.ts";
import type { Environment } from "../environment.ts";
import type { KeptEvaluation } from "../gate/evaluations.ts";
import { ledgerIn } from "../store/ledger.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { evaluationsHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { type LedgerCall, runOnLedger } from "./start-ledger.ts";

type OpenLedger = ReturnType<typeof ledgerIn>;

/** Runs the command and gives its exit code. */
export function runEvaluations(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const options = ["repo", "count", "reason"];
  return runOnLedger(
    {
      help: evaluationsHelp,
      missing: "refuse",
      options,
      async work(database, format, call) {
        const ledger = ledgerIn(database.db);
        const [command = ""] = call.words;
        switch (command) {
          case "list":
            return list(ledger, call, format, output);
          case "invalidate":
            return invalidate(ledger, call, output);
          default:
            throw new UsageError("say list or invalidate; see burngate evaluations --help");
        }
      },
    },
    args,
    environment,
    output,
  );
}

async function list(
  { registry, evaluations }: OpenLedger,
  { words, given }: LedgerCall,
  format: "json" | "text",
  output: Output,
): Promise<ExitCode> {
  const [slug = "", ...others] = given("repo");
  if (words.length > 1 || others.length > 0 || !/^[^/]+\/[^/]+$/.test(slug))
    throw new UsageError("list wants one --repo OWNER/NAME, such as acme/shop");
  const count = Number(given("count")[0] ?? 20);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw new UsageError("--count wants a whole number between 1 and 1000");
  const known = await registry.activeRepositories();
  const found = known.find(({ owner, name }) => `${owner}/${name}`.toLowerCase() === slug.toLowerCase());
  if (found === undefined) throw new UsageError(`${slug} is not in the ledger; is the App installed there?`);
  const newest = await evaluations.newest(found.id, count);
  output.out(
    format === "json"
      ? `${JSON.stringify({ evaluations: newest })}\n`
      : printable(newest.length === 0 ? "none\n" : `${newest.map(lineOf).join("\n")}\n`),
  );
  return exit.open;
}

function lineOf({ id, at, gate, environment, headSha, data, invalidated }: KeptEvaluation): string {
  const { result, status, evaluation } = data;
  const words =
    status === "errored" ? "error" : `${result}, score ${Math.round(evaluation.score * 100) / 100}`;
  const where = [environment, headSha?.slice(0, 7)].filter((one) => one !== undefined).join(" ");
  const back = invalidated === undefined ? "" : ` (taken back: ${invalidated.because})`;
  return `${id}  ${formatInstant(at)}  ${gate}  ${where}: ${words}${back}`;
}

async function invalidate(
  { evaluations }: OpenLedger,
  { words, given }: LedgerCall,
  output: Output,
): Promise<ExitCode> {
  const [, id, ...others] = words;
  const [because] = given("reason");
  if (id === undefined || others.length > 0)
    throw new UsageError("invalidate wants one id; `list` shows them");
  if (because === undefined || because.trim() === "" || because.length > 500)
    throw new UsageError("say why with --reason, in at most 500 characters: it stays on record");
  if (!(await evaluations.invalidate(id, because, Date.now()))) {
    output.err(`burngate: there is no evaluation ${printable(id)}, or it was taken back before`);
    return exit.held;
  }
  output.out(`${id} is compared with no more.\n`);
  return exit.open;
}
