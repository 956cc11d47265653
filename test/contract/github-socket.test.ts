import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readerOver } from "../../src/github/reader.ts";
import { clientTo, shop } from "./github-kit.ts";

let server: Server;
let sockets: Socket[];
let behave: (socket: Socket) => void;

beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => behave(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Asks for a branch's head over a real connection, with a deadline that the test decides. */
async function ask(): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  return readerOver(clientTo(`http://127.0.0.1:${port}`).client).branchHead(shop, "main");
}

const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

describe("a GitHub that breaks off", () => {
  it.each([
    ["before it answers", (socket: Socket) => socket.destroy()],
    ["with a reset", (socket: Socket) => socket.resetAndDestroy()],
    ["in the headers", (socket: Socket) => socket.end("HTTP/1.1 200 O")],
    ["with what is no HTTP", (socket: Socket) => socket.end("hello\r\n\r\n")],
  ])("%s cannot be reached", async (_, act) => {
    behave = act;
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: "unreachable" } });
    expect(sockets).toHaveLength(1);
  });

  it("in the body has not answered, and a file of which half came is no file that is absent, broken or something else", async () => {
    behave = (socket) => socket.end(`${head}content-length: 100\r\n\r\n{"type":"file",`);
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: "malformed" } });
    const { port } = server.address() as AddressInfo;
    const reader = readerOver(clientTo(`http://127.0.0.1:${port}`).client);
    expect(await reader.file(shop, "a.yml", "a".repeat(40), 1000)).toMatchObject({
      ok: false,
      failure: { kind: "malformed" },
    });
  });
});

describe("a GitHub that is silent", () => {
  it.each([
    ["from the start", () => undefined],
    ["after its headers", (socket: Socket) => socket.write(`${head}content-length: 100\r\n\r\n{"ref":`)],
  ])("%s is waited for ten seconds", async (_, act) => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
    behave = (socket) => {
      act(socket);
      // What we were to wait for has been waited for: the test does not.
      setImmediate(() => deadline.abort(new DOMException("the deadline is over", "TimeoutError")));
    };
    const failure = { kind: "timed_out", detail: "GitHub did not answer in time" };
    expect(await ask()).toEqual({ ok: false, failure });
    expect(timeout.mock.calls).toEqual([[10_000]]);
  });
});
