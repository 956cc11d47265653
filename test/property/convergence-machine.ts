/**
 * The machine without its edges: ledger, intake, worker, policies, measurements and publishing are the product's own; deliveries are handed to it as the
 * door would, GitHub is read as it was when the newest of them was made, and statuses are kept here.
 */
import type { Events } from "../../src/gate/events.ts";
import { ok } from "../../src/gate/failure.ts";
import { shareMeasurements } from "../../src/gate/measure.ts";
import { patienceOf } from "../../src/gate/patience.ts";
import { policiesOf } from "../../src/gate/policy-of.ts";
import type { GitHubReader, Measurer, PostedStatus } from "../../src/gate/ports.ts";
import type { GitHubWriter } from "../../src/gate/writer-port.ts";
import { queueSweeps } from "../../src/gate/sweep.ts";
import { workerOf } from "../../src/gate/worker.ts";
import { hintOf } from "../../src/github/delivery.ts";
import { contextOf } from "../../src/github/status.ts";
import { directoryOf } from "../../src/prometheus/data-source.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { openSource } from "../world/app.ts";
import { manualClock } from "../world/clock.ts";
import { quietWorld } from "../world/quiet-world.ts";
import { lookedAt } from "./delivery-history.ts";
import type { Lived } from "./lived-history.ts";

/** What a machine is fed: a delivery by its place in the history, the command to work off all that waits, or to compare everything with GitHub. */
export type Feed = number | "work" | "sweep";

/** Feeds a fresh machine and gives the statuses that GitHub would show at the end, by commit and context. */
export async function statusesAfter(
  feed: readonly Feed[],
  lived: Lived,
  measurer: Measurer,
): Promise<ReadonlyMap<string, string>> {
  const database = openSqlite(":memory:");
  await migrate(database.db);
  const ledger = ledgerIn(database.db);
  const posted = new Map<string, PostedStatus>();
  const clock = manualClock(lookedAt);
  const events = new Proxy({} as Events, {
    get: (_, name: string) => (task: unknown, error: unknown) => {
      // Nothing fails in this world, so nothing is put off and nothing is given up.
      if (name === "buried" || name === "postponed")
        throw new Error(`${name}: ${String(task)}`, { cause: error });
    },
  });
  let newest = -1;
  let mayCompare = lived.kind !== "plain";
  const github: GitHubReader = new Proxy(lived.reader, {
    get(_, name: keyof GitHubReader) {
      if (name === "status")
        return (_of: unknown, sha: string, context: string) =>
          Promise.resolve(ok(posted.get(`${sha} ${context}`)));
      if (name === "openPulls" && !mayCompare)
        throw new Error("a plain history gives no reason to compare everything with GitHub");
      return lived.readerAt(newest)[name];
    },
  });
  const writer: GitHubWriter = {
    takeTurn: () => Promise.resolve(undefined),
    pausedInstallations: () => new Map(),
    write(_, write) {
      if (write.kind !== "status") throw new Error(`a ${write.kind} is not to be written`);
      const { sha, context, state, description } = write;
      // The first word to a repository is said once, on whatever its head is then, and no verdict.
      if (!description.startsWith("Burngate is installed"))
        posted.set(`${sha} ${context}`, { state, description });
      return Promise.resolve(ok({ id: undefined }));
    },
  };
  const sources = directoryOf([openSource("main", "http://127.0.0.1:9")]);
  const measurements = shareMeasurements(ledger, measurer, clock, events, 30_000);
  const policies = policiesOf({ github, sources, ledger, clock, events }, clock.now());
  const posting = { ...quietWorld.posted, defaultBranch: () => Promise.resolve(ok("main")) };
  const world = {
    ...quietWorld,
    posted: posting,
    ledger,
    github,
    policies,
    measurements,
    writer,
    clock,
    events,
    contextOf,
    patience: patienceOf(github, clock),
  };
  const worker = workerOf(world, 8);
  for (const one of feed) {
    // What happens later is later, and all of it within the second that everybody looks at.
    clock.advance(1);
    if (typeof one === "number") {
      const { guid, event, payload } = lived.deliveries[one]!;
      newest = Math.max(newest, one);
      const hint = hintOf(event, payload);
      if (hint !== undefined) await ledger.deliveries.accept({ id: guid, name: event, hint }, clock.now());
      continue;
    }
    if (one === "sweep") {
      mayCompare = true;
      await queueSweeps(world);
    }
    await worker.processAll();
  }
  await worker.processAll();
  const { waiting, running, buried } = await ledger.queue.counts();
  if (waiting + running + buried > 0)
    throw new Error(`the machine does not come to rest: ${waiting} wait, ${buried} are buried`);
  await database.close();
  return new Map([...posted].map(([key, { state, description }]) => [key, `${state}: ${description}`]));
}
