import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { policyFor } from "../world/checkout.ts";
import { startGitHub } from "../world/github.ts";
import { startProcess } from "../world/process.ts";
import { startPrometheus } from "../world/prometheus.ts";
import { calmMonth } from "../world/traffic.ts";

it(
  "works under an adapter of the ecosystem's: Probot's server, our default export",
  { timeout: 180_000 },
  async () => {
    const github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
    const prometheus = await startPrometheus({ history: calmMonth("calm", Date.now() - 5000) });
    const installation = github.installation({ account: "acme" });
    const shop = github.repository({ owner: "acme", name: "shop", installation });
    shop.permit("bob", "write");
    shop.commit("main", { ".github/slo-policy.yml": policyFor("calm") });
    const app = await startProcess({
      github,
      prometheusUrl: prometheus.url,
      command: [process.execPath, "test/e2e/adapter-process.ts"],
      variables: { PRIVATE_KEY: github.privateKey, LOG_LEVEL: "silent" },
    });
    try {
      const { headSha } = shop.openPull({ head: "fix", author: "bob", files: { "a.txt": "a" } });
      const deadline = Date.now() + 60_000;
      while (shop.latestStatus(headSha, "error-budget: main") === undefined && Date.now() < deadline)
        await pause(50);
      expect(shop.latestStatus(headSha, "error-budget: main")).toMatchObject({ state: "success" });
      github.assertClean();
    } finally {
      await app.remove();
      await prometheus.stop();
      await github.stop();
    }
  },
);
