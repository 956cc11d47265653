import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askGate } from "../../../src/client/gate-client.ts";

const never = new AbortController().signal;
const question = { repo: "acme/shop", environment: "a b&c", service: undefined, sha: undefined };
let server: Server;
let url: URL;
let heard: IncomingMessage[];
let reply: { readonly status: number; readonly location?: string; readonly body: string };

beforeEach(async () => {
  heard = [];
  reply = { status: 200, body: "{}" };
  server = createServer((request, response) => {
    heard.push(request);
    const { status, location, body } = reply;
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/gates/`);
});
afterEach(() => server.close());

const ask = (token: string, waitMs = 0, signal = never) =>
  askGate({ url, token: () => Promise.resolve(token) }, question, waitMs, signal);

it("asks below the gate's address, with the token and only with what is known", async () => {
  await ask("secret");
  expect(heard[0]?.url).toBe("/gates/v1/gate/acme/shop?environment=a+b%26c");
  expect(heard[0]?.headers.authorization).toBe("Bearer secret");
});

it.each([
  [999, null],
  [1500, "1"],
  [3_600_000, "50"],
])("has the gate hold the question of %i ms for %s s", async (waitMs, wait) => {
  await ask("secret", waitMs);
  expect(new URL(heard[0]?.url ?? "", url).searchParams.get("wait")).toBe(wait);
});

it.each(["sec\nret", "sec ret", "sécret", ""])(
  "neither shows nor tells a token that cannot be one: %j",
  async (token) => {
    const said = await ask(token);
    expect(said).toEqual({
      kind: "unanswered",
      why: "the token is empty or holds what no token does",
      isTransient: true,
    });
    expect(heard).toEqual([]);
  },
);

it("follows no redirect", async () => {
  reply = { status: 307, location: "/elsewhere", body: "" };
  expect(await ask("secret")).toMatchObject({ kind: "unanswered", isTransient: false });
  expect(heard).toHaveLength(1);
});

it("reads a megabyte and no more", async () => {
  reply = { status: 200, body: " ".repeat(1024 * 1024 + 1) };
  expect(await ask("secret")).toMatchObject({ why: "it answered more than 1 MB" });
});

it("says that it was called off", async () => {
  const ending = new AbortController();
  ending.abort();
  expect(await ask("secret", 0, ending.signal)).toMatchObject({ why: "it could not be asked: called off" });
});

it("says why there is no token, and asks nobody", async () => {
  const token = (): Promise<string> => Promise.reject(new Error("no such file"));
  expect(await askGate({ url, token }, question, 0, never)).toMatchObject({
    why: "there is no token to show: no such file",
    isTransient: true,
  });
  expect(heard).toEqual([]);
});
