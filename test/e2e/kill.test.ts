/**
 * Fifty times the process is killed without warning while pull requests are opened, pushed to and labelled.
 * GitHub redelivers what was not acknowledged, as an operator or a script would make it; everything else is
 * the app's own memory.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startGitHub, type GitHub } from "../world/github.ts";
import type { Repository } from "../world/github-repository.ts";
import { startProcess, type AppProcess } from "../world/process.ts";
import { type CalmAndBurning, startCalmAndBurning } from "../world/calm-and-burning.ts";
import { policyFor } from "../world/checkout.ts";

const rounds = 50;
const context = "error-budget: main";

let github: GitHub;
let services: CalmAndBurning;
let app: AppProcess;
let calm: Repository;
let burning: Repository;

/** A small generator with a seed (mulberry32), so that a failing run's actions can be played again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  github.team("acme", "sre", { ann: "active" });
  services = await startCalmAndBurning();
  const { prometheus } = services;
  const repository = (name: string): Repository => {
    // One installation each, so that each has a write budget of its own.
    const installation = github.installation({ account: name === "calm" ? "acme" : "globex" });
    const made = github.repository({ owner: installation.account.login, name, installation });
    made.permit("ann", "maintain");
    made.permit("bob", "write");
    made.commit("main", {
      ".github/slo-policy.yml": policyFor(name).replace("teams: [acme/sre]", "permission: maintain"),
    });
    return made;
  };
  calm = repository("calm");
  burning = repository("burning");
  await prometheus.scraped();
  app = await startProcess({
    github,
    prometheusUrl: prometheus.url,
    variables: { GITHUB_WRITES_PER_SECOND: "3" },
  });
}, 180_000);

afterAll(async () => {
  await app.remove();
  await services.stop();
  await github.stop();
});

it(
  `[T16] survives ${rounds} kills at random moments: every open pull request ends right, none lost, none doubled`,
  { timeout: 600_000 },
  async () => {
    const next = generator(20_261_122);
    const met = { leased: 0, unfinished: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const relieve = hinder(next);
      for (let action = 0; action <= next(3); action += 1) act(next);
      await pause(next(350));
      await app.end("SIGKILL");
      relieve();
      await github.settled();
      expect(lost(), `round ${round}`).toEqual([]);
      const held = leases();
      met.leased += held.length;
      met.unfinished += app.rows("select * from reports where intent is not null").length;
      await app.start();
      const stillHeld = new Set(leases());
      expect(
        held.filter((lease) => stillHeld.has(lease)),
        `dead hands of round ${round}`,
      ).toEqual([]);
      await github.redeliverFailed();
    }
    // Kills that met nothing in the machine's hands would show nothing.
    expect(acknowledged().size).toBeGreaterThan(rounds);
    expect(met.leased).toBeGreaterThan(10);
    expect(met.unfinished).toBeGreaterThan(10);
    await atRest();
    for (const repository of [calm, burning]) {
      for (const pull of [...repository.pulls.values()].filter((one) => one.state === "open")) {
        const wanted = expected(repository, pull.number);
        expect(
          repository.latestStatus(pull.head.sha, context),
          `#${pull.number} of ${repository.fullName}`,
        ).toMatchObject(wanted);
      }
    }
    expect(doubles()).toEqual([]);
    github.assertClean();
  },
);

/**
 * In two rounds of three GitHub is slow with statuses: it has them and keeps its answer back, or it never does
 * what it was asked. So kills meet half-sent letters of both kinds.
 */
