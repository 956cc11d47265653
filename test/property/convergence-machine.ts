/**
 * The machine without its edges: ledger, intake, worker, policies, measurements and publishing are the product's own; deliveries are handed to it as the
 * door would, GitHub is read through the product's own client and, since it stands still, once for each question, and statuses are kept here.
 */
import { Octokit } from "@octokit/rest";
import type { Instant } from "../../src/domain/instant.ts";
import type { Events } from "../../src/gate/events.ts";
import { ok } from "../../src/gate/failure.ts";
import { shareMeasurements } from "../../src/gate/measure.ts";
import { policiesOf } from "../../src/gate/policy-of.ts";
import type { GitHubReader, Measurer, PostedStatus, StatusWriter } from "../../src/gate/ports.ts";
import { workerOf } from "../../src/gate/worker.ts";
import { tokenClient } from "../../src/github/client.ts";
import { hintOf } from "../../src/github/delivery.ts";
import { readerOver } from "../../src/github/reader.ts";
import { contextOf } from "../../src/github/status.ts";
import { directoryOf } from "../../src/prometheus/data-source.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { openSource } from "../world/app.ts";
import type { WebhookDelivery } from "../world/github-outbox.ts";
import type { History } from "./delivery-history.ts";

/** Calls each method once for each list of arguments and remembers what it gave. */
export function remembering<T extends object>(target: T): T {
  const answers = new Map<string, unknown>();
  return new Proxy(target, {
    get(_, name: keyof T & string) {
      const method = target[name];
      if (typeof method !== "function") return method;
      return (...parameters: unknown[]): unknown => {
        const key = JSON.stringify([name, ...parameters]);
        if (!answers.has(key)) answers.set(key, method.apply(target, parameters));
        return answers.get(key);
      };
    },
  });
}

/** GitHub at the end of a history, read over HTTP. */
export function readerOf({ github, clock, repositories }: History): GitHubReader {
  const installation = repositories[0]!.installation!;
  // A file that is not there is told as an error; here it is an answer like any other.
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const kit = new Octokit({ auth: github.installationToken(installation), baseUrl: github.url, log });
  return remembering(readerOver(tokenClient(kit, clock)));
}

/** What a machine is fed: a delivery, or the command to work off all that waits. */
export type Feed = WebhookDelivery | "work";

/** Feeds a fresh machine and gives the statuses that GitHub would show at the end, by commit and context. */
export async function statusesAfter(
  feed: readonly Feed[],
  clock: { now(): Instant },
  reader: GitHubReader,
  measurer: Measurer,
): Promise<ReadonlyMap<string, string>> {
  const database = openSqlite(":memory:");
  await migrate(database.db);
  const ledger = ledgerIn(database.db);
  const posted = new Map<string, PostedStatus>();
  const still = {
    now: () => clock.now(),
    wait: () => Promise.reject(new Error("a stepped machine must not wait")),
  };
  const events = new Proxy({} as Events, {
    get: (_, name: string) => (task: unknown, error: unknown) => {
      // Nothing fails in this world, so nothing is put off and nothing is given up.
      if (name === "buried" || name === "postponed")
        throw new Error(`${name}: ${String(task)}`, { cause: error });
    },
  });
  const github: GitHubReader = {
    ...reader,
    status: (_, sha, context) => Promise.resolve(ok(posted.get(`${sha} ${context}`))),
  };
  const writer: StatusWriter = {
    takeTurn: () => undefined,
    pausedInstallations: () => new Map(),
    post(_, { sha, context, state, description }) {
      posted.set(`${sha} ${context}`, { state, description });
      return Promise.resolve(ok(undefined));
    },
  };
  const sources = directoryOf([openSource("main", "http://127.0.0.1:9")]);
  const measurements = shareMeasurements(ledger, measurer, still, events, 30_000);
  const policies = policiesOf({ github, sources, ledger, clock: still, events }, clock.now());
  const worker = workerOf(
    { ledger, github, policies, measurements, writer, clock: still, events, contextOf },
    8,
  );
  for (const one of feed) {
    if (one === "work") {
      await worker.processAll();
      continue;
    }
    const hint = hintOf(one.event, one.payload);
    if (hint !== undefined)
      await ledger.deliveries.accept({ id: one.guid, name: one.event, hint }, clock.now());
  }
  await worker.processAll();
  const { waiting, running, buried } = await ledger.queue.counts();
  if (waiting + running + buried > 0)
    throw new Error(`the machine does not come to rest: ${waiting} wait, ${buried} are buried`);
  await database.close();
  return new Map([...posted].map(([key, { state, description }]) => [key, `${state}: ${description}`]));
}
