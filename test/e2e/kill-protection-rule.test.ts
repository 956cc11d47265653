/**
 * Jobs that wait for us while the process is killed without warning, while Prometheus is down and while the policy is
 * broken: each is answered after the next start, once, and none is let go on by numbers that do not allow it. [T22]
 */
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asShown, deploying } from "../scenario/gated-shop.ts";
import { type CalmAndBurning, startCalmAndBurning } from "../world/calm-and-burning.ts";
import { policyFor } from "../world/checkout.ts";
import type { Repository } from "../world/github-repository.ts";
import type { WorkflowRun } from "../world/github-workflow-run.ts";
import { type GitHub, startGitHub } from "../world/github.ts";
import { type AppProcess, startProcess } from "../world/process.ts";
import { type PrometheusLine, startPrometheusLine } from "../world/prometheus-line.ts";

const policies = {
  calm: policyFor("calm"),
  burning: policyFor("burning"),
  broken: "version: 1\nobjectives: []\n",
} as const;
type Kind = keyof typeof policies;
const kinds: readonly Kind[] = ["calm", "burning", "broken"];

/** How the jobs of a round must end, whatever came between. */
const ends = {
  calm: { state: "succeeded", says: /^\*\*Error budget gate: open\.\*\* calm: / },
  burning: {
    state: "rejected",
    says: /^\*\*Error budget gate: shut\.\*\* Rejected\.[^]*- burning: \d+h burn/,
  },
  broken: { state: "rejected", says: /not known\.\*\* Rejected[^]*Policy cannot be used/ },
} as const;

/** How they must end when Prometheus told nothing. */
const unknown = {
  calm: { state: "rejected", says: /not known\.\*\* Rejected\.[^]*Not measured: calm/ },
  burning: { state: "rejected", says: /not known\.\*\* Rejected\.[^]*Not measured: burning/ },
  broken: ends.broken,
} as const;

/** Answers and words in between. */
const reviews = { method: "POST", path: /\/deployment_protection_rule$/ };

let github: GitHub;
let services: CalmAndBurning;
let line: PrometheusLine;
let app: AppProcess;
/** One of each kind for every test: nobody measures a fresh repository's policy by numbers of the test before. */
let shelves: Record<Kind, Repository>[];

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef", ...deploying });
  github.team("acme", "sre", { ann: "active" });
  services = await startCalmAndBurning();
  line = await startPrometheusLine(services.prometheus.url);
  const installation = github.installation({ account: "acme" });
  const made = (kind: Kind, shelf: number): Repository => {
    const repository = github.repository({ owner: "acme", name: `${kind}-${shelf}`, installation });
    repository.permit("bob", "write");
    repository.commit("main", { ".github/slo-policy.yml": policies[kind] });
    repository.environments.create("production");
    repository.environments.enableRule("production");
    return repository;
  };
  shelves = Array.from({ length: 6 }, (_, shelf) => ({
    calm: made("calm", shelf),
    burning: made("burning", shelf),
    broken: made("broken", shelf),
  }));
  app = await startProcess({
    github,
    prometheusUrl: line.url,
    variables: { GITHUB_WRITES_PER_SECOND: "3" },
  });
});

afterAll(async () => {
  await app.remove();
  await line.stop();
  await services.stop();
  await github.stop();
  github.assertClean();
});

/** Starts a run in a fresh repository of each kind, and waits until each request is acknowledged. */
async function ask(): Promise<Record<Kind, WorkflowRun>> {
  const shelf = shelves.pop();
  if (shelf === undefined) throw new Error("a test more than there are repositories");
  const run = (kind: Kind): WorkflowRun =>
    shelf[kind].actions.run({ ref: "main", environment: "production", by: "bob" });
  const runs = { calm: run("calm"), burning: run("burning"), broken: run("broken") };
  await github.settled();
  return runs;
}

