import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { wideBounds as wide } from "./http-bounds.ts";
import { send, startSurface, type Surface } from "./http-surface.ts";

const opened: Socket[] = [];
let surface: Surface;
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await surface.stop();
});

async function open(): Promise<Socket> {
  const socket = connect(surface.port, "127.0.0.1");
  opened.push(socket);
  socket.setEncoding("utf8");
  await once(socket, "connect");
  return socket;
}

/** What the server says on a connection until it closes it. */
async function lastWords(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (more: string) => (text += more));
  // Hanging up on who still writes may reset the connection; what was said counts.
  socket.on("error", () => {});
  await once(socket, "close");
  return text;
}

describe("[T18] a stranger", () => {
  it("who never ends the headers is told 408 and hung up on", async () => {
    surface = await startSurface(undefined, {}, { ...wide, headersTimeout: 20 });
    const socket = await open();
    socket.write("POST /api/github/webhooks HTTP/1.1\r\nhost: a\r\n");
    expect(await lastWords(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("who never ends the body is hung up on, and the door hears nothing", async () => {
    surface = await startSurface(undefined, {}, { ...wide, headersTimeout: 20, requestTimeout: 20 });
    const socket = await open();
    const headers = ["host: a", "content-length: 100", "x-github-delivery: d-1", "x-github-event: push"];
    socket.write(`POST /api/github/webhooks HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n{`);
    await lastWords(socket);
    expect(surface.knocks).toEqual([]);
    expect(surface.told).toEqual(["deliveryRefused malformed"]);
  });

  it("who says nothing between two requests is let go", async () => {
    surface = await startSurface(undefined, {}, { ...wide, keepAliveTimeout: 1 });
    const socket = await open();
    socket.write("GET /livez HTTP/1.1\r\nhost: a\r\n\r\n");
    expect(await lastWords(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("whose headers are too large is told 431", async () => {
    surface = await startSurface(undefined, {}, wide);
    const answer = await send(surface, { path: "/livez", headers: { a: "x".repeat(16_384) } });
    expect(answer.status).toBe(431);
  });

  it("is not heard when there are too many, and those who were there are served on", async () => {
    surface = await startSurface(undefined, {}, { ...wide, maxConnections: 1 });
    const first = await open();
    expect(await lastWords(await open())).toBe("");
    const answer = once(first, "data");
    first.write("GET /livez HTTP/1.1\r\nhost: a\r\n\r\n");
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
