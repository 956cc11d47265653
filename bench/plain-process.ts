/**
 * The obvious Probot app: each event reads the policy from GitHub, asks Prometheus one query a window over new connections,
 * and writes a status whatever it was. `THROTTLE=off` switches off Probot's own limit of one write a second.
 */
import type { AddressInfo } from "node:net";
import { Agent } from "node:http";
import fetch from "node-fetch";
import { type Probot, ProbotOctokit, Server } from "probot";
import { parse } from "yaml";
import { appId, policyPath, webhookSecret } from "./place.ts";

const prometheus = process.env["PROMETHEUS_URL"] ?? "";
const windows = ["5m", "30m", "1h", "6h", "30d"] as const;
const isThrottled = process.env["THROTTLE"] !== "off";

interface PolicyFile {
  readonly objectives: readonly {
    readonly sli: { readonly error_query: string; readonly total_query: string };
  }[];
}

async function ask(query: string): Promise<number> {
  const agent = new Agent({ keepAlive: false });
  const body = new URLSearchParams({ query });
  const response = await fetch(`${prometheus}/api/v1/query`, { method: "POST", body, agent });
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}

function app(probot: Probot): void {
  probot.on("pull_request", async ({ payload, octokit }) => {
    const at = { owner: payload.repository.owner.login, repo: payload.repository.name };
    const { data } = await octokit.rest.repos.getContent({ ...at, path: policyPath });
    const text = "content" in data ? Buffer.from(data.content, "base64").toString("utf8") : "";
    const policy = parse(text) as PolicyFile;
    let worst = 0;
    for (const { sli } of policy.objectives)
      for (const window of windows) {
        const ratio =
          (await ask(sli.error_query.replace("{{window}}", window))) /
          (await ask(sli.total_query.replace("{{window}}", window)));
        worst = Math.max(worst, ratio / 0.001);
      }
    await octokit.rest.repos.createCommitStatus({
      ...at,
      sha: payload.pull_request.head.sha,
      context: "error-budget: main",
      state: worst > 14.4 ? "failure" : "success",
      description: `burn ${worst.toFixed(1)}x`,
    });
  });
}

const server = new Server({
  port: 0,
  host: "127.0.0.1",
  Probot: (await import("probot")).Probot.defaults({
    appId,
    privateKey: process.env["PRIVATE_KEY"] ?? "",
    secret: webhookSecret,
    baseUrl: process.env["GITHUB_API_URL"] ?? "",
    logLevel: "fatal",
    Octokit: isThrottled
      ? ProbotOctokit
      : ProbotOctokit.defaults((options: Record<string, unknown>) => ({
          ...options,
          throttle: { enabled: false },
        })),
  }),
});
await server.load(app);
const http = await server.start();
const { port } = http.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/api/github/webhooks` })}\n`);
