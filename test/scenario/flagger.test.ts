import { describe, expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { type HookType, hookEffect } from "../world/flagger-hook.ts";
import { anyCaller, bearer, knownCallers } from "../world/known-callers.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const callers = knownCallers({
  all: anyCaller,
  other: { ...anyCaller, id: "other", repositories: ["acme/other"] },
});

async function asking(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ callers, ...options });
  await shop.openPull();
  return shop;
}

const rollout = {
  name: "checkout",
  namespace: "shop",
  phase: "Progressing",
  checksum: "85d557f47b",
  metadata: { repo: "acme/shop", environment: "production" },
};

interface HookReply {
  readonly status: number;
  readonly body: { readonly allow: boolean; readonly reason?: string; readonly detail?: string };
  readonly text: string;
}

async function call(
  { app }: Shop,
  hook: string,
  { body = rollout, token = "all" }: { body?: object | string; token?: string } = {},
): Promise<HookReply> {
  const reply = await fetch(`${app.url}/v1/flagger/${hook}`, {
    method: "POST",
    redirect: "manual",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  return { status: reply.status, body: JSON.parse(text) as HookReply["body"], text };
}

const asking5 = [
  "confirm-rollout",
  "pre-rollout",
  "rollout",
  "confirm-traffic-increase",
  "confirm-promotion",
] as const;

/** What Flagger would do with our answer. */
const effectOf = (type: HookType, { status, text }: HookReply) => hookEffect(type, status, text).effect;

describe("Flagger's hooks", () => {
  it.each(asking5)(
    "%s goes on while the budget is fine, halts when it burns, and when nobody knows",
    async (hook) => {
      const shop = await asking();
      expect(await call(shop, hook)).toMatchObject({ status: 200, body: { allow: true } });
      await shop.go(story.burning);
      const held = await call(shop, hook);
      expect(held).toMatchObject({ status: 403, body: { allow: false } });
      expect(held.text.startsWith('{"reason":"checkout: 1h burn 167x')).toBe(true);
      expect(held.text.length).toBeLessThan(500);
      expect(held.text.trim()).not.toContain("\n");
      const silent = await asking({ source: { url: new URL("http://127.0.0.1:9") } });
      expect(await call(silent, hook)).toMatchObject({ status: 424, body: { allow: false } });
    },
  );

  it("rollback rolls back only when a verdict blocks", async () => {
    const shop = await asking();
    expect(await call(shop, "rollback")).toMatchObject({ status: 403, body: { allow: true } });
    await shop.go(story.burning);
    const back = await call(shop, "rollback");
    expect(back).toMatchObject({ status: 200, body: { allow: false } });
    expect(effectOf("rollback", back)).toBe("ROLL BACK NOW");
  });

  it("rollback asks how fast budgets burn, not what was spent before, unless its metadata say so", async () => {
    const spent = policyFor("checkout").replace("99.9%", "99.9999%");
    const policy = `${spent}rules:\n  - {name: spent, remaining: 0%, then: block}\n  - {name: fast, burn_rate: 100000, windows: [1h, 5m], then: block}\n`;
    const shop = await asking({ policy });
    expect(await call(shop, "confirm-rollout")).toMatchObject({ status: 403 });
    expect(await call(shop, "rollback")).toMatchObject({ status: 403, body: { allow: true } });
    const metadata = { ...rollout.metadata, scope: "all" };
    expect(await call(shop, "rollback", { body: { ...rollout, metadata } })).toMatchObject({ status: 200 });
  });

  it.each([
    ["says two things of its environment", "?environment=staging", {}, /`environment` is given twice/],
    [
      "says a thing twice in its address",
      "?service=a&service=b",
      {},
      /`service` is given twice, and differently/,
    ],
    ["misspells its environment", "?enviroment=staging", {}, /`enviroment` is not known; known are repo/],
    ["asks about half a commit", "", { sha: "abc" }, /whole commit sha/],
    ["has a scope that is none", "", { scope: "everything" }, /all or canary/],
  ])("[T15] is refused where it %s", async (_, query, more, words) => {
    const shop = await asking({ at: story.burning });
    const body = { ...rollout, metadata: { ...rollout.metadata, ...more } };
    for (const hook of [...asking5, "rollback", "event"]) {
      const reply = await call(shop, `${hook}${query}`, { body });
      expect(reply).toMatchObject({ status: 400, body: { allow: false } });
      expect(reply.body.detail).toMatch(words);
    }
  });

  it.each([
    ["Prometheus is silent", { source: { url: new URL("http://127.0.0.1:9") } }, {}],
    ["there is no policy", { policy: null }, {}],
    ["the policy is broken", { policy: "version: 7\n" }, {}],
    ["the caller is a stranger", {}, { token: "nobody" }],
    ["the repository is somebody else's", {}, { token: "other" }],
    ["the repository is not there", {}, { body: { ...rollout, metadata: { repo: "acme/none" } } }],
    ["no repository is named", {}, { body: { ...rollout, metadata: {} } }],
    ["the body is none", {}, { body: "<html>" }],
    ["the body is too large", {}, { body: JSON.stringify({ ...rollout, more: "x".repeat(300_000) }) }],
  ])("[T15] rollback never rolls back when %s", async (_, options, how) => {
    const shop = await asking({ at: story.burning, ...options });
    const reply = await call(shop, "rollback", how);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.body.allow).toBe(false);
    expect(effectOf("rollback", reply)).not.toBe("ROLL BACK NOW");
  });

  it("rollback never rolls back by a fault of ours", async () => {
    const shop = await asking({ at: story.burning });
    shop.app.machine.ledger.policies.find = () => Promise.reject(new Error("the disk is gone"));
    expect(await call(shop, "rollback")).toMatchObject({ status: 424 });
    shop.app.machine.ledger.registry.named = () => Promise.reject(new Error("the disk is gone"));
    expect(await call(shop, "rollback")).toMatchObject({ status: 424 });
  });

  it.each(["event", "post-rollout"])("%s is heard, whatever it tells", async (hook) => {
    const shop = await asking({ at: story.burning });
    for (const phase of ["Progressing", "Succeeded", "Failed", "Terminated"])
      expect(await call(shop, hook, { body: { ...rollout, phase } })).toMatchObject({ status: 202 });
  });

  it("is no hook that Flagger has: nothing answers there", async () => {
    const shop = await asking();
    expect(await call(shop, "confirm")).toMatchObject({ status: 404, body: { allow: false } });
  });
});
