import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readerOver } from "../../src/github/reader.ts";
import { clientTo, noon, shop } from "./github-kit.ts";

const github = nock("https://github.test");
const sha = "a".repeat(40);

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** One pull request as GraphQL lists it. */
const listed = (more: object = {}): object => ({
  number: 1,
  headRefOid: sha,
  baseRefName: "main",
  baseRepository: { databaseId: shop.id },
  isDraft: false,
  updatedAt: "2026-11-22T11:00:00Z",
  author: { __typename: "User", login: "bob", databaseId: 2 },
  labels: { totalCount: 1, nodes: [{ name: "hotfix" }] },
  autoMergeRequest: null,
  reviewDecision: null,
  ...more,
});

/** A page of the list. */
const page = (nodes: readonly object[], more: object = {}, endCursor: string | null = null): object => ({
  repository: {
    databaseId: shop.id,
    isPrivate: true,
    name: shop.name,
    owner: { login: shop.owner },
    pullRequests: { pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes },
    ...more,
  },
});

const told = {
  repositoryId: shop.id,
  number: 1,
  headSha: sha,
  baseRef: "main",
  author: { id: 2, login: "bob", isBot: false },
  isOpen: true,
  isDraft: false,
  labels: ["hotfix"],
  updatedAt: Date.parse("2026-11-22T11:00:00Z"),
};

/** Has the next query answered; `variables` are what it must ask with. */
function answers(body: object | string, variables: object = {}, status = 200, headers: object = {}): void {
  github
    .post("/api/graphql", (sent: { variables: object }) => {
      expect(sent.variables).toMatchObject(variables);
      return true;
    })
    .reply(status, body, headers as Record<string, string>);
}

/** Has one pull request answered over REST. */
function answersPull(number: number, labels: readonly string[]): void {
  github.get(`/api/v3/repos/acme/shop/pulls/${number}`).reply(200, {
    number,
    head: { sha, ref: "feature", repo: { id: shop.id } },
    base: { ref: "main" },
    user: { id: 9, login: "mona", type: "Mannequin" },
    state: "open",
    draft: false,
    labels: labels.map((name) => ({ name })),
    updated_at: "2026-11-22T11:00:00Z",
    body: null,
  });
}

function asking() {
  const { client, clock } = clientTo("https://github.test/api/v3");
  const reader = readerOver(client);
  return { clock, ask: async () => reader.openPulls(shop) };
}

