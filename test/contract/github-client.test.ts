import nock from "nock";
import type { Probot } from "probot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lanesInMemory } from "../../src/gate/lanes.ts";
import { apiVersion } from "../../src/github/bounded-fetch.ts";
import { installationClient, type Kit } from "../../src/github/client.ts";
import { paceOf } from "../../src/github/pace.ts";
import { readerOver } from "../../src/github/reader.ts";
import { manualClock } from "../world/clock.ts";
import { clientTo, noon, shop, token } from "./github-kit.ts";

const base = "https://github.test/api/v3";
const path = "/api/v3/repos/acme/shop/git/ref/heads%2Fmain";
const github = nock("https://github.test");

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Asks for a branch's head, once. */
function asking() {
  const { client, clock } = clientTo(base);
  const reader = readerOver(client);
  return { clock, ask: async () => reader.branchHead(shop, "main") };
}

describe("a question to GitHub", () => {
  it("names the API version and the app's token, and is asked once", async () => {
    const headers = { "x-github-api-version": apiVersion, authorization: `token ${token}` };
    github
      .get(path)
      .matchHeader("x-github-api-version", apiVersion)
      .matchHeader("authorization", headers.authorization)
      .reply(200, {
        object: { sha: "a".repeat(40) },
      });
    expect(await asking().ask()).toEqual({ ok: true, value: "a".repeat(40) });
  });

  it.each([
    [500, {}, "unreachable", "GitHub answered 500"],
    [502, "<html><body>Bad gateway</body></html>", "unreachable", "GitHub answered 502"],
    [503, "", "unreachable", "GitHub answered 503"],
    [504, "{", "unreachable", "GitHub answered 504"],
    [401, { message: "Bad credentials" }, "refused", "GitHub refuses: Bad credentials"],
    [
      403,
      { message: "Resource not accessible by integration" },
      "refused",
      "Resource not accessible by integration",
    ],
    [422, { message: "Validation Failed" }, "rejected", "GitHub rejects: Validation Failed"],
  ] as const)(
    "that is answered with %i and %j is %s, and is not asked again by itself",
    async (status, body, kind, detail) => {
      github.get(path).reply(status, body);
      const result = await asking().ask();
      expect(result).toMatchObject({
        ok: false,
        failure: { kind, detail: expect.stringContaining(detail) as string },
      });
      expect(JSON.stringify(result)).not.toContain(token);
    },
  );

  it.each([
    ["text in place of JSON", "<html>Sign in to the proxy</html>", { "content-type": "text/html" }],
    ["JSON that breaks off", '{"ref":"refs/heads/main","obj', { "content-type": "application/json" }],
    ["nothing", "", { "content-type": "application/json" }],
    ["another value than was asked for", "null", { "content-type": "application/json" }],
  ])(
    "that is answered with 200 and %s was not answered, and is worth asking again",
    async (_, body, headers) => {
      github.get(path).reply(200, body, headers);
      expect(await asking().ask()).toMatchObject({ ok: false, failure: { kind: "malformed" } });
    },
  );

  it("whose connection is reset is unreachable, and no address or token is told", async () => {
    github
      .get(path)
      .replyWithError(Object.assign(new Error(`read ECONNRESET ${token}`), { code: "ECONNRESET" }));
    const failure = { kind: "unreachable", detail: "GitHub cannot be reached" };
    expect(await asking().ask()).toEqual({ ok: false, failure });
  });
});

describe("a limit", () => {
  const secondary = {
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  };

  it.each([
    [
      "a primary limit tells when it ends",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(noon / 1000 + 900) },
      {},
      900,
    ],
    [
      "a limit whose end has passed waits a second",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
      {},
      1,
    ],
    ["a secondary limit with a time", 403, { "retry-after": "30" }, secondary, 30],
    ["429 with a time", 429, { "retry-after": "17" }, {}, 17],
    ["429 without a time waits a minute", 429, {}, {}, 60],
    [
      "a secondary limit without a time waits a minute",
      403,
      { "x-ratelimit-remaining": "4000" },
      secondary,
      60,
    ],
    [
      "an abuse limit of older servers",
      403,
      {},
      { message: "You have triggered an abuse detection mechanism." },
      60,
    ],
  ] as const)("%s", async (_, status, headers, body, seconds) => {
    github.get(path).reply(status, body, headers);
    const { ask, clock } = asking();
    const limited = { ok: false, failure: { kind: "rate_limited", retryAt: noon + seconds * 1000 } };
    expect(await ask()).toMatchObject(limited);
    // Until then nothing is asked at all; the next question that leaves finds no answer planned.
    clock.set(noon + seconds * 1000 - 1);
    expect(await ask()).toMatchObject(limited);
    clock.advance(1);
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: "unreachable" } });
  });

  it("without a time waits twice as long each time in a row, until GitHub answers well", async () => {
    const { ask, clock } = asking();
    const waits: number[] = [];
    for (const answer of ["limit", "limit", "limit", "well", "limit"]) {
      if (answer === "well") github.get(path).reply(200, { object: { sha: "a".repeat(40) } });
      else github.get(path).reply(403, secondary);
      const result = await ask();
      const retryAt = result.ok ? clock.now() : (result.failure.retryAt ?? 0);
      waits.push((retryAt - clock.now()) / 60_000);
      clock.set(retryAt);
    }
    expect(waits).toEqual([1, 2, 4, 0, 1]);
  });
});

describe("the clients of installations", () => {
  it("are kept for the thousand that were used last [T18]", async () => {
    const made: number[] = [];
    const kit = { rest: {} } as unknown as Kit;
    const probot = {
      auth: (id: number) => (made.push(id), Promise.resolve(kit)),
    } as unknown as Pick<Probot, "auth">;
    const client = installationClient(probot, paceOf(3, lanesInMemory()), manualClock(noon));
    const use = async (id: number) => client.call(id, () => Promise.resolve({ data: {} }));
    for (let id = 1; id <= 1000; id += 1) await use(id);
    await use(1);
    expect(made).toHaveLength(1000);
    await use(1001);
    await use(1);
    expect(made).toHaveLength(1001);
    await use(2);
    expect(made.slice(1000)).toEqual([1001, 2]);
  });
});
