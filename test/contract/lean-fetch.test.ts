import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LeanRequest, leanFetch } from "../../src/github/lean-fetch.ts";

interface Heard {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let heard: Heard[];
let behave: (request: IncomingMessage, response: ServerResponse) => void;
let base: string;
const server = createServer((request, response) => void hear(request, response));

async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  heard.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, headers: request.headers, body });
  behave(request, response);
}

beforeEach(async () => {
  heard = [];
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const headers = { accept: "application/json", authorization: "token t" };

const ask = (more: Partial<LeanRequest> = {}) => leanFetch(`${base}/a`, { method: "GET", headers, ...more });

describe("the lean fetch", () => {
  it("tells status, headers and body, and uses one connection for one call after another", async () => {
    const ports = new Set<number | undefined>();
    behave = (request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(201, "Made", { "x-ratelimit-remaining": "7" }).end("ünï");
    };
    for (let count = 0; count < 3; count++) {
      const answer = await ask();
      const { status, statusText, url } = answer;
      expect({ status, statusText, url }).toEqual({ status: 201, statusText: "Made", url: `${base}/a` });
      expect(answer.headers.get("x-ratelimit-remaining")).toBe("7");
      expect(await answer.text()).toBe("ünï");
      expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe("ünï");
    }
    expect(ports.size).toBe(1);
    expect(heard[0]?.headers).toMatchObject({ ...headers, "x-github-api-version": "2022-11-28" });
  });

  it.each(["POST", "PATCH", "DELETE"])("sends a body with its length by %s", async (method) => {
    behave = (_, response) => response.end("{}");
    await ask({ method, body: '{"ü":1}' });
    expect(heard).toMatchObject([
      { line: `${method} /a`, body: '{"ü":1}', headers: { "content-length": "8" } },
    ]);
    expect(heard[0]?.headers["accept-encoding"]).toBe("identity");
  });

  it("reads packed what may be long", async () => {
    behave = (_, response) => response.setHeader("content-encoding", "gzip").end(gzipSync("[1]"));
    expect(await (await ask()).text()).toBe("[1]");
    expect(heard[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  it.each([
    [301, "GET", "GET /b"],
    [302, "GET", "GET /b"],
    [307, "POST", "POST /b"],
    [308, "PATCH", "PATCH /b"],
  ])("goes where %i sends a %s", async (status, method, line) => {
    behave = (request, response) =>
      request.url === "/a"
        ? response.writeHead(status, { location: "/b" }).end()
        : response.end('{"moved":true}');
    const answer = await ask({ method, ...(method !== "GET" && { body: "{}" }) });
    expect(await answer.text()).toBe('{"moved":true}');
    expect(heard.at(-1)).toMatchObject({ line, headers, body: method === "GET" ? "" : "{}" });
  });

  it("takes an answer of 304, and one of 204 that has no body", async () => {
    for (const status of [204, 304]) {
      behave = (_, response) => response.writeHead(status).end();
      const answer = await ask();
      expect([answer.status, await answer.text()]).toEqual([status, ""]);
    }
  });
});

describe("a body that cannot be read", () => {
  const long = Buffer.alloc(33 * 1024 * 1024, " ");

  it.each<[string, (response: ServerResponse) => void]>([
    [
      "breaks off",
      (response) => response.writeHead(200, { "content-length": 9 }).write("half", () => response.destroy()),
    ],
    ["is longer than 32 MB", (response) => response.end(long)],
    ["is longer unpacked", (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(long))],
    [
      "says that it is packed and is not",
      (response) => response.setHeader("content-encoding", "gzip").end("plain"),
    ],
  ])("since it %s fails who reads it, not who asked", async (_, answer) => {
    behave = (_request, response) => answer(response);
    const response = await ask();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

describe("a call that is given up", () => {
  const givenUp = new DOMException("enough", "TimeoutError");

  it("by the deadline while the body comes says so, and closes the connection", async () => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
    const closed = Promise.withResolvers<void>();
    behave = (request, response) => {
      request.socket.on("close", () => closed.resolve());
      response.write("half", () => deadline.abort(givenUp));
    };
    await expect(ask()).rejects.toBe(givenUp);
    await closed.promise;
    expect(timeout.mock.calls).toEqual([[10_000]]);
  });

  it("by who asked is not sent any more", async () => {
    await expect(ask({ signal: AbortSignal.abort(givenUp) })).rejects.toBe(givenUp);
    expect(heard).toEqual([]);
  });
});
