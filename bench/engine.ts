import { sql } from "kysely";
import { defaultCallerRules } from "../src/callers/issuer.ts";
import { compose, type Machine } from "../src/compose.ts";
import { Secret } from "../src/domain/secret.ts";
import { type Pull, type Repository, subjectOf } from "../src/domain/subject.ts";
import type { Clock } from "../src/gate/ports.ts";
import { logTo } from "../src/observe/log.ts";
import { ledgerIn } from "../src/store/ledger.ts";
import { migrate } from "../src/store/migrate.ts";
import { openSqlite } from "../src/store/sqlite.ts";
import { appKey } from "./contender.ts";
import { repositoryId, shaOf, webhookSecret } from "./delivery.ts";

/** A clock that moves only when it is told to. */
export interface StepClock extends Clock {
  advance(ms: number): void;
}

/** A clock that begins now. */
export function stepClock(): StepClock {
  let now = Math.floor(Date.now() / 1000) * 1000;
  return {
    now: () => now,
    // Whoever waits moves it on: nobody else does meanwhile.
    wait(ms) {
      now += ms;
      return Promise.resolve();
    },
    advance(ms) {
      now += ms;
    },
  };
}

/** The machine in this process, stepped by whoever opened it. */
export async function openEngine(databasePath: string, worldUrl: string, clock: Clock): Promise<Machine> {
  const plain = { auth: undefined, tls: {}, headers: {}, timeoutMs: 5000, repositories: ["**"] };
  return compose(
    {
      appId: 1,
      privateKey: new Secret(() => appKey),
      webhookSecret: new Secret(() => webhookSecret),
      alertmanagerToken: undefined,
      callerRules: defaultCallerRules,
      eventSinks: [],
      gitlab: undefined,
      githubApiUrl: worldUrl,
      writesPerSecond: 3,
      dataSources: [{ ...plain, id: "main", url: new URL(worldUrl) }],
      databasePath,
      databaseUrl: undefined,
      host: "127.0.0.1",
      port: 0,
      tickMs: 30_000,
      sweepMs: 86_400_000,
      scanMs: 86_400_000,
      retention: { deliveriesMs: 7 * 86_400_000, evidenceMs: 400 * 86_400_000 },
      logLevel: "silent",
    },
    clock,
    logTo("silent"),
  );
}

/** A repository of the bench, in an installation of its own. */
export function benchRepository(index: number): Repository {
  const id = repositoryId(index);
  return {
    id,
    owner: "bench",
    name: `r${index}`,
    isPublic: false,
    installationId: id,
    defaultBranch: "main",
  };
}

/** What a pull request is for the order in which many are told: what merges by itself first, drafts last. */
export function rankOf(index: number): "auto_merge" | "ready" | "draft" {
  if (index % 10 === 0) return "auto_merge";
  return index % 10 === 9 ? "draft" : "ready";
}

/** The n-th open pull request, in one of so many repositories. */
export function benchPull(index: number, repositories: number, updatedAt: number): Pull {
  const rank = rankOf(Math.floor(index / repositories));
  return {
    repositoryId: repositoryId(index % repositories),
    number: Math.floor(index / repositories) + 1,
    headSha: shaOf(index + 1),
    baseRef: "main",
    author: { id: 9, login: "ann", isBot: false },
    isOpen: true,
    isDraft: rank === "draft",
    labels: [],
    isAutoMerge: rank === "auto_merge",
    updatedAt,
  };
}

/** Has the machine hear of new commits on pull requests of all repositories in turn, and judges them. */
export async function playCommits(
  machine: Machine,
  clock: StepClock,
  repositories: number,
  rounds: number,
  from: number,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    // So much later that every installation may be written to again.
    clock.advance(1000);
    for (let index = 0; index < repositories; index += 1) {
      const n = from + round * repositories + index;
      const repository = benchRepository(n % repositories);
      const pull = benchPull(n, repositories, clock.now());
      const hint = { kind: "pull_request", repository, pull, pusher: pull.author } as const;
      await machine.accept({ id: `bench-${n}`, name: "pull_request.synchronize", hint });
    }
    await machine.worker.processAll();
  }
}

/** Opens so many pull requests in the ledger, all of them told what is true in a calm world. */
export async function seedPulls(
  databasePath: string,
  worldUrl: string,
  clock: StepClock,
  amount: { readonly repositories: number; readonly pulls: number },
): Promise<void> {
  const { repositories, pulls } = amount;
  const machine = await openEngine(databasePath, worldUrl, clock);
  await playCommits(machine, clock, repositories, 1, 0);
  const [policy] = await machine.ledger.policies.watched();
  if (policy === undefined) throw new Error("no policy was read");
  const { repositoryId: id, answer } = policy;
  const toldClass = (await machine.ledger.measurements.find(id, answer.origin.revision))?.toldClass;
  if (toldClass === undefined) throw new Error("nothing was measured");
  await machine.stop();

  const database = openSqlite(databasePath);
  const { db } = database;
  await migrate(db);
  // What is seeded need not survive a power cut.
  await sql`pragma synchronous = off`.execute(db);
  const ledger = ledgerIn(db);
  for (let index = repositories; index < pulls; index += 1) {
    const pull = benchPull(index, repositories, clock.now());
    await ledger.pulls.observe(pull, undefined);
    await ledger.subjects.told(subjectOf(pull), toldClass, undefined);
  }
  await database.close();
}
