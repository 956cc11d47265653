/** `burngate token`: makes, shows and ends the tokens that callers of the gate show. */
import { randomBytes } from "node:crypto";
import { hashOf, newToken } from "../callers/token-text.ts";
import { parseDuration } from "../domain/duration.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import type { Environment } from "../environment.ts";
import type { GateToken, Tokens } from "../gate/tokens.ts";
import { tokensIn } from "../store/tokens.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { tokenHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { type LedgerCall, runOnLedger } from "./start-ledger.ts";

/** Runs the command and gives its exit code. */
export function runToken(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const options = ["name", "repo", "environment", "expires"];
  return runOnLedger(
    {
      help: tokenHelp,
      missing: "refuse",
      options,
      async work(database, format, call) {
        const tokens = tokensIn(database.db);
        const [command = ""] = call.words;
        switch (command) {
          case "create":
            return create(tokens, call, format, output);
          case "list":
            return list(tokens, format, output);
          case "revoke":
            return revoke(tokens, call, output);
          default:
            throw new UsageError("say create, list or revoke; see burngate token --help");
        }
      },
    },
    args,
    environment,
    output,
  );
}

async function create(
  tokens: Tokens,
  { words, given }: LedgerCall,
  format: "json" | "text",
  output: Output,
): Promise<ExitCode> {
  const [name = "", ...others] = given("name");
  if (words.length > 1 || others.length > 0 || !/^[^\p{Cc}]{1,60}$/u.test(name))
    throw new UsageError("create wants one --name, of at most 60 characters: who will show the token");
  const repositories = given("repo");
  const wrong = repositories.find((one) => !/^[\w.*-]{1,100}\/[\w.*-]{1,100}$/.test(one));
  if (repositories.length === 0 || wrong !== undefined)
    throw new UsageError("name at least one --repo OWNER/NAME; `*` is any run of characters: 'acme/*'");
  const environments = given("environment");
  if (environments.some((one) => one === "" || one.length > 255))
    throw new UsageError("--environment wants a name, `*` is any run of characters");
  const now = Date.now();
  const { id, secret, text } = newToken(randomBytes);
  const token = {
    id,
    name,
    repositories,
    environments: environments.length === 0 ? undefined : environments,
    createdAt: now,
    expiresAt: expiryOf(given("expires"), now),
  };
  await tokens.add(token, hashOf(secret));
  if (format === "json") output.out(`${JSON.stringify({ ...token, token: text })}\n`);
  else {
    output.out(`${text}\n`);
    output.err("This is the only time it is shown. Keep it where secrets are kept.");
  }
  return exit.open;
}

function expiryOf(given: readonly string[], now: Instant): Instant | undefined {
  const [text] = given;
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined || ms < 60_000 || ms > 3660 * 86_400_000)
    throw new UsageError("--expires wants a length of time such as 90d");
  return now + ms;
}

async function list(tokens: Tokens, format: "json" | "text", output: Output): Promise<ExitCode> {
  const all = await tokens.list();
  const now = Date.now();
  output.out(
    format === "json"
      ? `${JSON.stringify({ tokens: all })}\n`
      : printable(all.length === 0 ? "none\n" : `${all.map((one) => lineOf(one, now)).join("\n")}\n`),
  );
  return exit.open;
}

function lineOf({ id, name, repositories, environments, ...times }: GateToken, now: Instant): string {
  const { expiresAt, revokedAt, lastUsedAt } = times;
  const state =
    revokedAt !== undefined
      ? `revoked ${formatInstant(revokedAt)}`
      : expiresAt !== undefined && expiresAt <= now
        ? `expired ${formatInstant(expiresAt)}`
        : expiresAt === undefined
          ? "does not expire"
          : `until ${formatInstant(expiresAt)}`;
  const use = lastUsedAt === undefined ? "never used" : `used ${formatInstant(lastUsedAt)}`;
  const where = environments === undefined ? "any environment" : environments.join(", ");
  return `${id}  ${name}  ${repositories.join(", ")}  ${where}  ${state}, ${use}`;
}

async function revoke(tokens: Tokens, { words }: LedgerCall, output: Output): Promise<ExitCode> {
  const [, id, ...others] = words;
  if (id === undefined || others.length > 0) throw new UsageError("revoke wants one id; `list` shows them");
  if (await tokens.revoke(id, Date.now())) {
    output.out(`${printable(id)} is refused from now on.\n`);
    return exit.open;
  }
  output.err(`burngate: there is no token ${printable(id)}, or it was revoked before`);
  return exit.held;
}
