import { describe, expect, it } from "vitest";
import type { Acme } from "../world/github-acme.ts";
import { ask, at, pluck, type Answered } from "../world/github-client.ts";
import { queriedTooFast } from "../world/github-limits.ts";
import { mergeQueue, requiredChecks } from "../world/github-rule.ts";
import type { Permissions } from "../world/github-world.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

const permissions: Permissions = {
  contents: "read",
  merge_queues: "read",
  pull_requests: "read",
  statuses: "write",
};

const OPEN = `query OpenPulls($owner: String!, $name: String!, $first: Int, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { number }
    }
  }
}`;

/** Asks a query with the installation's token. */
async function query(world: Acme, text: string, variables: object = {}): Promise<Answered> {
  return world.call("POST /graphql", { query: text, variables });
}

/** A query about acme's shop. */
const ofShop = (fields: string): string => `{ repository(owner: "acme", name: "shop") { ${fields} } }`;

describe("queries", () => {
  it("tell a repository and every side of a pull request", async () => {
    const world = await acme({ permissions });
    const { github, shop, policySha, pass } = world;
    const { headSha } = shop.openPull({ head: "fix", author: "renovate[bot]", draft: true });
    pass(60);
    shop.label(1, "hotfix", { by: "ann" });
    shop.setAutoMerge(1, true, { by: "ann" });
    const { status, body } = await query(
      world,
      ofShop(`
        databaseId isPrivate name owner { login }
        defaultBranchRef { name target { oid } }
        pullRequests(first: 1) {
          nodes {
            number state headRefOid baseRefName isDraft updatedAt reviewDecision
            baseRepository { databaseId }
            author {
              __typename login
              ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId }
            }
            labels(first: 1) { totalCount nodes { name } }
            autoMergeRequest { enabledAt }
            mergeQueueEntry { position }
          }
        }
      `),
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        repository: {
          databaseId: shop.id,
          isPrivate: true,
          name: "shop",
          owner: { login: "acme" },
          defaultBranchRef: { name: "main", target: { oid: policySha } },
          pullRequests: {
            nodes: [
              {
                number: 1,
                state: "OPEN",
                headRefOid: headSha,
                baseRefName: "main",
                isDraft: true,
                updatedAt: "2026-11-22T12:01:00Z",
                reviewDecision: null,
                baseRepository: { databaseId: shop.id },
                author: {
                  __typename: "Bot",
                  login: "renovate",
                  databaseId: github.bot("renovate[bot]").id,
                },
                labels: { totalCount: 1, nodes: [{ name: "hotfix" }] },
                autoMergeRequest: { enabledAt: "2026-11-22T12:01:00Z" },
                mergeQueueEntry: null,
              },
            ],
          },
        },
      },
    });
    github.assertClean();
  });

  it("give pages that stay right while pull requests close, a hundred at most", async () => {
    const world = await acme({ permissions });
    const { github, shop } = world;
    for (let n = 1; n <= 103; n += 1) shop.openPull({ head: `fix-${n}`, author: "bob", files: {} });
    shop.close(2);
    const shopIs = { owner: "acme", name: "shop" };
    const first = await query(world, OPEN, { ...shopIs, first: 100 });
    const page = at(first.body, "data", "repository", "pullRequests");
    expect(page).toMatchObject({ totalCount: 102, pageInfo: { hasNextPage: true } });
    expect(at(page, "nodes")).toHaveLength(100);
    shop.close(101);
    shop.close(1);
    const after = at(page, "pageInfo", "endCursor");
    const second = at(
      (await query(world, OPEN, { ...shopIs, first: 2, after })).body,
      "data",
      "repository",
      "pullRequests",
    );
    expect(second).toMatchObject({ totalCount: 100, pageInfo: { hasNextPage: false } });
    expect(pluck(at(second, "nodes"), "number")).toEqual([102, 103]);
    expect(github.count({ operation: "OpenPulls" })).toBe(2);
    github.assertClean();
  });

  it("filter by state and base, and order", async () => {
    const world = await acme({ permissions });
    const { shop, pass } = world;
    shop.commit("release", {});
    for (const base of ["main", "main", "release", "main"]) {
      pass(1);
      shop.openPull({ head: `fix-${shop.pulls.size}`, author: "bob", base });
    }
    pass(1);
    shop.comment(1, "again", { by: "ann" });
    shop.close(2);
    shop.merge(4);
    const numbers = async (args: string): Promise<unknown[]> => {
      const { body } = await query(
        world,
        ofShop(`pullRequests(first: 9, ${args}) { nodes { number state } }`),
      );
      return pluck(at(body, "data", "repository", "pullRequests", "nodes"), "number");
    };
    expect(await numbers("states: [MERGED, CLOSED]")).toEqual([2, 4]);
    expect(await numbers("states: MERGED")).toEqual([4]);
    expect(await numbers(`states: OPEN, baseRefName: "main"`)).toEqual([1]);
    expect(await numbers("orderBy: { field: CREATED_AT, direction: DESC }")).toEqual([4, 3, 2, 1]);
    expect(await numbers("states: OPEN, orderBy: { field: UPDATED_AT, direction: ASC }")).toEqual([3, 1]);
    expect(await numbers("orderBy: { field: COMMENTS, direction: DESC }")).toEqual([1, 4, 3, 2]);
  });

  it("tell the merge queue and who stands where in it", async () => {
    const world = await acme({ permissions });
    const { github, shop } = world;
    shop.rules.set("main", [requiredChecks([{ context: "gate" }]), mergeQueue({ max_entries_to_build: 2 })]);
    for (const number of [1, 2, 3]) {
      shop.openPull({ head: `fix-${number}`, author: "bob" });
      shop.queue.add(number);
    }
    shop.setStatus(shop.queue.group(2).headSha, { state: "success", context: "gate" });
    const entries = `totalCount pageInfo { hasNextPage endCursor }
      nodes { position state headCommit { oid } baseCommit { oid } pullRequest { number headRefOid } }`;
    const { body } = await query(
      world,
      ofShop(`mergeQueue(branch: "main") { entries(first: 2) { ${entries} } }`),
    );
    const page = at(body, "data", "repository", "mergeQueue", "entries");
    const groups = [1, 2].map((number) => shop.queue.group(number));
    expect(page).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [1, 2].map((number, index) => ({
        position: number,
        state: number === 1 ? "AWAITING_CHECKS" : "MERGEABLE",
        headCommit: { oid: groups[index]?.headSha },
        baseCommit: { oid: groups[index]?.baseSha },
        pullRequest: { number, headRefOid: shop.pull(number).head.sha },
      })),
    });
    const after = String(at(page, "pageInfo", "endCursor"));
    const rest = await query(
      world,
      ofShop(
        `mergeQueue { entries(first: 2, after: "${after}") { ${entries} } }
         pullRequests(first: 3) { nodes { mergeQueueEntry { position state } } }`,
      ),
    );
    expect(at(rest.body, "data", "repository")).toMatchObject({
      mergeQueue: {
        entries: { nodes: [{ position: 3, state: "QUEUED", headCommit: null, baseCommit: null }] },
      },
      pullRequests: { nodes: [1, 2, 3].map((position) => ({ mergeQueueEntry: { position } })) },
    });
    const none = await query(
      world,
      ofShop(`mergeQueue(branch: "release") { entries(first: 1) { totalCount } }`),
    );
    expect(none.body).toEqual({ data: { repository: { mergeQueue: null } } });
    github.assertClean();
  });

  it("find a repository under its former name unless told not to", async () => {
    const world = await acme({ permissions });
    world.shop.rename("store");
    expect((await query(world, ofShop("name"))).body).toEqual({ data: { repository: { name: "store" } } });
    const strictly = `{ repository(owner: "acme", name: "shop", followRenames: false) { name } }`;
    expect(at((await query(world, strictly)).body, "errors", 0, "type")).toBe("NOT_FOUND");
  });

  it("are answered where an Enterprise Server has them, and to a person's token", async () => {
    const { github, shop } = await acme();
    shop.permit("ann", "read");
    const asked = async (login: string, path: string): Promise<Answered> =>
      ask(github, github.personalToken(login), `POST ${path}`, { query: ofShop("name") });
    const told = { data: { repository: { name: "shop" } } };
    expect((await asked("ann", "/api/graphql")).body).toEqual(told);
    expect((await asked("ann", "/graphql")).body).toEqual(told);
    expect(at((await asked("mallory", "/graphql")).body, "errors", 0, "type")).toBe("NOT_FOUND");
    shop.publicize();
    expect((await asked("mallory", "/graphql")).body).toEqual(told);
    github.assertClean();
  });
});

