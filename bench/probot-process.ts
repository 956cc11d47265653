/**
 * The obvious gate, as a Probot app: for each event it reads the policy by the contents API, asks Prometheus once for each
 * window, and posts a status, whether or not it says anything new.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Probot, ProbotOctokit, Server } from "probot";
import { parse } from "yaml";
import { webhookSecret } from "./delivery.ts";
import { policyWindows } from "./policy.ts";

interface ReadPolicy {
  readonly objectives: readonly { readonly sli: { readonly error_query: string } }[];
}

const { GITHUB_API_URL: baseUrl = "", PROMETHEUS_URL: prometheus = "", THROTTLE = "on" } = process.env;

/** The plainest way of asking: a connection for each question. */
async function ratioOver(query: string, window: string): Promise<number> {
  const question = new URLSearchParams({ query: query.replaceAll("{{window}}", window) });
  const answer = await fetch(`${prometheus}/api/v1/query?${question.toString()}`, {
    headers: { connection: "close" },
  });
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}

/** A port that nobody has: Probot takes 0 for 3000. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

const port = await freePort();
const server = new Server({
  port,
  host: "127.0.0.1",
  Probot: Probot.defaults({
    appId: 1,
    privateKey: process.env["PRIVATE_KEY"] ?? "",
    secret: webhookSecret,
    baseUrl,
    ...(THROTTLE === "off" && {
      Octokit: ProbotOctokit.defaults((options: Record<string, object>) => ({
        ...options,
        throttle: { ...options["throttle"], enabled: false },
      })),
    }),
  }),
});
await server.load((app) => {
  app.on("pull_request", async (context) => {
    const { octokit } = context;
    const { base, head } = context.payload.pull_request;
    const { data } = await octokit.rest.repos.getContent(
      context.repo({ path: ".github/slo-policy.yml", ref: base.ref }),
    );
    const text = "content" in data ? Buffer.from(data.content, "base64").toString() : "";
    const policy = parse(text) as ReadPolicy;
    const ratios = await Promise.all(
      policy.objectives.flatMap(({ sli }) =>
        policyWindows.map(async (window) => ratioOver(sli.error_query, window)),
      ),
    );
    const isFine = ratios.every((ratio) => ratio < 0.01);
    await octokit.rest.repos.createCommitStatus(
      context.repo({
        sha: head.sha,
        state: isFine ? "success" : "failure",
        context: "error-budget: main",
        description: isFine ? "The budget is fine." : "The budget burns.",
      }),
    );
  });
});
await server.start();
process.stdout.write(`${JSON.stringify({ msg: "listening", port })}\n`);
