import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { anyCaller, bearer, knownCallers } from "../world/known-callers.ts";
import type { Shop } from "../world/shop.ts";
import { deploying } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;
const context = "error-budget/verify: production";
const callers = knownCallers({
  all: anyCaller,
  staging: { ...anyCaller, id: "staging", environments: ["staging"] },
});

async function watching(at = story.calm): Promise<{ shop: Shop; sha: string }> {
  const policy = policyFor("checkout", "gates: {verify: {after: 15m}}\n");
  const shop = await openShop({ ...deploying, policy, callers, at });
  const { headSha } = await shop.openPull();
  return { shop, sha: headSha };
}

async function tell(
  { app }: Shop,
  to: string,
  body: unknown,
  token = "all",
): Promise<{ status: number; body: { allow: boolean; reason: string } }> {
  const init = { method: "POST", headers: bearer(token), body: JSON.stringify(body) };
  const reply = await fetch(`${app.url}/v1/${to}`, init);
  return { status: reply.status, body: (await reply.json()) as { allow: boolean; reason: string } };
}

const argo = (sha: string, more: object = {}): object => ({
  app: "shop",
  repo: "https://github.com/acme/shop.git",
  sha,
  phase: "Succeeded",
  environment: "production",
  ...more,
});
const cd = (sha: string, more: object = {}): object => ({
  context: { specversion: "0.5.1", id: "e1", source: "/tekton", type: "dev.cdevents.service.deployed.0.3.0" },
  subject: {
    id: "checkout",
    content: { environment: { id: "production" }, artifactId: `pkg:github/acme/shop@${sha}` },
  },
  ...more,
});
const flagger = (sha: string): object => ({
  name: "checkout",
  namespace: "shop",
  phase: "Succeeded",
  checksum: "85d557f47b",
  metadata: { repo: "acme/shop", environment: "production", sha },
});

it.each([
  ["Argo CD", "events/argocd", argo],
  ["a CDEvent", "events/cdevents", cd],
  ["a CDEvent in a CloudEvent", "events/cdevents", (sha: string) => ({ specversion: "1.0", data: cd(sha) })],
  ["Flagger's post-rollout", "flagger/post-rollout", flagger],
])("looks at what %s tells of, once, however often it is told", async (_, to, event) => {
  const { shop, sha } = await watching();
  for (let count = 0; count < 3; count += 1)
    expect(await tell(shop, to, event(sha))).toMatchObject({ status: 202, body: { allow: true } });
  await shop.go(story.calm + 5 * minute);
  expect(shop.told(sha, context)).toMatch(/^pending/);
  await shop.go(story.calm + 16 * minute);
  expect(shop.told(sha, context)).toMatch(/^success: Verified/);
  expect(shop.rows("select id from verifications")).toHaveLength(1);
});

it("looks at nothing that was not deployed", async () => {
  const { shop, sha } = await watching();
  const started = { context: { id: "e", type: "dev.cdevents.pipelinerun.started.0.3.0" } };
  expect(await tell(shop, "events/cdevents", { ...cd(sha), ...started })).toMatchObject({ status: 202 });
  expect(await tell(shop, "events/argocd", argo(sha, { phase: "Running" }))).toMatchObject({ status: 202 });
  expect(shop.rows("select id from verifications")).toEqual([]);
});

it.each([
  [
    "an application of several sources",
    "events/argocd",
    argo("", { repo: "" }),
    "all",
    422,
    /several sources/,
  ],
  ["no environment", "events/argocd", argo("", { environment: undefined }), "all", 400, /environment/],
  ["somebody else's environment", "events/argocd", argo(""), "staging", 404, /about that environment/],
  [
    "a repository that is not there",
    "events/argocd",
    argo("", { repo: "git@github.com:acme/none.git" }),
    "all",
    404,
    /no such repository/,
  ],
  [
    "a CDEvent without a repository",
    "events/cdevents",
    cd("", { subject: { id: "a", content: {} } }),
    "all",
    422,
    /name the repository/,
  ],
  ["no event", "events/cdevents", {}, "all", 400, /no CDEvent/],
  [
    "[T18] a name that PostgreSQL cannot hold, from Argo CD",
    "events/argocd",
    argo("", { environment: "production\0" }),
    "all",
    400,
    /must hold/,
  ],
  [
    "[T18] a name that PostgreSQL cannot hold, in a CDEvent",
    "events/cdevents",
    cd("", { customData: { service: "a\0" } }),
    "all",
    400,
    /no CDEvent/,
  ],
  [
    "[T18] a name that PostgreSQL cannot hold, from Flagger",
    "flagger/post-rollout",
    { ...flagger("a".repeat(40)), checksum: "\0" },
    "all",
    400,
    /none of Flagger's/,
  ],
  ["a stranger", "events/argocd", argo(""), "nobody", 401, /not known/],
])("[T15] refuses %s", async (_, to, event, token, status, words) => {
  const { shop } = await watching();
  const reply = await tell(shop, to, event, token);
  expect(reply.status).toBe(status);
  expect(reply.body).toMatchObject({ allow: false, reason: expect.stringMatching(words) as string });
  expect(shop.rows("select id from verifications")).toEqual([]);
});

it("keeps what is told without a whole commit, and says it nowhere on GitHub", async () => {
  const { shop, sha } = await watching();
  await tell(shop, "events/argocd", argo("1.2.3"));
  await shop.go(story.calm + 16 * minute);
  expect(shop.told(sha, context)).toBeUndefined();
  expect(shop.rows("select state from verifications")).toEqual([{ state: "passed" }]);
});
