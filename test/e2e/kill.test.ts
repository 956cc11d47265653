/**
 * Fifty times the process is killed without warning while pull requests are opened, pushed to and labelled.
 * GitHub redelivers what was not acknowledged, as an operator or a script would make it; everything else is
 * the app's own memory.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startGitHub, type GitHub } from "../world/github.ts";
import { startProcess, type AppProcess } from "../world/process.ts";
import { generator } from "../world/generator.ts";
import { type PullStorm, startStorm } from "./pull-storm.ts";
import { type CalmAndBurning, startCalmAndBurning } from "../world/calm-and-burning.ts";

const rounds = 50;

let github: GitHub;
let services: CalmAndBurning;
let app: AppProcess;
let storm: PullStorm;

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  services = await startCalmAndBurning();
  storm = await startStorm(github, services);
  app = await startProcess({
    github,
    prometheusUrl: services.prometheus.url,
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
      const relieve = storm.hinder(next);
      for (let action = 0; action <= next(3); action += 1) storm.act(next);
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
    expect(storm.acknowledged().size).toBeGreaterThan(rounds);
    expect(met.leased).toBeGreaterThan(10);
    expect(met.unfinished).toBeGreaterThan(10);
    await atRest();
    storm.expectRight();
    expect(storm.doubles()).toEqual([]);
    github.assertClean();
  },
);

/** Webhooks that were acknowledged and are not on disk, or on disk without being worked or waiting for it. */
function lost(): readonly string[] {
  const stored = new Set(app.rows("select id from deliveries").map(({ id }) => id));
  const idle = app.rows(
    "select id from deliveries where worked_at is null and not exists (select 1 from jobs where key = 'delivery:' || id)",
  );
  return [
    ...[...storm.acknowledged()].filter((guid) => !stored.has(guid)),
    ...idle.map(({ id }) => String(id)),
  ];
}

/** Each lease that some hand has, by job and claim. */
function leases(): readonly string[] {
  return app
    .rows("select key, claim from jobs where lease_until is not null")
    .map(({ key, claim }) => `${String(key)} ${String(claim)}`);
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
