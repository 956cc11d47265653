/** GitHub and Prometheus of the bench in a process of their own, so that what is measured is not them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gitHubServer, gitHubState } from "./github.ts";
import { prometheusServer, type Service } from "./prometheus.ts";

const state = gitHubState(() => Date.now());
const service: Service = { errorRatio: 0, requests: 0 };

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What was counted; `?openEach=N` says how many pull requests each repository lists from now on. */
const desk = createServer((request, response) => {
  const asked = new URL(request.url ?? "/", "http://x").searchParams;
  if (asked.has("openEach")) state.openEach = Number(asked.get("openEach"));
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      reads: state.reads,
      writes: state.writes,
      statuses: state.accepted.length,
      distinct: new Set(state.accepted.map(({ sha }) => sha)).size,
      prometheusRequests: service.requests,
      unknown: [...state.unknown].slice(0, 10),
    }),
  );
});

const urls = {
  github: await listen(gitHubServer(state)),
  prometheus: await listen(prometheusServer(service)),
  desk: await listen(desk),
};
process.stdout.write(`${JSON.stringify(urls)}\n`);