describe("the list of open pull requests", () => {
  it("is as REST and webhooks describe them, at the Enterprise Server's own address", async () => {
    answers({ data: page([listed()]) }, { owner: "acme", name: "shop", after: null });
    expect(await asking().ask()).toEqual({
      ok: true,
      value: { pulls: [told], approved: new Set(), repository: shop },
    });
  });

  it("is read to its end", async () => {
    answers({ data: page([listed()], {}, "c1") }, { after: null });
    answers({ data: page([listed({ number: 2 })]) }, { after: "c1" });
    const read = await asking().ask();
    expect(read.ok && read.value.pulls.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("[T18] is no answer beyond fifty pages: the rest is not taken for closed", async () => {
    const { ask } = asking();
    for (let count = 0; count < 49; count += 1) answers({ data: page([], {}, `c${count}`) });
    answers({ data: page([listed()]) });
    expect(await ask()).toMatchObject({ ok: true });
    for (let count = 0; count < 50; count += 1) answers({ data: page([], {}, `c${count}`) });
    const detail = "GitHub's list is longer than 5000";
    expect(await ask()).toEqual({ ok: false, failure: { kind: "too_large", detail } });
    expect(github.isDone()).toBe(true);
  });

  it("tells how the repository is called and who may read it now", async () => {
    answers({ data: page([], { name: "store", owner: { login: "initech" }, isPrivate: false }) });
    expect(await asking().ask()).toMatchObject({
      value: { repository: { id: shop.id, owner: "initech", name: "store", isPublic: true } },
    });
  });

  it.each([
    [
      "a bot",
      { __typename: "Bot", login: "dependabot", databaseId: 3 },
      { login: "dependabot[bot]", isBot: true },
    ],
    ["nobody any more", null, { login: "ghost", isBot: false }],
  ])("names %s as webhooks do", async (_, author, expected) => {
    answers({ data: page([listed({ author })]) });
    expect(await asking().ask()).toMatchObject({ value: { pulls: [{ author: expected }] } });
  });

  it("tells which merges by itself, as webhooks do", async () => {
    answers({ data: page([listed({ autoMergeRequest: { enabledAt: null } }), listed()]) });
    expect(await asking().ask()).toMatchObject({
      value: { pulls: [{ ...told, isAutoMerge: true }, told] },
    });
  });

  it("tells which are approved; where that may not be seen, none is", async () => {
    const decisions = ["APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED", null];
    const nodes = decisions.map((reviewDecision, index) => listed({ number: index + 1, reviewDecision }));
    answers({ data: page(nodes) });
    expect(await asking().ask()).toMatchObject({ value: { approved: new Set([1]) } });
    const path = ["repository", "pullRequests", "nodes", 0, "reviewDecision"];
    const errors = [{ type: "FORBIDDEN", message: "not yours", path }];
    answers({ data: page([listed({ reviewDecision: null })]), errors });
    expect(await asking().ask()).toMatchObject({ value: { pulls: [told], approved: new Set() } });
  });

  it("tells the default branch, and what was known of it where it may not be seen", async () => {
    answers({ data: page([], { defaultBranchRef: { name: "trunk" } }) });
    expect(await asking().ask()).toMatchObject({ value: { repository: { defaultBranch: "trunk" } } });
    const path = ["repository", "defaultBranchRef"];
    const errors = [{ type: "FORBIDDEN", message: "not yours", path }];
    answers({ data: page([listed()], { defaultBranchRef: null }), errors });
    expect(await asking().ask()).toMatchObject({ ok: true, value: { pulls: [told] } });
  });

  it("takes no cut list of labels for the whole: those are read over REST", async () => {
    const names = Array.from({ length: 101 }, (_, index) => `label-${index}`);
    const cut = { totalCount: 101, nodes: names.slice(0, 100).map((name) => ({ name })) };
    answers({ data: page([listed({ labels: cut })]) });
    answersPull(1, names);
    expect(await asking().ask()).toMatchObject({ value: { pulls: [{ labels: names }] } });
  });

  it("reads over REST who has no number in GraphQL, and passes over what was closed meanwhile", async () => {
    const author = { __typename: "EnterpriseUserAccount", login: "mona" };
    answers({ data: page([listed({ author }), listed({ number: 2, author })]) });
    answersPull(1, []);
    github.get("/api/v3/repos/acme/shop/pulls/2").reply(404, { message: "Not Found" });
    const read = await asking().ask();
    expect(read.ok && read.value.pulls.map((pull) => pull.author)).toEqual([
      { id: 9, login: "mona", isBot: true },
    ]);
  });

  it("[T4] leaves out what wants to enter another repository", async () => {
    answers({
      data: page([listed({ baseRepository: { databaseId: 8 } }), listed({ baseRepository: null })]),
    });
    expect(await asking().ask()).toMatchObject({ value: { pulls: [] } });
  });
});

describe("a list that is none", () => {
  it("[T49] is that of another repository under the same name: ours is gone", async () => {
    answers({ data: page([listed()], { databaseId: 8 }) });
    const failure = { kind: "gone", detail: "acme/shop is another repository by now" };
    expect(await asking().ask()).toEqual({ ok: false, failure });
  });

  const tooFast = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

  it.each([
    ["an error", { errors: [{ type: "RATE_LIMITED", message: "slow down" }] }],
    ["an error without a type", { errors: [{ message: tooFast }] }],
    ["an error beside data", { data: null, errors: [{ type: "RATE_LIMITED", message: tooFast }] }],
    ["a message alone", { message: tooFast, documentation_url: "https://docs.github.com" }],
  ])("[T45] is a limit that comes with HTTP 200 and %s: nothing is asked before it ends", async (_, body) => {
    answers(body, {}, 200, { "retry-after": "30" });
    const { ask, clock } = asking();
    const limited = { ok: false, failure: { kind: "rate_limited", retryAt: noon + 30_000 } };
    expect(await ask()).toMatchObject(limited);
    clock.advance(29_999);
    expect(await ask()).toMatchObject(limited);
    clock.advance(1);
    answers({ data: page([]) });
    expect(await ask()).toMatchObject({ ok: true });
  });

  it("[T45] is a primary limit, which tells when it ends", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(noon / 1000 + 900) };
    answers({ errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] }, {}, 200, headers);
    expect(await asking().ask()).toMatchObject({
      failure: { kind: "rate_limited", retryAt: noon + 900_000 },
    });
  });

  it.each([
    ["gone", { data: { repository: null }, errors: [{ type: "NOT_FOUND", message: "Could not resolve" }] }],
    ["refused", { errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }] }],
    ["unreachable", { errors: [{ message: "Something went wrong while executing your query." }] }],
    ["unreachable", { data: null }],
    ["malformed", { data: { repository: { databaseId: 7 } } }],
    ["malformed", "<html>Sign in to the proxy</html>"],
  ])("is %s: %j", async (kind, body) => {
    answers(body, {}, 200, { "content-type": typeof body === "string" ? "text/html" : "application/json" });
    expect(await asking().ask()).toMatchObject({ ok: false, failure: { kind } });
  });

  it("is half an answer: a page whose pull requests could not all be read", async () => {
    const error = {
      type: "FORBIDDEN",
      message: "not yours",
      path: ["repository", "pullRequests", "nodes", 0, "labels"],
    };
    answers({ data: page([listed({ labels: null })]), errors: [error] });
    expect(await asking().ask()).toMatchObject({ failure: { kind: "refused" } });
  });
});
