import { expect, it } from "vitest";
import type { GateAnswer } from "../../src/domain/gate-answer.ts";
import type { Caller } from "../../src/gate/caller.ts";
import { policyFor, story } from "../world/checkout.ts";
import { anyCaller, bearer, knownCallers } from "../world/known-callers.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

const callers = knownCallers({
  all: anyCaller,
  staging: { ...anyCaller, id: "staging", environments: ["staging"] },
  other: { ...anyCaller, id: "other", repositories: ["acme/other"] },
});

/** A shop that the app has heard of, and callers who may ask. */
async function asking(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ callers, ...options });
  await shop.openPull();
  return shop;
}

interface Reply {
  readonly status: number;
  readonly body: GateAnswer & { readonly detail?: string };
  readonly headers: Headers;
}

async function ask(
  { app }: Shop,
  query = "",
  { token = "all", repo = "acme/shop", ...init }: RequestInit & { token?: string; repo?: string } = {},
): Promise<Reply> {
  const reply = await fetch(`${app.url}/v1/gate/${repo}${query}`, {
    redirect: "manual",
    ...init,
    headers: bearer(token),
  });
  const text = await reply.text();
  expect(reply.headers.get("content-type")).toMatch(/^application\/(problem\+)?json/);
  const body = JSON.parse(text) as Reply["body"];
  expect(typeof body.allow).toBe("boolean");
  return { status: reply.status, body, headers: reply.headers };
}

it("tells in the body that a calm service may go on, with every number", async () => {
  const shop = await asking();
  const { status, body } = await ask(shop, "?environment=production");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    schema: "burngate.gate/v1",
    verdict: "allow",
    allow: true,
    decision: "allow",
    mode: "enforce",
    repo: "acme/shop",
    environment: "production",
    service: null,
    sha: null,
    bypass: null,
    policy: { path: policyFile },
    evaluatedAt: "2026-10-01T09:00:00Z",
    retryAfterSeconds: null,
  });
  expect(body.id).toMatch(/^\d+$/);
  expect(body.slos).toHaveLength(1);
  expect(body.slos[0]).toMatchObject({ name: "checkout", verdict: "allow" });
  expect(body.slos[0]?.budgetRemaining).toBeCloseTo(0.95, 1);
  expect(Object.keys(body.slos[0]?.burn ?? {})).toEqual(
    ["1h", "5m", "6h", "30m", "1d", "2h", "3d", "6h"].filter((one, index, all) => all.indexOf(one) === index),
  );
});

it("says no in the body with 200, and in the status with 403", async () => {
  const shop = await asking();
  await shop.go(story.burning);
  const { status, body } = await ask(shop);
  expect(status).toBe(200);
  expect(body).toMatchObject({ verdict: "block", allow: false });
  expect(body.reason).toMatch(/^checkout: 1h burn 167x > 14.4x/);
  expect(body.retryAfterSeconds).toBe(300);
  expect((await ask(shop, "?reply=status")).status).toBe(403);
});

it("lets through what a policy only observes, and tells what it would do", async () => {
  const shop = await asking({ policy: `${policyFor("checkout")}mode: observe\n` });
  await shop.go(story.burning);
  const { body } = await ask(shop);
  expect(body).toMatchObject({ verdict: "warn", allow: true, decision: "block", mode: "observe" });
  expect(body.reason).toMatch(/^Would block: /);
});

it.each([
  ["Prometheus is silent", { source: { url: new URL("http://127.0.0.1:9") } }, /no usable answer/],
  ["the policy is broken", { policy: "version: 7\n" }, /Policy cannot be used/],
  ["there is no policy", { policy: null }, /no error budget policy/],
])("is inconclusive when %s: 200 in the body, 424 in the status", async (_, options, words) => {
  const shop = await asking(options);
  const { status, body } = await ask(shop);
  expect(status).toBe(200);
  expect(body).toMatchObject({ verdict: "inconclusive", allow: false });
  expect(body.reason).toMatch(words);
  expect((await ask(shop, "?reply=status")).status).toBe(424);
});

it("asks about one service only, and knows nothing of one that the policy does not name", async () => {
  const shop = await asking();
  expect((await ask(shop, "?service=checkout")).body.verdict).toBe("allow");
  const { body } = await ask(shop, "?service=search");
  expect(body).toMatchObject({ verdict: "inconclusive", allow: false, slos: [] });
});

it("asks a canary only how fast budgets burn", async () => {
  const spent = policyFor("checkout").replace("99.9%", "99.9999%");
  const shop = await asking({
    policy: `${spent}rules:\n  - {name: spent, remaining: 0%, then: block}\n  - {name: fast, burn_rate: 100000, windows: [1h, 5m], then: block}\n`,
  });
  expect((await ask(shop)).body.verdict).toBe("block");
  expect((await ask(shop, "?scope=canary&hash=abc")).body.verdict).toBe("allow");
});

it("is opened by who is entitled, for the commit that is asked about", async () => {
  const shop = await asking();
  await shop.go(story.burning);
  const { number } = await shop.openPull();
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  const merged = shop.repository.merge(number, { by: "bob" });
  await shop.app.settle();
  const { body } = await ask(shop, `?environment=production&sha=${merged}`);
  expect(body).toMatchObject({ verdict: "warn", allow: true, decision: "block", bypass: { by: "ann" } });
  expect((await ask(shop, "?environment=production")).body.verdict).toBe("block");
});

