import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startGitHub, type GitHub } from "../world/github.ts";
import { playOutage, stageShop, storyService } from "../world/outage-story.ts";
import { startProcess, type AppProcess } from "../world/process.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";
import { calmMonth, startTraffic, type Traffic, trafficSeen } from "../world/traffic.ts";

let github: GitHub;
let prometheus: Prometheus;
let traffic: Traffic;
let app: AppProcess;

beforeAll(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
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
    const shop = stageShop(github, "a month");
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

it("remembers who opened the gate, through what, why, and what it overrode", () => {
  const database = new DatabaseSync(app.databasePath, { readOnly: true });
  const rows = database.prepare("select * from bypasses").all();
  database.close();
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    actor_login: "ann",
    label: "hotfix",
    entitled_through: "team acme/sre",
    reason: "INC-42 payment outage",
  });
  expect(JSON.parse(String(rows[0]?.["overrode"]))).toMatchObject({
    outcome: "block",
    reasons: [{ kind: "rule", rule: { name: "fast-burn" } }],
  });
});

it("serves probes and metrics while it works, and ends with 0 on SIGTERM", async () => {
  expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toMatch(/^burngate_reports_total\{result="written"\} 7$/m);
  expect(metrics).toMatch(/^burngate_jobs\{state="buried"\} 0$/m);
  expect(await app.end("SIGTERM")).toBe(0);
});
