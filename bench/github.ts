/**
 * A stand-in for GitHub that answers at once what the App and its rivals ask on the bench's path, and counts. It is no
 * simulation: test/world/ has that, and checks every exchange; this one must cost little beside what is measured.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  appId,
  installationOf,
  madeAt,
  ownerOf,
  policyPath,
  policyText,
  repositoryName,
  repositoryOf,
  shaOf,
} from "./place.ts";
import { bodyOf } from "./prometheus.ts";

/** A status that was accepted. */
export interface Accepted {
  readonly at: number;
  readonly place: number;
  readonly sha: string;
  readonly state: string;
}

/** What the stand-in knows and counts. */
export interface GitHubState {
  readonly now: () => number;
  /** Points that an installation may spend in a minute; `undefined`: as many as it likes. */
  readonly pointsPerMinute: number | undefined;
  /** How many made pull requests each repository has open. */
  openEach: number;
  reads: number;
  writes: number;
  refusals: number;
  /** Requests that the bench's path does not know, by method and path. */
  readonly unknown: Set<string>;
  readonly accepted: Accepted[];
  /** Statuses of installations, by the moment and cost, within the last minute. */
  readonly spent: Map<number, { at: number; points: number }[]>;
}

/** A state in which nothing has happened. */
export function gitHubState(now: () => number, pointsPerMinute?: number): GitHubState {
  return {
    now,
    pointsPerMinute,
    openEach: 0,
    reads: 0,
    writes: 0,
    refusals: 0,
    unknown: new Set(),
    accepted: [],
    spent: new Map(),
  };
}

/** Serves GitHub's API over a state. */
export function gitHubServer(state: GitHubState): Server {
  return createServer((request, response) => {
    void answer(state, request, response);
  });
}

const policyBlob = {
  type: "file",
  encoding: "base64",
  size: Buffer.byteLength(policyText),
  name: "slo-policy.yml",
  path: policyPath,
  sha: shaOf(policyText),
  content: Buffer.from(policyText).toString("base64"),
};

const permissions = { metadata: "read", contents: "read", pull_requests: "read", statuses: "write" };

async function answer(state: GitHubState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const [path = "/"] = url.split("?", 1);
  const body = method === "POST" ? await bodyOf(request) : "";
  const refusal = refusalOf(state, method, path);
  if (refusal !== undefined) return send(response, 403, { message: "secondary rate limit" }, refusal);
  if (method === "GET") state.reads += 1;
  const status = /^\/repos\/org-(\d+)\/shop\/statuses\/(\w+)$/.exec(path);
  if (method === "POST" && status !== null) {
    state.writes += 1;
    const told = JSON.parse(body) as { state: string; context: string; description: string };
    state.accepted.push({
      at: state.now(),
      place: Number(status[1]),
      sha: status[2] ?? "",
      state: told.state,
    });
    return send(response, 201, { id: state.accepted.length, ...told });
  }
  const found = answerTo(state, method, path, body);
  if (found === undefined) state.unknown.add(`${method} ${path}`);
  return found === undefined ? send(response, 404, { message: "Not Found" }) : send(response, 200, found);
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

/** GitHub's limit on points, over any minute. */
function refusalOf(state: GitHubState, method: string, path: string): Record<string, string> | undefined {
  const place = /^\/repos\/org-(\d+)\//.exec(path)?.[1];
  if (state.pointsPerMinute === undefined || place === undefined) return undefined;
  const now = state.now();
  const recent = (state.spent.get(Number(place)) ?? []).filter(({ at }) => at > now - 60_000);
  const points = method === "GET" ? 1 : 5;
  state.spent.set(Number(place), recent);
  if (recent.reduce((sum, one) => sum + one.points, points) > state.pointsPerMinute) {
    state.refusals += 1;
    return { "retry-after": "60" };
  }
  recent.push({ at: now, points });
  return undefined;
}

function answerTo(state: GitHubState, method: string, path: string, body: string): object | undefined {
  if (path === "/graphql") return { data: { repository: listed(state, body) } };
  if (/^\/app\/installations\/\d+\/access_tokens$/.test(path))
    return { token: "ghs_bench", expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions };
  if (method !== "GET") return undefined;
  if (path === "/app") return { id: appId, slug: "burngate" };
  if (path === "/app/hook/deliveries") return [];
  if (path.startsWith("/app/installations/"))
    return {
      id: Number(path.split("/").at(-1)),
      permissions,
      events: ["pull_request", "push"],
      suspended_at: null,
    };
  if (
    path.endsWith(`/contents/${policyPath}`) ||
    path.endsWith(`/contents/${encodeURIComponent(policyPath)}`)
  )
    return policyBlob;
  if (/\/git\/ref\/heads(\/|%2F)main$/.test(path))
    return { ref: "refs/heads/main", object: { sha: shaOf("main") } };
  return undefined;
}

/** A repository's open pull requests, as GraphQL tells them: a page of a hundred. */
function listed({ openEach }: GitHubState, body: string): object {
  const { variables } = JSON.parse(body) as { variables: { owner: string; after: string | null } };
  const place = Number(variables.owner.slice(4));
  const from = Number(variables.after ?? 0);
  const until = Math.min(openEach, from + 100);
  const nodes = Array.from({ length: until - from }, (_, index) => nodeOf(place, from + index + 1));
  return {
    databaseId: repositoryOf(place),
    isPrivate: true,
    name: repositoryName,
    owner: { login: ownerOf(place) },
    defaultBranchRef: { name: "main" },
    pullRequests: { pageInfo: { hasNextPage: until < openEach, endCursor: String(until) }, nodes },
  };
}

function nodeOf(place: number, number: number): object {
  return {
    number,
    headRefOid: shaOf(installationOf(place), number),
    baseRefName: "main",
    baseRepository: { databaseId: repositoryOf(place) },
    isDraft: number % 5 === 0,
    updatedAt: new Date(madeAt).toISOString(),
    author: { __typename: "User", login: "bob", databaseId: 2 },
    labels: { totalCount: 0, nodes: [] },
    autoMergeRequest: number % 10 === 1 ? { enabledAt: new Date(madeAt).toISOString() } : null,
  };
}