it("is brief where it must be", async () => {
  const shop = await asking();
  const environment = "é".repeat(255);
  const { body } = await ask(shop, `?brief=1&environment=${encodeURIComponent(environment)}`);
  expect(body).toMatchObject({ slos: [], qualityGates: [], allow: true });
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(2048);
});

it("takes the same from a JSON body", async () => {
  const shop = await asking();
  const body = JSON.stringify({ environment: "production", sha: "A".repeat(40), brief: true });
  const reply = await ask(shop, "", { method: "POST", body });
  expect(reply.body).toMatchObject({ environment: "production", sha: "a".repeat(40), slos: [] });
});

it.each([
  [
    "a parameter that is not known",
    "?enviroment=production",
    {},
    400,
    /`enviroment` is not known; known are environment/,
  ],
  ["a parameter twice", "?service=a&service=b", {}, 400, /given twice/],
  [
    "two answers to one question",
    "?service=a",
    { method: "POST", body: '{"service":"b"}' },
    400,
    /another in the body/,
  ],
  ["half a sha", "?sha=abc", {}, 400, /whole commit sha/],
  ["too long a wait", "?wait=2m", {}, 400, /at most 60s/],
  ["a body that is no object", "", { method: "POST", body: "[1]" }, 400, /no JSON object/],
  [
    "a body with a prototype",
    "",
    { method: "POST", body: '{"__proto__":{"reply":"status"}}' },
    400,
    /is not known/,
  ],
  ["another method", "", { method: "PUT" }, 405, /use GET, POST/],
  ["a repository that is not there", "", { repo: "acme/none" }, 404, /no such repository/],
  ["a path that is none", "", { repo: "acme/shop/more" }, 404, /nothing answers here/],
  ["a stranger", "", { token: "nobody" }, 401, /not known/],
  ["[T15] somebody else's repository", "", { token: "other" }, 404, /no such repository/],
  [
    "[T15] an environment out of reach",
    "?environment=production",
    { token: "staging" },
    404,
    /about that environment/,
  ],
  ["[T15] no environment, bound to some", "", { token: "staging" }, 404, /without naming an environment/],
])("refuses %s in JSON", async (_, query, init, status, words) => {
  const shop = await asking();
  const reply = await ask(shop, query, init);
  expect(reply.status).toBe(status);
  expect(reply.body.allow).toBe(false);
  expect(reply.body.detail).toMatch(words);
});

it("never fails with 5xx: a fault inside is noted and lets nothing through", async () => {
  const shop = await asking();
  shop.app.machine.ledger.policies.find = () => Promise.reject(new Error("the disk is gone"));
  const { status, body } = await ask(shop);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    verdict: "inconclusive",
    allow: false,
    reason: expect.stringContaining("noted") as string,
  });
  expect(JSON.stringify(body)).not.toContain("disk");
});

it("[T49] lets through by neither of two owners' repositories of one name", async () => {
  const byToken: Record<string, Caller> = { all: anyCaller };
  const shop = await asking({ callers: knownCallers(byToken) });
  const { registry } = shop.app.machine.ledger;
  const [known] = await registry.named("acme", "shop");
  if (known === undefined) throw new Error("the shop is not known");
  await registry.remember({ ...known, id: known.id + 1 });
  expect((await ask(shop)).body.detail).toBeUndefined();
  await registry.remember({ ...known, id: known.id + 1, installationId: known.installationId + 1 });
  const { status, body } = await ask(shop);
  expect(status).toBe(424);
  expect(body).toMatchObject({ allow: false, verdict: "inconclusive" });
  expect(body.detail).toMatch(/two owners/);
  byToken["bound"] = { ...anyCaller, repositoryId: known.id };
  expect((await ask(shop, "", { token: "bound" })).body.verdict).toBe("allow");
});

it("[T15] asks the ledger for no name that GitHub would not give", async () => {
  const shop = await asking();
  const asked: string[] = [];
  shop.app.machine.ledger.registry.named = (owner, name) => {
    asked.push(`${owner}/${name}`);
    return Promise.resolve([]);
  };
  for (const repo of [
    "acme/%00",
    "%00/shop",
    "acme/sh%20op",
    "acme/%E2%84%AAelvin",
    `acme/${"x".repeat(101)}`,
  ])
    expect(await ask(shop, "", { repo })).toMatchObject({ status: 404, body: { allow: false } });
  expect(asked).toEqual([]);
});

it("takes a rule's time for over where nobody has looked, and keeps to it where somebody has", async () => {
  const rules = "rules: [{name: slow, burn_rate: 10, windows: [1h, 5m], then: block, for: 10m}]\n";
  const shop = await openShop({ callers, policy: policyFor("checkout", rules) });
  await shop.openPull();
  await shop.go(story.burning);
  expect((await ask(shop)).body.verdict).toBe("allow");
  const other = await openShop({ callers, policy: policyFor("checkout", rules) });
  const pull = await other.openPull();
  other.repository.merge(pull.number, { by: "bob" });
  await other.app.settle();
  other.clock.set(story.burning);
  expect((await ask(other)).body.verdict).toBe("block");
});
