import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, openSource, startApp } from "../world/app.ts";
import { checkoutHistory, policyFor, story } from "../world/checkout.ts";
import { type ManualClock, manualClock } from "../world/clock.ts";
import { type GitHub, startGitHub } from "../world/github.ts";
import type { Repository } from "../world/github-repository.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";

let prometheus: Prometheus;
let github: GitHub;
let app: App;
let clock: ManualClock;
let shop: Repository;

const context = "error-budget: main";

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
  clock = manualClock(story.calm);
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef", now: () => clock.now() });
  github.team("acme", "sre", { ann: "active" });
  const installation = github.installation({ account: "acme" });
  shop = github.repository({ owner: "acme", name: "shop", installation });
  shop.commit("main", { ".github/slo-policy.yml": policyFor("checkout"), "a.txt": "a" });
  app = await startApp({ github, clock, dataSources: [openSource("main", prometheus.url)] });
});

afterAll(async () => {
  await app.stop();
  await github.stop();
  await prometheus.stop();
});

it("tells the whole story of a pull request through an outage", async () => {
  shop.permit("bob", "write");
  shop.permit("mallory", "triage");
  const pull = shop.openPull({ head: "feature", author: "bob", files: { "b.txt": "b" } });
  const told: string[] = [];
  const look = (): void => {
    const status = shop.latestStatus(pull.headSha, context);
    told.push(`${status?.state}: ${status?.description}`);
  };
  await app.settle();
  look();
  clock.set(story.burning);
  await app.tick();
  look();
  shop.label(pull.number, "hotfix", { by: "mallory" });
  await app.settle();
  look();
  shop.unlabel(pull.number, "hotfix", { by: "mallory" });
  clock.advance(1000);
  shop.label(pull.number, "hotfix", { by: "ann" });
  await app.settle();
  look();
  shop.unlabel(pull.number, "hotfix", { by: "ann" });
  await app.settle();
  look();
  clock.set(story.mended + 3 * 3_600_000);
  await app.tick();
  look();
  expect(told).toEqual([
    "success: checkout: 95% left, burns 0.05x over 5m at 09:00Z.",
    'failure: checkout: 1h burn 170x > 14.4x, 71% left at 12:20Z. Opens ~12:49Z if errors stop. Hotfix: label "hotfix" (acme/sre).',
    'failure: checkout: 1h burn 170x > 14.4x, 71% left at 12:20Z. Opens ~12:49Z if errors stop. Label "hotfix" by @mallory refused: needs acme/sre.',
    "success: Bypassed by @ann until 14:20Z",
    'failure: checkout: 1h burn 170x > 14.4x, 71% left at 12:20Z. Opens ~12:49Z if errors stop. Hotfix: label "hotfix" (acme/sre).',
    "success: Warning: checkout: 3d burn 3.52x > 1x, 60% left at 15:30Z.",
  ]);
  github.assertClean();
});
