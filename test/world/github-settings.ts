/**
 * GitHub's page on which people register an App from a manifest, small, in front of a simulated GitHub: it
 * takes the posted manifest, lets the name be changed, makes the App and sends the browser back with a code.
 * Beside it, as on an Enterprise Server, the API answers below `/api/v3`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { GitHub } from "./github.ts";

/** The page, served. */
export interface GitHubSettings {
  /** GitHub's pages: another site to a browser than 127.0.0.1. */
  readonly url: string;
  /** The API beside them. */
  readonly apiUrl: string;
  /** Manifests as they were posted. */
  readonly posted: readonly unknown[];
  stop(): Promise<void>;
}

/** Serves the page for a simulated GitHub. */
export async function startGitHubSettings(github: GitHub): Promise<GitHubSettings> {
  const posted: unknown[] = [];
  const server = createServer((request, response) => {
    answer(github, posted, request, response).catch((error: unknown) => {
      response.writeHead(422, { "content-type": "text/plain" }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "localhost", resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/v3`,
    posted,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function answer(
  github: GitHub,
  posted: unknown[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const fields = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  if (pathname.startsWith("/api/v3/")) return forward(github, request, pathname, response);
  const page = /^(?:\/organizations\/([\w-]+))?\/settings\/apps\/new$/.exec(pathname);
  if (request.method !== "POST" || page === null) {
    response.writeHead(404).end();
    return;
  }
  const manifest = JSON.parse(fields.get("manifest") ?? "") as Record<string, unknown>;
  const name = fields.get("name");
  if (name === null) {
    posted.push(manifest);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(form(manifest));
    return;
  }
  const code = github.registerFromManifest({ ...manifest, name }, page[1] ?? "ann");
  const back = new URL(String(manifest["redirect_url"]));
  back.searchParams.set("code", code);
  back.searchParams.set("state", searchParams.get("state") ?? "");
  response.writeHead(302, { location: back.href }).end();
}

function form(manifest: Record<string, unknown>): string {
  const attribute = (value: string): string => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><html lang="en"><title>Create GitHub App</title><form method="post">
<input type="hidden" name="manifest" value="${attribute(JSON.stringify(manifest))}">
<label>GitHub App name <input name="name" value="${attribute(String(manifest["name"]))}"></label>
<button>Create GitHub App</button></form></html>`;
}

async function forward(
  github: GitHub,
  { method = "GET", headers }: IncomingMessage,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const names = ["accept", "user-agent", "x-github-api-version", "authorization"];
  const passed = names.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])]],
  );
  const answered = await fetch(`${github.url}${path}`, {
    method,
    headers: Object.fromEntries(passed) as Record<string, string>,
  });
  response
    .writeHead(answered.status, { "content-type": answered.headers.get("content-type") ?? "text/plain" })
    .end(Buffer.from(await answered.arrayBuffer()));
}
