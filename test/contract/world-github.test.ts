import { describe, expect, it } from "vitest";
import { at, pluck, type Answered } from "../world/github-client.ts";
import { responseProblems, webhookProblems } from "../world/github-contract.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

describe("the contract bites", () => {
  it("refuses and records a request body that GitHub does not know", async () => {
    const { github, call, policySha } = await acme();
    const { status } = await call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "blocked" });
    expect(status).toBe(422);
    expect(github.violations).toMatchObject([
      { kind: "request", problems: [expect.stringContaining("body/state")] },
    ]);
    expect(() => github.assertClean()).toThrow("body/state must be equal to one of the allowed values");
  });

  it("records misspelt query parameters, misspelt fields and unknown requests", async () => {
    const { github, call, policySha } = await acme();
    expect((await call("GET /repos/acme/shop/pulls?perpage=3")).status).toBe(200);
    expect(
      (await call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "success", name: "x" })).status,
    ).toBe(201);
    expect((await call("GET /repos/acme/shop/no/such/thing")).status).toBe(404);
    expect(github.violations.map(({ kind }) => kind)).toEqual(["request", "request", "unknown-request"]);
  });

  it("answers 500 in place of an answer that GitHub could not give", async () => {
    const { github, call } = await acme();
    github.fail({ path: /pulls/, status: 200, body: [{ number: 1 }] });
    expect((await call("GET /repos/acme/shop/pulls")).status).toBe(500);
    expect(github.violations).toMatchObject([
      { kind: "response", where: "GET /repos/acme/shop/pulls -> 200" },
    ]);
    expect((await call("GET /repos/acme/shop/pulls")).status).toBe(200);
  });

  it("knows a webhook from one with a field removed", async () => {
    const { github, shop } = await acme();
    shop.openPull({ head: "fix", author: "bob" });
    const { event, action, payload } = github.deliveries.at(-1)!;
    expect(webhookProblems(event, action, payload)).toEqual([]);
    const { head: _, ...pull } = payload["pull_request"] as { head: unknown };
    expect(webhookProblems(event, action, { ...payload, pull_request: pull })).not.toEqual([]);
    expect(webhookProblems(event, "exploded", payload)).toEqual([
      expect.stringContaining("not in the contract"),
    ]);
  });

  it("holds every timeline event against its own schema, which GitHub's description does not", () => {
    const problems = responseProblems("issues/list-events-for-timeline", 200, [
      { event: "labeled", label: { name: "hotfix" } },
    ]);
    expect(problems).not.toEqual([]);
  });
});

describe("commit statuses", () => {
  it("takes 140 code points of description and no more", async () => {
    const { call, policySha } = await acme();
    const post = async (description: string): Promise<number> =>
      (await call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "success", description })).status;
    expect(await post("🔥".repeat(140))).toBe(201);
    expect(await post("🔥".repeat(141))).toBe(422);
  });

  it("takes 1000 for one sha and context, whatever the context's case", async () => {
    const { shop, call, policySha } = await acme();
    for (let n = 0; n < 1000; n += 1)
      shop.setStatus(policySha, { state: "pending", context: n % 2 === 0 ? "Gate" : "gate" });
    const refused = await call(`POST /repos/acme/shop/statuses/${policySha}`, {
      state: "success",
      context: "GATE",
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ message: "This SHA and context has reached the maximum number of statuses." }] },
    });
    expect(
      (await call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "success", context: "other" }))
        .status,
    ).toBe(201);
  });

  it("knows no commit that was never pushed", async () => {
    const { call } = await acme();
    const sha = "0".repeat(39) + "1";
    expect(await call(`POST /repos/acme/shop/statuses/${sha}`, { state: "success" })).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${sha}` },
    });
  });

  it("reads back, newest first, and combines the newest of each context", async () => {
    const { github, shop, call, policySha } = await acme();
    for (const state of ["failure", "success"])
      await call(`POST /repos/acme/shop/statuses/${policySha}`, { state, context: "error-budget: main" });
    expect(pluck((await call(`GET /repos/acme/shop/commits/main/statuses`)).body, "state")).toEqual([
      "success",
      "failure",
    ]);
    expect((await call(`GET /repos/acme/shop/commits/${policySha}/status`)).body).toMatchObject({
      state: "success",
      total_count: 1,
    });
    expect(shop.latestStatus(policySha, "ERROR-BUDGET: main")).toMatchObject({
      state: "success",
      creator: { login: "burngate[bot]" },
    });
    github.assertClean();
  });
});

describe("limits and failures", () => {
  it("refuses above the primary limit until the hour is over", async () => {
    const { github, installation, call, pass } = await acme();
    github.limits.primary = 5000;
    github.limits.leave(`installation ${installation.id}`, 1);
    expect((await call("GET /repos/acme/shop")).headers.get("x-ratelimit-remaining")).toBe("0");
    const refused = await call("GET /repos/acme/shop");
    expect(refused.status).toBe(403);
    expect(at(refused.body, "message")).toContain("API rate limit exceeded");
    pass(Number(refused.headers.get("x-ratelimit-reset")) - Date.parse("2026-11-22T12:00:00Z") / 1000);
    expect((await call("GET /repos/acme/shop")).status).toBe(200);
  });

  it("refuses above 900 points a minute, five to a write, and says for how long", async () => {
    const { github, call, pass, policySha } = await acme();
    github.limits.secondary = 900;
    const post = async (): Promise<Answered> =>
      call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "success" });
    for (let n = 0; n < 180; n += 1) expect((await post()).status).toBe(201);
    const refused = await post();
    expect(refused.status).toBe(403);
    expect(at(refused.body, "message")).toContain("secondary rate limit");
    expect(refused.headers.get("retry-after")).toBe("60");
    pass(60);
    expect((await post()).status).toBe(201);
  });

  it("fails as planned: bursts, headers, lost answers, cut connections", async () => {
    const { github, shop, call, policySha } = await acme();
    const path = `POST /repos/acme/shop/statuses/${policySha}`;
    github.fail({ method: "POST", path: /statuses/, times: 2, status: 502, body: "<h1>Bad Gateway</h1>" });
    expect([
      (await call(path, { state: "success" })).status,
      (await call(path, { state: "success" })).status,
    ]).toEqual([502, 502]);
    expect(shop.statuses(policySha)).toEqual([]);
    github.fail({ method: "POST", status: 429, headers: { "retry-after": "7" }, afterEffect: true });
    expect((await call(path, { state: "success" })).headers.get("retry-after")).toBe("7");
    expect(shop.statuses(policySha)).toHaveLength(1);
    github.fail({ destroySocket: true });
    await expect(call(path, { state: "success" })).rejects.toThrow("fetch failed");
    github.fail({ status: 500 })();
    expect((await call(path, { state: "success" })).status).toBe(201);
    expect(github.count({ method: "POST", path: /statuses/ })).toBe(5);
    github.assertClean();
  });
});