/** Resolves when something is so; throws what did not become so within half a minute. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo(); await pause(10))
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
}

/** Waits for the answers, and holds them against what they must be. */
async function answered(
  runs: Record<Kind, WorkflowRun>,
  wanted: typeof ends | typeof unknown,
): Promise<void> {
  for (const kind of kinds) {
    const run = runs[kind];
    await until(`an answer to ${kind}`, () => run.state !== "waiting" && told(run).length > 0);
    expect([kind, run.state, asShown(run.review?.comment)]).toEqual([
      kind,
      wanted[kind].state,
      expect.stringMatching(wanted[kind].says),
    ]);
    expect(told(run), kind).toHaveLength(1);
  }
  await until("rest", () => app.rows("select key from askers where ended_at is null").length === 0);
  expect(app.rows("select key from jobs where buried_at is not null or faults > 0")).toEqual([]);
}

/** What the audit log has of the answer to a run. */
function told(run: WorkflowRun): readonly unknown[] {
  const lines = app.rows("select about, detail from audit where kind = 'deployment_answered'");
  return lines.filter(({ about }) => String(about).includes(`${run.id}`));
}

async function restart(): Promise<void> {
  await app.end("SIGKILL");
  await app.start();
}

const isWaiting = (run: WorkflowRun): boolean => run.state === "waiting";

it("[T22] answers what was asked right before the process was killed", async () => {
  // So slow that the kill comes first.
  const relieve = github.fail({ path: /\/git\/ref\//, times: Infinity, holdMs: 500 });
  const runs = await ask();
  await app.end("SIGKILL");
  relieve();
  expect(kinds.map((kind) => runs[kind]).every(isWaiting)).toBe(true);
  await app.start();
  await answered(runs, ends);
});

it("[T22] answers what it was killed over while it asked Prometheus", async () => {
  line.hang();
  const before = line.asked;
  const runs = await ask();
  await until("a question", () => line.asked > before);
  await app.end("SIGKILL");
  expect([runs.calm, runs.burning].every(isWaiting)).toBe(true);
  line.pass();
  await app.start();
  await answered(runs, ends);
});

it("[T22] answers what it was killed over before GitHub had the answer", async () => {
  const relieve = github.fail({ ...reviews, times: Infinity, delayMs: 1000, destroySocket: true });
  const before = github.count(reviews);
  const runs = await ask();
  await until("an answer on its way", () => github.count(reviews) > before);
  await app.end("SIGKILL");
  relieve();
  expect(kinds.map((kind) => runs[kind]).every(isWaiting)).toBe(true);
  await app.start();
  await answered(runs, ends);
});

it("[T22] says nothing twice when it was killed before it heard that GitHub has the answer", async () => {
  const relieve = github.fail({ ...reviews, times: Infinity, holdMs: 1000 });
  const runs = await ask();
  await until("an answer at GitHub", () => !kinds.map((kind) => runs[kind]).every(isWaiting));
  await app.end("SIGKILL");
  relieve();
  const half = kinds.filter((kind) => !isWaiting(runs[kind])).map((kind) => runs[kind]);
  expect(half.flatMap(told)).toEqual([]);
  await app.start();
  await answered(runs, ends);
});

it("[T22] lets nothing on while Prometheus is down, and answers by its numbers once it is back", async () => {
  await services.prometheus.kill();
  const runs = await ask();
  await until("a word", () => [runs.calm, runs.burning].every(({ reports }) => reports.length > 0));
  await restart();
  const before = line.asked;
  await until("another look", () => line.asked > before + 1);
  await restart();
  expect([runs.calm, runs.burning].every(isWaiting)).toBe(true);
  await services.prometheus.restart();
  await answered(runs, ends);
});

it("[T22] rejects what Prometheus told nothing of for five minutes, also when it was dead all the time", async () => {
  await services.prometheus.kill();
  const runs = await ask();
  await restart();
  await until("a word", () => [runs.calm, runs.burning].every(({ reports }) => reports.length > 0));
  await app.end("SIGKILL");
  sleepThrough(301);
  await app.start();
  await answered(runs, unknown);
  await services.prometheus.restart();
});

/** Lets everybody who waits have waited so much longer: the process's clock is the machine's. */
function sleepThrough(seconds: number): void {
  const ledger = new DatabaseSync(app.databasePath);
  ledger.exec(`update askers set asked_at = asked_at - ${seconds * 1000}`);
  ledger.close();
}
