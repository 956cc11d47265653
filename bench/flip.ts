/**
 * A budget flips under many open pull requests, and each must change colour: in simulated time under GitHub's published
 * limit, to see how much of it is used, and on a clock that runs a thousand times as fast, to see what we ourselves can do.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose, type Machine } from "../src/compose.ts";
import type { Config } from "../src/config.ts";
import { Secret } from "../src/domain/secret.ts";
import type { Clock } from "../src/gate/ports.ts";
import { logTo } from "../src/observe/log.ts";
import type { DataSource } from "../src/prometheus/data-source.ts";
import {
  appId,
  installationOf,
  ownerOf,
  repositoryName,
  repositoryOf,
  shaOf,
  webhookSecret,
} from "./place.ts";
import { gitHubServer, gitHubState, type GitHubState } from "./github.ts";
import { prometheusServer, type Service } from "./prometheus.ts";

/** What became of a flip. */
export interface Flip {
  readonly pulls: number;
  readonly installations: number;
  /** How long it took, in seconds of its own clock, and in real ones. */
  readonly seconds: number;
  readonly realSeconds: number;
  /** Writes a minute and installation, as a share of what GitHub's 900 points give: 180. */
  readonly ceilingShare: number;
  readonly lost: number;
  readonly refusals: number;
  /** Pairs of writes of one installation in which something less urgent went before something more urgent. */
  readonly disorders: number;
  /** Requests to Prometheus in the tick that noticed it. */
  readonly prometheusRequests: number;
}

const key = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

const dayMs = 86_400_000;

/** A clock that is moved by hand. */
function steppedClock(at: number): Clock & { advance(ms: number): void } {
  let now = at;
  return {
    now: () => now,
    wait: () => Promise.resolve(),
    advance(ms) {
      now += ms;
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Lets a budget flip under so many pull requests of so many installations, under GitHub's limit. */
export async function measureFlip(installations: number, each: number): Promise<Flip> {
  const clock = steppedClock(Date.parse("2026-11-22T12:00:00Z"));
  const state = gitHubState(() => clock.now(), 900);
  state.openEach = each;
  const service: Service = { errorRatio: 0, requests: 0 };
  const servers = [gitHubServer(state), prometheusServer(service)];
  const [githubApiUrl, prometheus] = await Promise.all(servers.map(listen));
  const folder = mkdtempSync(join(tmpdir(), "burngate-bench-flip-"));
  const machine = await compose(
    configOf(githubApiUrl!, prometheus!, join(folder, "ledger.sqlite")),
    clock,
    logTo("silent"),
  );
  try {
    await openAll(machine, clock, installations);
    await settle(machine, clock);
    // A minute of quiet, so that nothing spent before counts.
    clock.advance(120_000);
    const before = state.accepted.length;
    const asked = service.requests;
    service.errorRatio = 0.5;
    const [begun, begunAt] = [performance.now(), clock.now()];
    await machine.tick();
    const prometheusRequests = service.requests - asked;
    await settle(machine, clock);
    const written = state.accepted.slice(before);
    const last = Math.max(...written.map(({ at }) => at));
    const seconds = (last - begunAt) / 1000;
    return {
      pulls: installations * each,
      installations,
      seconds,
      realSeconds: (performance.now() - begun) / 1000,
      ceilingShare: written.length / installations / ((seconds / 60) * 180),
      lost: installations * each - new Set(written.map(({ sha }) => sha)).size,
      refusals: state.refusals,
      disorders: disordersIn(written, each),
      prometheusRequests,
    };
  } finally {
    await machine.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(githubApiUrl: string, prometheus: string, databasePath: string): Config {
  return {
    appId,
    privateKey: new Secret(() => key),
    webhookSecret: new Secret(() => webhookSecret),
    alertmanagerToken: undefined,
    githubApiUrl,
    writesPerSecond: 3,
    dataSources: [sourceAt(prometheus)],
    databasePath,
    databaseUrl: undefined,
    host: "127.0.0.1",
    port: 0,
    tickMs: 30_000,
    sweepMs: 900_000,
    scanMs: 300_000,
    retention: { deliveriesMs: 7 * dayMs, evidenceMs: 400 * dayMs },
    logLevel: "silent",
  };
}

function sourceAt(url: string): DataSource {
  const none = { auth: undefined, headers: {}, tls: {} };
  return { id: "main", url: new URL(url), repositories: ["*/*"], timeoutMs: 5000, ...none };
}

/** Has every repository known, and its open pull requests found by the sweep. */
async function openAll(machine: Machine, clock: Clock, installations: number): Promise<void> {
  for (let place = 0; place < installations; place += 1) {
    const repository = {
      id: repositoryOf(place),
      owner: ownerOf(place),
      name: repositoryName,
      isPublic: false,
      installationId: installationOf(place),
    };
    await machine.ledger.registry.remember(repository);
    await machine.ledger.registry.setInstallation(repository.installationId, "active", clock.now());
  }
  await machine.sweep();
}

async function settle(machine: Machine, clock: Clock & { advance(ms: number): void }): Promise<void> {
  for (;;) {
    await machine.worker.processAll();
    const { waiting } = await machine.ledger.queue.counts();
    if (waiting === 0) return;
    const due = (await machine.ledger.queue.nextDue()) ?? clock.now();
    clock.advance(Math.min(50, Math.max(10, due - clock.now())));
  }
}

/** How urgent each made pull request of a repository is: about to merge by itself, open, a draft. */
function ranksAt(place: number, each: number): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (let number = 1; number <= each; number += 1)
    ranks.set(shaOf(installationOf(place), number), number % 10 === 1 ? 2 : number % 5 === 0 ? 0 : 1);
  return ranks;
}

/** Writes before which something of less urgency was written to the same installation. */
function disordersIn(written: GitHubState["accepted"], each: number): number {
  let disorders = 0;
  for (const [place, ours] of Map.groupBy(written, (one) => one.place)) {
    const ranks = ranksAt(place, each);
    let least = Number.POSITIVE_INFINITY;
    for (const { sha } of ours) {
      const rank = ranks.get(sha) ?? 0;
      if (rank > least) disorders += 1;
      least = Math.min(least, rank);
    }
  }
  return disorders;
}