describe("what is refused", () => {
  it("a repository out of sight is null with NOT_FOUND", async () => {
    const world = await acme({ permissions });
    const { github } = world;
    github.repository({ owner: "globex", name: "secret" });
    const { status, body } = await query(world, `{ repository(owner: "globex", name: "secret") { name } }`);
    expect([status, body]).toEqual([
      200,
      {
        data: { repository: null },
        errors: [
          {
            type: "NOT_FOUND",
            path: ["repository"],
            locations: [{ line: 1, column: 3 }],
            message: "Could not resolve to a Repository with the name 'globex/secret'.",
          },
        ],
      },
    ]);
    github.assertClean();
  });

  it("without their permissions there are no pull requests, no branch and no queue", async () => {
    const world = await acme({ permissions: { statuses: "write" } });
    const { github, shop } = world;
    shop.rules.set("main", [mergeQueue()]);
    const pulls = await query(world, ofShop("pullRequests(first: 1) { nodes { number } }"));
    expect(pulls.body).toMatchObject({
      data: { repository: null },
      errors: [{ type: "FORBIDDEN", path: ["repository", "pullRequests"] }],
    });
    const rest = await query(
      world,
      ofShop("defaultBranchRef { name } mergeQueue { entries(first: 1) { totalCount } }"),
    );
    expect(rest.body).toMatchObject({
      data: { repository: { defaultBranchRef: null, mergeQueue: null } },
      errors: [{ type: "FORBIDDEN", path: ["repository", "defaultBranchRef"] }],
    });
    github.assertClean();
  });

  it("a field that GitHub does not have fails with HTTP 200 and is a violation", async () => {
    const world = await acme({ permissions });
    const { github } = world;
    const { status, body } = await query(
      world,
      `query Wrong { repository(owner: "acme", name: "shop") { nmae } }`,
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      errors: [
        {
          extensions: { code: "undefinedField", typeName: "Repository", fieldName: "nmae" },
          locations: [{ line: 1, column: 57 }],
          message: "Field 'nmae' doesn't exist on type 'Repository'",
        },
      ],
    });
    expect(github.violations).toMatchObject([{ kind: "request", where: "POST /graphql Wrong" }]);
  });

  it.each([
    [ofShop("pullRequests(first: 101) { nodes { number } }"), "EXCESSIVE_PAGINATION"],
    [ofShop("pullRequests { nodes { number } }"), "MISSING_PAGINATION_BOUNDARIES"],
    [ofShop(`pullRequests(first: 1, after: "x") { nodes { number } }`), "INVALID_CURSOR_ARGUMENTS"],
    ["{ repository(", undefined],
    ["query A($n: Int!) { rateLimit { cost } repository(owner: $n, name: 1) { name } }", undefined],
    [`query A($n: String!) { repository(owner: $n, name: "shop") { name } }`, undefined],
  ])("%s is a slip, with HTTP 200 and errors", async (text, type) => {
    const world = await acme({ permissions });
    const { status, body } = await query(world, text);
    expect(status).toBe(200);
    expect(at(body, "errors", 0, "type")).toBe(type);
    expect(at(body, "errors", 0, "message")).toEqual(expect.any(String));
    expect(world.github.violations).toMatchObject([{ kind: "request" }]);
  });

  it("counting alone needs no page", async () => {
    const world = await acme({ permissions });
    const { body } = await query(world, ofShop("pullRequests { totalCount }"));
    expect(body).toEqual({ data: { repository: { pullRequests: { totalCount: 0 } } } });
    world.github.assertClean();
  });

  it("a body without a query, a bad token and no token", async () => {
    const { github, call, installation } = await acme();
    expect((await call("POST /graphql", { text: "{ rateLimit { cost } }" })).status).toBe(400);
    expect(github.violations).toHaveLength(1);
    const body = { query: "{ rateLimit { cost } }" };
    expect((await ask(github, "ghs_none", "POST /graphql", body)).status).toBe(401);
    installation.suspend();
    expect((await call("POST /graphql", body)).status).toBe(403);
  });
});

