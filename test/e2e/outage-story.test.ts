import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Repository } from "../world/github-repository.ts";
import { startGitHub, type GitHub } from "../world/github.ts";
import { playGates } from "../world/gates-story.ts";
import { playOutage } from "../world/outage-story.ts";
import { stageShop, storyApp, storyService } from "../world/story.ts";
import { startProcess, type AppProcess } from "../world/process.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";
import { calmMonth, startTraffic, type Traffic, trafficSeen } from "../world/traffic.ts";

/** A comment's Markdown with its spelled-out characters as they are shown. */
const unspelled = (markdown: string): string =>
  markdown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

let github: GitHub;
let prometheus: Prometheus;
let traffic: Traffic;
let app: AppProcess;
let shop: Repository;

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef", ...storyApp });
  const history = calmMonth(storyService, Date.now() - 5000);
  prometheus = await startPrometheus({ history, scrape: { intervalMs: 1000 } });
  traffic = startTraffic(prometheus.exporter, storyService, history);
  await trafficSeen(prometheus, storyService);
});

afterAll(async () => {
  traffic.stop();
  await app.remove();
  await prometheus.stop();
  await github.stop();
});

it(
  "[T21] carries a pull request through an outage: green, red by itself, refused, bypassed, red, green",
  { timeout: 300_000 },
  async () => {
    shop = stageShop(github, "a month");
    app = await startProcess({ github, prometheusUrl: prometheus.url });
    const told: string[] = [];
    await playOutage({ github, shop, traffic }, (one) => {
      if (one.kind === "status") told.push(`${one.state} ${one.description}`);
    });
    const tales = [
      /^success checkout: 9\d% left, burns \S+x over \w+ at \d\d:\d\dZ\.$/,
      /^failure checkout: 30s burn \S+x > 14\.4x, 9\d% left at .* Hotfix: label "hotfix" \(acme\/sre\)\.$/,
      /^failure checkout: .* Label "hotfix" by @mallory refused: needs acme\/sre\.$/,
      /^failure checkout: .* Hotfix: label "hotfix" \(acme\/sre\)\.$/,
      /^success Bypassed by @ann until \d\d:\d\dZ: INC-42 payment outage$/,
      /^failure checkout: .* Hotfix: label "hotfix" \(acme\/sre\)\.$/,
      /^success checkout: 9\d% left/,
    ];
    expect(told).toEqual(tales.map((tale) => expect.stringMatching(tale) as unknown));
    github.assertClean();
  },
);

it(
  "[T12] carries the queue, an environment and a hotfix tag: merged, rejected, refused, let through",
  { timeout: 300_000 },
  async () => {
    const told: string[] = [];
    await playGates({ github, shop, traffic }, (one) => {
      if (one.kind === "status") told.push(`${one.state} ${one.description}`);
      if (one.kind === "answer") told.push(`${one.state} ${unspelled(one.comment)}`);
    });
    const tales = [
      /^pending Asking how the error budget stands\.$/,
      /^success checkout: 9\d% left/,
      /^success checkout: 9\d% left/,
      /^failure checkout: 30s burn \S+x > 14\.4x/,
      /^rejected .*Rejected\.[^]*tag "hotfix-\*" on this commit, or label "hotfix" on this commit's pull request \(acme\/sre\)/,
      /^rejected .*Rejected\.[^]*Tag "hotfix-0" by @\u2060dan refused: needs acme\/sre/,
      /^approved .*open\.\*\* Bypassed by @\u2060ann until \d\d:\d\dZ: INC-42 payment outage$/,
    ];
    expect(told).toEqual(tales.map((tale) => expect.stringMatching(tale) as unknown));
    github.assertClean();
  },
);

it("remembers who opened the gate, through what, why, and what it overrode", () => {
  const database = new DatabaseSync(app.databasePath, { readOnly: true });
  const rows = database.prepare("select * from bypasses").all();
  database.close();
  expect(rows).toHaveLength(2);
  for (const row of rows)
    expect(row).toMatchObject({
      actor_login: "ann",
      entitled_through: "team acme/sre",
      reason: "INC-42 payment outage",
    });
  expect(rows.map((row) => JSON.parse(String(row["means"])) as unknown)).toEqual([
    { kind: "label", label: "hotfix" },
    { kind: "tag", tag: "hotfix-1" },
  ]);
  expect(JSON.parse(String(rows[0]?.["overrode"]))).toMatchObject({
    outcome: "block",
    reasons: [{ kind: "rule", rule: { name: "fast-burn" } }],
  });
});

it("serves probes and metrics while it works, and ends with 0 on SIGTERM", async () => {
  expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toMatch(/^burngate_reports_total\{result="written"\} 1\d$/m);
  expect(metrics).toMatch(/^burngate_jobs\{state="buried"\} 0$/m);
  expect(await app.end("SIGTERM")).toBe(0);
});
