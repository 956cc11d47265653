import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { Callers } from "../../src/gate/caller.ts";
import { brokenAnswer, askedOf, type Questions } from "../../src/gate/question.ts";
import type { Surfaces } from "../../src/http/server.ts";
import { shop } from "../unit/gate/gate-world.ts";
import { bearer, knownCallers } from "../world/known-callers.ts";
import { wideBounds } from "./http-bounds.ts";
import { type Answer, begin, send, startSurface, type Surface } from "./http-surface.ts";

const never = new Promise<never>(() => {});

const silent: Questions = { answer: () => never, wait: () => never };

function apiWith(questions: Questions): Surfaces["api"] {
  return {
    callers: knownCallers(),
    questions,
    registry: { named: () => Promise.resolve([shop]) },
    heardRollout: () => Promise.resolve(),
    clock: { now: () => 0 },
  };
}

let surface: Surface;
afterEach(async () => surface.stop());

const rollout = JSON.stringify({
  name: "a",
  namespace: "b",
  phase: "Progressing",
  metadata: { repo: "acme/shop" },
});

const ask = (path: string, body?: string): Promise<Answer> =>
  send(
    surface,
    { method: body === undefined ? "GET" : "POST", path, headers: { ...bearer("all") } },
    body ?? "",
  );

describe("who asks when nothing is answered in time", () => {
  it.each([
    ["/v1/gate/acme/shop?environment=production", undefined, 200],
    ["/v1/gate/acme/shop?environment=production&wait=0&reply=status", undefined, 424],
    ["/v1/flagger/confirm-rollout", rollout, 424],
    ["/v1/flagger/rollback", rollout, 424],
  ])("is told so, and let nowhere: %s", async (path, body, status) => {
    surface = await startSurface(undefined, { api: apiWith(silent) }, { ...wideBounds, answerMs: 10 });
    const answer = await ask(path, body);
    expect(answer.status).toBe(status);
    const told = JSON.parse(answer.text) as { allow: boolean; reason: string; environment?: string };
    expect(told).toMatchObject({ allow: false });
    expect(told.reason).toContain("nothing was answered within 0.01 s");
    if (body === undefined) expect(told.environment).toBe("production");
  });
});

describe("who waits", () => {
  it("is answered at once when the process stops", async () => {
    const begun = Promise.withResolvers<void>();
    const questions: Questions = {
      ...silent,
      async wait(question, _, signal) {
        begun.resolve();
        if (!signal.aborted) await once(signal, "abort");
        return brokenAnswer(askedOf(question), 0);
      },
    };
    surface = await startSurface(undefined, { api: apiWith(questions) }, wideBounds);
    const { request, answer } = begin(surface, {
      path: "/v1/gate/acme/shop?wait=60",
      headers: { ...bearer("all") },
    });
    request.end();
    await begun.promise;
    await surface.stop();
    expect((await answer).status).toBe(200);
  });
});

describe("who hangs up while we find out who they are", () => {
  it("is waited for by nobody", async () => {
    const known = knownCallers();
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const callers: Callers = {
      ...known,
      async recognise(authorization, now) {
        asked.resolve();
        await left.promise;
        return known.recognise(authorization, now);
      },
    };
    const questions: Questions = {
      ...silent,
      async wait(question, _, signal) {
        if (!signal.aborted) await once(signal, "abort");
        ended.resolve();
        return brokenAnswer(askedOf(question), 0);
      },
    };
    surface = await startSurface(undefined, { api: { ...apiWith(questions), callers } }, wideBounds);
    const { request, answer } = begin(surface, {
      path: "/v1/gate/acme/shop?wait=60",
      headers: { ...bearer("all") },
    });
    request.end();
    await asked.promise;
    request.destroy();
    await expect(answer).rejects.toThrow();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    left.resolve();
    await ended.promise;
  });
});

describe("[T18] who sends when too many bodies are on their way", () => {
  it("is told so, and not that the body is too large", async () => {
    surface = await startSurface(undefined, { api: apiWith(silent) }, wideBounds);
    const kilobytes = 256 * 1024;
    const sendings = Array.from({ length: 40 }, () =>
      begin(surface, {
        method: "POST",
        path: "/v1/gate/acme/shop",
        headers: { ...bearer("all"), "content-length": String(kilobytes) },
      }),
    );
    for (const { request } of sendings) request.write("x".repeat(kilobytes - 1));
    const { status, headers, text } = await Promise.race(sendings.map(({ answer }) => answer));
    expect(status).toBe(429);
    expect(headers["retry-after"]).toBe("1");
    expect(JSON.parse(text)).toMatchObject({
      allow: false,
      detail: "too many bodies at once; ask again in 1 s",
    });
    for (const { request } of sendings) request.destroy();
    await Promise.allSettled(sendings.map(({ answer }) => answer));
  });
});
