import { benchPolicy } from "./policy.ts";
import type { Answer } from "./world-answer.ts";
import type { Counts, Written } from "./world.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly token: string;
}

interface Desk {
  readonly counts: Counts;
  readonly written: Written[];
  /** Whether an installation has so many points left; they are spent with it. */
  spend(installation: string, points: number): boolean;
  now(): number;
}

const permissions = { metadata: "read", contents: "read", pull_requests: "read", statuses: "write" };
const headSha = "a".repeat(40);
const blobSha = "b".repeat(40);
const statusPath = /^\/repos\/([^/]+\/[^/]+)\/statuses\/(\w+)$/;
const tokenPath = /^\/app\/installations\/(\d+)\/access_tokens$/;

/** Answers one call as GitHub does, and counts it. A write is 5 of a minute's points and a read is 1. */
export function answerGitHub(call: Call, desk: Desk): Answer {
  const { counts } = desk;
  const installation = tokenPath.exec(call.path)?.[1];
  if (installation !== undefined) {
    counts.tokens += 1;
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const token = `ghs_${installation}`;
    return { status: 201, json: { token, expires_at: expires, permissions, repository_selection: "all" } };
  }
  const isRead = call.method === "GET";
  if (!desk.spend(call.token, isRead ? 1 : 5)) {
    counts.refusals += 1;
    const message = "You have exceeded a secondary rate limit";
    return { status: 403, json: { message }, headers: { "retry-after": "60" } };
  }
  if (isRead) {
    counts.reads += 1;
    return read(call.path);
  }
  counts.writes += 1;
  const [, repository, sha] = statusPath.exec(call.path) ?? [];
  if (repository === undefined || sha === undefined) return { status: 404, json: { message: "Not Found" } };
  const { state, context, description } = JSON.parse(call.body) as Record<string, string>;
  desk.written.push({ repository, sha, state: state ?? "", at: desk.now() });
  return { status: 201, json: { id: desk.written.length, state, context, description } };
}

function read(path: string): Answer {
  if (/\/git\/ref\//.test(path))
    return { status: 200, json: { ref: "refs/heads/main", object: { type: "commit", sha: headSha } } };
  if (/\/contents\//.test(path)) {
    const content = Buffer.from(benchPolicy).toString("base64");
    const about = { name: "slo-policy.yml", path: ".github/slo-policy.yml", sha: blobSha };
    return {
      status: 200,
      json: { type: "file", encoding: "base64", size: benchPolicy.length, content, ...about },
    };
  }
  if (path === "/app") return { status: 200, json: { id: 1, slug: "bench", name: "bench" } };
  if (path === "/app/hook/deliveries") return { status: 200, json: [] };
  const id = Number(/^\/app\/installations\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
  if (Number.isFinite(id))
    return { status: 200, json: { id, permissions, events: ["pull_request", "push"], suspended_at: null } };
  return { status: 404, json: { message: "Not Found" } };
}
