/** `burngate queue`: tells what waits in the ledger, and how far its flips have come. */
import type { Environment } from "../environment.ts";
import type { Database } from "../store/database.ts";
import { nextWrites } from "../store/lanes.ts";
import { ledgerIn } from "../store/ledger.ts";
import { exit, type ExitCode } from "./exit.ts";
import { queueHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { queueText } from "./print-queue.ts";
import { runOnLedger } from "./start-ledger.ts";

/** How many of the flips that finished last are told. */
const finishedShown = 10;

/** Runs the command and gives its exit code. */
export function runQueue(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const work = async (database: Database, format: "json" | "text"): Promise<ExitCode> => {
    const { queue, flips, registry } = ledgerIn(database.db);
    const now = Date.now();
    const writes = await nextWrites(database.db);
    const openFlips = await flips.open();
    const finishedFlips = await flips.finished(finishedShown);
    const backlog = (await queue.backlog(now)).map((one) => ({
      ...one,
      nextWriteAt: one.installationId === undefined ? undefined : writes.get(one.installationId),
    }));
    const ids = [...backlog, ...openFlips, ...finishedFlips].flatMap(
      ({ repositoryId }) => repositoryId ?? [],
    );
    const names = new Map<number, string>();
    for (const id of new Set(ids)) {
      const repository = await registry.repository(id);
      if (repository !== undefined) names.set(id, `${repository.owner}/${repository.name}`);
    }
    const view = { backlog, openFlips, finishedFlips };
    output.out(format === "json" ? `${JSON.stringify(view)}\n` : queueText(view, names, now));
    return backlog.some(({ buried }) => buried > 0) ? exit.held : exit.open;
  };
  return runOnLedger({ help: queueHelp, missing: "refuse", work }, args, environment, output);
}
