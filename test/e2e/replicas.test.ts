/**
 * Three processes share one PostgreSQL while pull requests are opened, pushed to and labelled, and are killed without warning
 * or made to hang, one after the other.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CalmAndBurning, startCalmAndBurning } from "../world/calm-and-burning.ts";
import { startGitHub, type GitHub } from "../world/github.ts";
import { startPostgres, type TestPostgres } from "../world/postgres.ts";
import { type AppProcess, startProcess } from "../world/process.ts";
import { generator } from "../world/generator.ts";
import { type PullStorm, startStorm } from "./pull-storm.ts";

const rounds = 24;

let github: GitHub;
let services: CalmAndBurning;
let server: TestPostgres;
let url: string;
let storm: PullStorm;
let replicas: readonly AppProcess[];

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  [services, server] = await Promise.all([startCalmAndBurning(), startPostgres()]);
  storm = await startStorm(github, services);
  url = await server.schema("replicas");
  // All three begin on a schema that is empty.
  replicas = await Promise.all(
    [1, 2, 3].map(async () =>
      startProcess({
        github,
        prometheusUrl: services.prometheus.url,
        variables: { DATABASE_URL: url, GITHUB_WRITES_PER_SECOND: "3" },
      }),
    ),
  );
}, 180_000);

afterAll(async () => {
  await Promise.all(replicas.map(async (replica) => replica.remove()));
  await services.stop();
  await github.stop();
  await server.stop();
});

const rows = async (text: string) => server.query(text, url);

it(
  `[T16] share the work through ${rounds} kills: each delivery worked, each verdict reached and each status written once`,
  { timeout: 600_000 },
  async () => {
    const next = generator(20_261_123);
    let leased = 0;
    for (let round = 0; round < rounds; round += 1) {
      const relieve = storm.hinder(next);
      for (let action = 0; action <= next(3); action += 1) {
        replicas[next(3)]!.receive();
        storm.act(next);
      }
      await pause(next(350));
      const victim = replicas[next(3)]!;
      await victim.end("SIGKILL");
      leased += (await rows("select 1 from jobs where lease_until is not null")).length;
      relieve();
      await github.settled();
      expect(await lost(), `round ${round}`).toEqual([]);
      await victim.start();
      await github.redeliverFailed();
    }
    // Kills that met nothing in anybody's hands would show nothing.
    expect(leased).toBeGreaterThan(5);
    await atRest();
    storm.expectRight();
    expect(storm.doubles()).toEqual([]);
    expect(await twiceReached()).toEqual([]);
    github.assertClean();
  },
);

it("go on without one that hangs: what it held is taken over within 30 s", { timeout: 300_000 }, async () => {
  const [hung, ...others] = replicas;
  const hold = github.fail({ method: "POST", path: /\/statuses\//, times: Infinity, holdMs: 60_000 });
  // Only one is there to take the work into its hands.
  for (const replica of others) replica.signal("SIGSTOP");
  hung!.receive();
  const repository = storm.repositories[0]!;
  const pull = repository.openPull({ head: "held-up", author: "bob", files: { "b.txt": "b" } });
  await github.settled();
  const told = () => repository.latestStatus(pull.headSha, "error-budget: main")?.state;
  // GitHub has its status and keeps the answer back: one that was about to send would say the same once more when it wakes.
  await expect.poll(told, { timeout: 30_000 }).toBe("success");
  hung!.signal("SIGSTOP");
  expect(await held(pull.headSha)).toHaveLength(1);
  const [{ lease_until: leaseUntil } = {}] = await held(pull.headSha);
  hold();
  expect(Number(leaseUntil) - Date.now()).toBeLessThanOrEqual(30_000);
  for (const replica of others) replica.signal("SIGCONT");
  await expect.poll(async () => held(pull.headSha), { timeout: 60_000 }).toEqual([]);
  expect(told()).toBe("success");
  hung!.signal("SIGCONT");
  await atRest();
  expect(storm.doubles()).toEqual([]);
});

/** The job of judging a commit, while somebody has it in his hands. */
async function held(sha: string): ReturnType<typeof rows> {
  return rows(`select lease_until from jobs where key like 'subject:%:${sha}:%' and lease_until is not null`);
}

/** Webhooks that were acknowledged and are not stored, or stored without being worked or waiting for it. */
async function lost(): Promise<readonly unknown[]> {
  // Before the ledger is read: what is acknowledged meanwhile is stored after that.
  const acknowledged = [...storm.acknowledged()];
  const stored = new Set((await rows("select id from deliveries")).map(({ id }) => id));
  const idle = await rows(
    "select id from deliveries where worked_at is null and not exists (select 1 from jobs where key = 'delivery:' || id)",
  );
  return [...acknowledged.filter((guid) => !stored.has(guid)), ...idle];
}

/** Verdicts that say of a subject what the one before has said. */
async function twiceReached(): Promise<readonly unknown[]> {
  return rows(`
    select * from (
      select head_sha, report_class, lag(report_class) over (partition by repository_id, head_sha, gate order by id) as before
      from verdicts
    ) as pairs where report_class = before`);
}

/** Resolves when every webhook is acknowledged and nothing is left to do over two ticks. */
async function atRest(): Promise<void> {
  const deadline = Date.now() + 240_000;
  for (let calmLooks = 0; calmLooks < 3;) {
    await github.settled();
    await github.redeliverFailed();
    const waiting = await rows("select key from jobs where buried_at is null");
    calmLooks = waiting.length === 0 ? calmLooks + 1 : 0;
    if (Date.now() > deadline) throw new Error(`not at rest: ${JSON.stringify(waiting)}`);
    await pause(700);
  }
}