function hinder(next: (below: number) => number): () => void {
  const statuses = { method: "POST", path: /\/statuses\//, times: Infinity };
  switch (next(3)) {
    case 0:
      return github.fail({ ...statuses, holdMs: 400 });
    case 1:
      return github.fail({ ...statuses, delayMs: 400, destroySocket: true });
    default:
      return () => {};
  }
}

/** GUIDs of the webhooks that were answered with the promise that they are kept. */
function acknowledged(): ReadonlySet<string> {
  const kept = github.deliveries.filter(({ attempts }) =>
    attempts.some(({ answer }) => answer === "Stored.\n" || answer === "Known already.\n"),
  );
  return new Set(kept.map(({ guid }) => guid));
}

/** Webhooks that were acknowledged and are not on disk, or on disk without being worked or waiting for it. */
function lost(): readonly string[] {
  const stored = new Set(app.rows("select id from deliveries").map(({ id }) => id));
  const idle = app.rows(
    "select id from deliveries where worked_at is null and not exists (select 1 from jobs where key = 'delivery:' || id)",
  );
  return [...[...acknowledged()].filter((guid) => !stored.has(guid)), ...idle.map(({ id }) => String(id))];
}

/** Each lease that some hand has, by job and claim. */
function leases(): readonly string[] {
  return app
    .rows("select key, claim from jobs where lease_until is not null")
    .map(({ key, claim }) => `${String(key)} ${String(claim)}`);
}

const labelled = new Set<number>();

function act(next: (below: number) => number): void {
  const repository = next(2) === 0 ? calm : burning;
  const open = [...repository.pulls.values()].filter((one) => one.state === "open");
  const pull = open[next(Math.max(1, open.length))];
  const choice = pull === undefined || open.length < 3 ? 0 : next(4);
  switch (choice) {
    case 1:
      if (pull !== undefined) {
        repository.push(pull.number, { [`push-${next(1e9)}.txt`]: "x" }, { by: "bob" });
        if (repository === burning) labelled.delete(pull.number);
      }
      break;
    case 2:
      if (pull !== undefined && repository === burning && pull.labels.length === 0) {
        repository.label(pull.number, "hotfix", { by: "ann" });
        labelled.add(pull.number);
      }
      break;
    case 3:
      if (pull !== undefined && open.length > 5) repository.close(pull.number, { by: "bob" });
      break;
    default:
      repository.openPull({
        head: `branch-${next(1e9)}`,
        author: "bob",
        files: { "a.txt": String(next(1e9)) },
      });
  }
}

function expected(repository: Repository, number: number): { state: string; description: unknown } {
  if (repository === calm) return { state: "success", description: expect.stringMatching(/^calm: /) };
  return labelled.has(number)
    ? { state: "success", description: expect.stringMatching(/^Bypassed by @ann/) }
    : { state: "failure", description: expect.stringMatching(/^burning: /) };
}

/** Statuses that say again what the one before said of the same commit, which may have been left since. */
function doubles(): readonly string[] {
  const found: string[] = [];
  const gist = (text: string): string => text.replaceAll(/[\d.]+/g, "n");
  const posted = /\/statuses\/(\w+)$/;
  const shas = new Set(
    github.requests.flatMap(({ method, path }) => (method === "POST" ? (posted.exec(path)?.[1] ?? []) : [])),
  );
  for (const repository of [calm, burning]) {
    for (const sha of shas) {
      const said = repository
        .statuses(sha)
        .map(({ state, description }) => gist(`${state} ${description ?? ""}`));
      found.push(...said.filter((text, index) => index > 0 && said[index - 1] === text));
    }
  }
  return found;
}

/** Resolves when every webhook is acknowledged, the queue is empty and stays so over two ticks. */
async function atRest(): Promise<void> {
  const deadline = Date.now() + 240_000;
  for (let calmLooks = 0; calmLooks < 3;) {
    await github.settled();
    await github.redeliverFailed();
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const isIdle = ["waiting", "running"].every((state) =>
      metrics.includes(`burngate_jobs{state="${state}"} 0`),
    );
    calmLooks = isIdle ? calmLooks + 1 : 0;
    if (Date.now() > deadline)
      throw new Error(`not at rest: ${metrics.match(/^burngate_jobs.*$/gm)?.join(", ") ?? metrics}`);
    await pause(700);
  }
}
