import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { maxBodyBytes } from "../../src/http/webhook.ts";
import {
  begin,
  knock,
  type Sending,
  sendRaw,
  startSurface,
  type Surface,
  webhookHeaders,
} from "./http-surface.ts";

const megabyte = 1024 * 1024;
const chunk = Buffer.alloc(megabyte, "a");

let surface: Surface;
afterEach(async () => surface.stop());

function post(headers: Record<string, string | number> = {}): Sending {
  return begin(surface, { method: "POST", path: webhookPath, headers: { ...webhookHeaders, ...headers } });
}

/** Writes until the server answers or `megabytes` are written; gives how many the connection took. */
async function writeUntilAnswered({ request, answer }: Sending, megabytes: number): Promise<number> {
  let isAnswered = false;
  const answered = answer.then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  );
  for (let written = 0; written < megabytes; written += 1) {
    if (isAnswered) return written;
    if (!request.write(chunk)) await Promise.race([once(request, "drain"), answered]);
  }
  return megabytes;
}

describe("[T18] a body that is too large", () => {
  it("is refused with 413 by its announcement, before a byte of it is sent", async () => {
    surface = await startSurface();
    const sending = post({ "content-length": maxBodyBytes + 1 });
    sending.request.flushHeaders();
    expect(await sending.answer).toMatchObject({ status: 413, headers: { connection: "close" } });
    sending.request.destroy();
    expect(surface.knocks).toEqual([]);
    expect(surface.told).toEqual(["deliveryRefused too_large"]);
  });

  it("is refused with 413 while it streams without an announcement", async () => {
    surface = await startSurface();
    const sending = post({ "transfer-encoding": "chunked" });
    const taken = await writeUntilAnswered(sending, 200);
    expect(await sending.answer).toMatchObject({ status: 413, headers: { connection: "close" } });
    sending.request.destroy();
    // What is on its way in the kernel's buffers on both sides comes on top.
    expect(taken * megabyte).toBeGreaterThanOrEqual(maxBodyBytes);
    expect(taken * megabyte).toBeLessThan(maxBodyBytes + 16 * megabyte);
    expect(surface.knocks).toEqual([]);
    expect(surface.told).toEqual(["deliveryRefused too_large"]);
  });

  it("is answered even to a sender that reads only when it has written all of it", async () => {
    surface = await startSurface();
    const size = 40 * megabyte;
    const { request, answer } = post({ "transfer-encoding": "chunked" });
    const [socket] = (await once(request, "socket")) as [Socket];
    socket.pause();
    for (let written = 0; written < size; written += megabyte) {
      if (!request.write(chunk)) await once(request, "drain");
    }
    socket.resume();
    request.end();
    expect(await answer).toMatchObject({ status: 413, headers: { connection: "close" } });
  });

  it("is cut off when another 25 MB follow the answer", async () => {
    surface = await startSurface();
    const { request } = post({ "transfer-encoding": "chunked" });
    const [socket] = (await once(request, "socket")) as [Socket];
    socket.pause();
    let end = "open";
    for (let written = 0; written < 200 && end === "open"; written += 1) {
      if (!request.write(chunk)) {
        end = await once(request, "drain").then(
          () => "open",
          () => "cut",
        );
      }
    }
    expect(end).toBe("cut");
  });

  it("is not one of exactly 25 MB", async () => {
    surface = await startSurface();
    expect(await knock(surface, {}, "a".repeat(maxBodyBytes))).toMatchObject({ status: 202 });
    expect(surface.knocks[0]?.body).toHaveLength(maxBodyBytes);
  });
});

describe("[T18] many bodies at once", () => {
  it("are held up to 128 MB; who comes on top is told 503, and the others are served", async () => {
    surface = await startSurface();
    const size = 24 * megabyte;
    const sendings = Array.from({ length: 6 }, () => post({ "content-length": size }));
    const first = Promise.race(sendings.map(async ({ answer }, index) => ({ index, ...(await answer) })));
    for (const { request } of sendings) {
      for (let sent = 0; sent < 23; sent += 1) request.write(chunk);
      request.write(chunk.subarray(1));
    }
    const refused = await first;
    expect(refused).toMatchObject({ status: 503, headers: { connection: "close" } });
    expect(surface.knocks).toEqual([]);
    const others = sendings.filter((_, index) => index !== refused.index);
    for (const { request } of others) request.end("a");
    const answers = await Promise.all(others.map(({ answer }) => answer));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(surface.knocks.map(({ body }) => body.length)).toEqual([size, size, size, size, size]);
    expect(surface.told).toEqual(["deliveryRefused unavailable"]);
    sendings[refused.index]?.request.destroy();
    // What was held is given back, so the next ones are served again.
    expect(await knock(surface, {}, "a".repeat(size))).toMatchObject({ status: 202 });
  });

  it("that break off are let go without a fault, and what they held is given back", async () => {
    surface = await startSurface();
    for (let round = 0; round < 12; round += 1) {
      const { request, answer } = post({ "content-length": 20 * megabyte });
      await new Promise((resolve) => {
        for (let sent = 0; sent < 14; sent += 1) request.write(chunk);
        request.write(chunk, resolve);
      });
      request.destroy();
      await expect(answer).rejects.toThrow();
    }
    expect(await knock(surface)).toMatchObject({ status: 202 });
    expect(surface.knocks).toHaveLength(1);
    const refused = surface.told.filter((one) => one !== "deliveryRefused malformed");
    expect(refused).toEqual([]);
  });
});

describe("a malformed request", () => {
  it.each([
    ["no delivery id", { "x-github-delivery": "" }],
    ["a delivery id with a line's end in it", { "x-github-delivery": "a b" }],
    ["a delivery id of 101 characters", { "x-github-delivery": "a".repeat(101) }],
    ["no event", { "x-github-event": "" }],
    ["an event that is none", { "x-github-event": "push; drop" }],
    ["an event in capitals", { "x-github-event": "PUSH" }],
    ["two delivery ids", { "x-github-delivery": ["a", "b"] }],
  ])("with %s is refused with 400 before its body is looked at", async (_, headers) => {
    surface = await startSurface();
    expect(await knock(surface, headers)).toMatchObject({ status: 400 });
    expect(surface.knocks).toEqual([]);
    expect(surface.told).toEqual(["deliveryRefused malformed"]);
  });

  it.each([
    ["that is no HTTP", "hello\r\n\r\n", "HTTP/1.1 400"],
    [
      "with headers beyond 16 KB",
      `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(17_000)}\r\n\r\n`,
      "HTTP/1.1 431",
    ],
    [
      "with two lengths",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "HTTP/1.1 400",
    ],
    [
      "with a length and chunks",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 400",
    ],
    [
      "with a length that is none",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: many\r\n\r\n",
      "HTTP/1.1 400",
    ],
  ])("%s is refused and harms nobody", async (_, text, answer) => {
    surface = await startSurface();
    expect(await sendRaw(surface, text)).toContain(answer);
    expect(await knock(surface)).toMatchObject({ status: 202 });
  });
});
