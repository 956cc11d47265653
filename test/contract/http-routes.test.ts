import { Agent } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { Reception } from "../../src/gate/door.ts";
import { webhookPath } from "../../src/http/server.ts";
import { begin, knock, send, startSurface, type Surface, webhookHeaders } from "./http-surface.ts";

let surface: Surface;
afterEach(async () => surface.stop());

const outcome = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "answered",
    (error: unknown) => String(error),
  );

describe("the routes", () => {
  it.each([
    ["GET", "/livez", 200, "alive\n"],
    ["GET", "/readyz", 200, "ready\n"],
    ["GET", "/metrics", 200, "up 1\n"],
    ["GET", "/syncz", 200, "no scan yet, 0 gaps found, 0 repaired\n"],
    ["POST", "/syncz", 405, "Only GET.\n"],
    ["GET", "/readyz?verbose", 200, "ready\n"],
    ["HEAD", "/livez", 200, ""],
    ["POST", "/livez", 405, "Only GET.\n"],
    ["DELETE", "/readyz", 405, "Only GET.\n"],
    ["POST", "/metrics", 405, "Only GET.\n"],
    ["GET", webhookPath, 405, "Only POST.\n"],
    ["PUT", webhookPath, 405, "Only POST.\n"],
    ["GET", "/", 404, expect.stringContaining("Nothing here")],
    ["POST", `${webhookPath}/`, 404, expect.stringContaining("Nothing here")],
    ["GET", "/%2e%2e/livez", 404, expect.stringContaining("Nothing here")],
  ])("answer %s %s with %i, which nobody may keep", async (method, path, status, text) => {
    surface = await startSurface();
    const answer = await send(surface, { method, path });
    expect(answer).toMatchObject({
      status,
      headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
    });
    expect(answer.text).toEqual(text);
    expect(surface.knocks).toEqual([]);
  });

  it("say why the process is not ready, and give metrics their type", async () => {
    surface = await startSurface(undefined, { unready: () => Promise.resolve("the disk is full") });
    expect(await send(surface, { path: "/readyz" })).toMatchObject({
      status: 503,
      text: "not ready: the disk is full\n",
    });
    expect(await send(surface, { path: "/metrics" })).toMatchObject({
      headers: { "content-type": "text/plain; version=0.0.4" },
    });
  });

  it("answer 500 where our own code breaks, note it, and live on", async () => {
    surface = await startSurface(undefined, { metrics: () => Promise.reject(new Error("planted")) });
    const { status, text } = await send(surface, { path: "/metrics" });
    expect(status).toBe(500);
    expect(text).not.toContain("planted");
    expect(surface.told).toEqual(["buried http:GET"]);
    expect(await send(surface, { path: "/livez" })).toMatchObject({ status: 200 });
  });
});

describe("the webhook's answer", () => {
  it.each<[Reception, number, string[]]>([
    ["accepted", 202, []],
    ["known", 202, []],
    ["ignored", 202, ["deliveryIgnored push"]],
    ["full", 503, ["deliveryRefused full"]],
    ["bad_signature", 400, ["deliveryRefused signature"]],
    ["malformed", 400, ["deliveryRefused malformed"]],
  ])("to a delivery that was %s is %i", async (reception, status, told) => {
    surface = await startSurface(() => Promise.resolve(reception));
    expect(await knock(surface, {}, '{"ü":1}')).toMatchObject({ status });
    expect(surface.told).toEqual(told);
    expect(surface.knocks).toEqual([
      {
        id: webhookHeaders["x-github-delivery"],
        event: "push",
        signature: webhookHeaders["x-hub-signature-256"],
        body: '{"ü":1}',
      },
    ]);
  });

  it("[T16] comes after the delivery is stored", async () => {
    const entered = Promise.withResolvers<undefined>();
    const stored = Promise.withResolvers<Reception>();
    surface = await startSurface(() => {
      entered.resolve(undefined);
      return stored.promise;
    });
    const answer = knock(surface);
    await entered.promise;
    const alive = send(surface, { path: "/livez" });
    expect(await Promise.race([answer, alive])).toMatchObject({ status: 200 });
    stored.resolve("accepted");
    expect(await answer).toMatchObject({ status: 202 });
  });

  it("[T16] [T18] is 503, and nothing is acknowledged, when the delivery cannot be stored", async () => {
    surface = await startSurface(() => Promise.reject(new Error("disk full: /secret/path")));
    const { status, text } = await knock(surface);
    expect(status).toBe(503);
    expect(text).not.toContain("disk full");
    expect(surface.told).toEqual([
      "deliveryRefused unavailable",
      `buried delivery:${webhookHeaders["x-github-delivery"]}`,
    ]);
  });
});

describe("stopping", () => {
  it("answers what runs, takes nothing new and does not wait for connections that are merely kept", async () => {
    const entered = Promise.withResolvers<undefined>();
    const stored = Promise.withResolvers<Reception>();
    surface = await startSurface(() => {
      entered.resolve(undefined);
      return stored.promise;
    });
    const agent = new Agent({ keepAlive: true });
    await send(surface, { path: "/livez", agent });
    const running = begin(surface, { method: "POST", path: webhookPath, headers: webhookHeaders, agent });
    running.request.end("{}");
    await entered.promise;
    const stopped = surface.stop();
    expect(await outcome(send(surface, { path: "/livez" }))).toContain("ECONNREFUSED");
    stored.resolve("accepted");
    expect(await running.answer).toMatchObject({ status: 202 });
    await stopped;
    agent.destroy();
  });
});
