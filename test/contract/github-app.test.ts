/** The App asking GitHub about itself. */
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appOver } from "../../src/github/app-reader.ts";
import { isHandled } from "../../src/github/delivery.ts";
import { lanesInMemory } from "../../src/gate/lanes.ts";
import { paceOf } from "../../src/github/pace.ts";
import { noon, probotTo } from "./github-kit.ts";

const github = nock("https://github.test");
const log = "/api/v3/app/hook/deliveries";

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

function asking() {
  const { probot, clock } = probotTo("https://github.test/api/v3");
  return { clock, app: appOver(probot, paceOf(3, lanesInMemory()), clock, 1000) };
}

/** A line of the log. */
const line = (more: object = {}): object => ({
  id: 5,
  guid: "d-1",
  delivered_at: "2026-11-22T11:00:00Z",
  redelivery: false,
  duration: 0.1,
  status: "OK",
  status_code: 202,
  event: "pull_request",
  action: "opened",
  installation_id: 70,
  repository_id: 7,
  throttled_at: null,
  ...more,
});

const attempt = {
  id: 5,
  guid: "d-1",
  at: Date.parse("2026-11-22T11:00:00Z"),
  event: "pull_request",
  action: "opened",
  installationId: 70,
  repositoryId: 7,
  isDelivered: true,
  isWanted: true,
};

describe("the log of deliveries", () => {
  it("is read by the page, each of which tells where the next one begins", async () => {
    const link = `<https://github.test${log}?per_page=100&cursor=v1_5>; rel="next"`;
    github.get(log).query({ per_page: 100 }).reply(200, [line()], { link });
    github.get(log).query({ per_page: 100, cursor: "v1_5" }).reply(200, []);
    const { app } = asking();
    expect(await app.attempts(undefined)).toEqual({ ok: true, value: { attempts: [attempt], next: "v1_5" } });
    expect(await app.attempts("v1_5")).toEqual({ ok: true, value: { attempts: [], next: undefined } });
  });

  it.each([
    [200, true],
    [299, true],
    [0, false],
    [302, false],
    [400, false],
    [503, false],
  ])("takes an answer of ours with %i for delivered: %s", async (statusCode, isDelivered) => {
    github
      .get(log)
      .query(true)
      .reply(200, [line({ status_code: statusCode })]);
    expect(await asking().app.attempts(undefined)).toMatchObject({
      value: { attempts: [{ isDelivered }] },
    });
  });

  it("may tell of no action and no installation", async () => {
    const bare = { event: "push", action: null, installation_id: null };
    github
      .get(log)
      .query(true)
      .reply(200, [line(bare)]);
    expect(await asking().app.attempts(undefined)).toMatchObject({
      value: { attempts: [{ action: undefined, installationId: undefined, isWanted: true }] },
    });
  });

  it.each([[[{ id: 5 }]], [{ message: "?" }]])("is none: %j", async (body) => {
    github.get(log).query(true).reply(200, body);
    expect(await asking().app.attempts(undefined)).toMatchObject({ failure: { kind: "malformed" } });
  });
});

describe("asking as the App", () => {
  it("asks for one more attempt", async () => {
    github.post(`${log}/5/attempts`).reply(202, {});
    expect(await asking().app.redeliver(5)).toEqual({ ok: true, value: undefined });
  });

  it("[T45] is one lane: what is held for the log is held for everything", async () => {
    github.get(log).query(true).reply(429, {}, { "retry-after": "9" });
    const { app } = asking();
    const failure = { kind: "rate_limited", retryAt: noon + 9000 };
    expect(await app.attempts(undefined)).toMatchObject({ failure });
    expect(await app.redeliver(5)).toMatchObject({ failure });
    expect(await app.installation(70)).toMatchObject({ failure });
  });

  it.each([
    [{ suspended_at: null }, "active"],
    [{}, "active"],
    [{ suspended_at: "2026-11-22T11:00:00Z" }, "suspended"],
  ])("reads an installation: %j is %s", async (more, standing) => {
    const accepted = { permissions: { statuses: "write" }, events: ["push"] };
    const body = { id: 70, ...accepted, html_url: "https://github.test/70", ...more };
    github.get("/api/v3/app/installations/70").reply(200, body);
    expect(await asking().app.installation(70)).toEqual({
      ok: true,
      value: { standing, accepted: { ...accepted, page: "https://github.test/70" } },
    });
  });

  it.each([
    [404, { message: "Not Found" }, "gone"],
    [200, { id: 70 }, "malformed"],
    [503, {}, "unreachable"],
  ])("of an installation, %i and %j is %s", async (status, body, kind) => {
    github.get("/api/v3/app/installations/70").reply(status, body);
    expect(await asking().app.installation(70)).toMatchObject({ ok: false, failure: { kind } });
  });
});

it.each([
  ["pull_request", "opened", true],
  ["pull_request", "assigned", false],
  ["installation", "suspend", true],
  ["installation", "unheard_of", false],
  ["repository", "edited", true],
  ["repository", "created", false],
  ["push", undefined, true],
  ["ping", undefined, false],
  ["star", "created", false],
])("a webhook %s.%s is asked for again when it is lost: %s", (event, action, isWanted) => {
  expect(isHandled(event, action)).toBe(isWanted);
});
