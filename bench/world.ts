/**
 * GitHub and Prometheus as fast as a bench needs them: one HTTP server that knows the few calls which a gate makes, and counts
 * them. What GitHub really demands is tested elsewhere, under its own description (test/world/).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerGitHub } from "./world-github.ts";
import { answerPrometheus, type Budget } from "./world-prometheus.ts";

/** What was asked since the counts were last reset. */
export interface Counts {
  /** GitHub, read. */
  reads: number;
  /** GitHub, written: statuses that it accepted, and whatever else was posted. */
  writes: number;
  /** Installation tokens. */
  tokens: number;
  /** GitHub's 403s, for too many points in a minute. */
  refusals: number;
  /** Prometheus. */
  queries: number;
}

/** A status that was accepted. */
export interface Written {
  readonly repository: string;
  readonly sha: string;
  readonly state: string;
  readonly at: number;
}

/** The world. */
export interface World {
  readonly url: string;
  readonly counts: Counts;
  /** Accepted statuses in their order. */
  readonly written: readonly Written[];
  /** How the budget stands from now on. */
  setBudget(budget: Budget): void;
  /** Forgets counts and statuses. */
  reset(): void;
  stop(): Promise<void>;
}

/** How the world is made. */
export interface WorldOptions {
  readonly now: () => number;
  /** GitHub's points for each installation in any minute: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api. */
  readonly pointsPerMinute: number;
  /** Answers what neither of the two knows. */
  readonly other?: (request: IncomingMessage, response: ServerResponse, world: World) => void;
}

const noCounts: Counts = { reads: 0, writes: 0, tokens: 0, refusals: 0, queries: 0 };

/** Starts the world. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const counts = { ...noCounts };
  const written: Written[] = [];
  const spent = new Map<string, number[]>();
  let budget: Budget = "calm";

  /** Whether an installation has the points; they are spent with it. */
  const spend = (installation: string, points: number): boolean => {
    if (!Number.isFinite(options.pointsPerMinute)) return true;
    const now = options.now();
    const moments = spent.get(installation) ?? [];
    spent.set(installation, moments);
    while ((moments[0] ?? now) <= now - 60_000) moments.shift();
    if (moments.length + points > options.pointsPerMinute) return false;
    for (let point = 0; point < points; point += 1) moments.push(now);
    return true;
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const [path = "", question = ""] = (request.url ?? "").split("?");
      const body = Buffer.concat(chunks).toString();
      const isPrometheus = path.startsWith("/api/v1/");
      if (!isPrometheus && options.other !== undefined && path.startsWith("/bench/"))
        return options.other(request, response, world);
      if (isPrometheus) counts.queries += 1;
      const call = {
        method: request.method ?? "GET",
        path,
        body,
        token: request.headers.authorization ?? "",
      };
      const { status, json, headers } = isPrometheus
        ? answerPrometheus(new URLSearchParams(body === "" ? question : body), budget)
        : answerGitHub(call, { counts, written, spend, now: options.now });
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(json));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const world: World = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    written,
    setBudget(to) {
      budget = to;
    },
    reset() {
      Object.assign(counts, noCounts);
      written.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return world;
}