describe("limits of queries", () => {
  it("have an hour of their own, told by field and header, and end with HTTP 200", async () => {
    const world = await acme();
    const { github, installation, call } = world;
    const caller = `installation ${installation.id}`;
    github.limits.primary = 5000;
    github.limits.leave(`${caller} graphql`, 1);
    const last = await query(world, "{ rateLimit { cost limit remaining resetAt } }");
    expect(last.body).toEqual({
      data: { rateLimit: { cost: 1, limit: 5000, remaining: 0, resetAt: "2026-11-22T13:00:00Z" } },
    });
    expect(last.headers.get("x-ratelimit-resource")).toBe("graphql");
    expect(last.headers.get("x-ratelimit-remaining")).toBe("0");
    const refused = await query(world, "{ rateLimit { cost } }");
    expect([refused.status, refused.body]).toEqual([
      200,
      {
        errors: [
          {
            type: "RATE_LIMITED",
            message: `API rate limit exceeded for installation ID ${installation.id}.`,
          },
        ],
      },
    ]);
    expect((await call("GET /repos/acme/shop")).headers.get("x-ratelimit-remaining")).toBe("4999");
    github.assertClean();
  });

  it("can be planned as GitHub's secondary limit with HTTP 200", async () => {
    const world = await acme();
    const { github } = world;
    github.fail(queriedTooFast(7));
    const limited = await query(world, "{ rateLimit { cost } }");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([200, "7"]);
    expect(at(limited.body, "errors", 0)).toMatchObject({
      type: "RATE_LIMITED",
      message: expect.stringContaining("secondary rate limit") as string,
    });
    expect((await query(world, "{ rateLimit { cost } }")).body).toEqual({ data: { rateLimit: { cost: 1 } } });
    github.assertClean();
    github.fail({ path: /graphql/, status: 200, body: {} });
    expect((await query(world, "{ rateLimit { cost } }")).status).toBe(500);
    expect(github.violations).toMatchObject([{ kind: "response" }]);
  });
});
