/** `burngate queue`: tells what waits in the ledger, and how far its flips have come. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeFaults, readDatabaseConfig } from "../config.ts";
import type { Environment } from "../environment.ts";
import { nextWrites } from "../store/lanes.ts";
import { ledgerIn } from "../store/ledger.ts";
import { openDatabase } from "../store/open.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { queueHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { queueText } from "./print-queue.ts";

/** Whom nobody listens to has nothing to wait for. */
const clock = { now: () => Date.now(), wait: () => Promise.resolve() };

/** How many of the flips that finished last are told. */
const finishedShown = 10;

/** Runs the command and gives its exit code. */
export async function runQueue(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const options = {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    output.out(queueHelp);
    return exit.open;
  }
  const { place, faults } = readDatabaseConfig(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  // Opening would make a new and empty ledger, and tell that all is well.
  if (place.databaseUrl === undefined && !existsSync(place.databasePath))
    throw new UsageError(`there is no ledger at ${place.databasePath}; see DATABASE_PATH and DATABASE_URL`);
  const database = openDatabase(place, clock, (error) => output.err(`burngate: ${String(error)}`));
  try {
    const { queue, flips, registry } = ledgerIn(database.db);
    const now = clock.now();
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
    output.out(values.json ? `${JSON.stringify(view)}\n` : queueText(view, names, now));
    return backlog.some(({ buried }) => buried > 0) ? exit.held : exit.open;
  } finally {
    await database.close();
  }
}
