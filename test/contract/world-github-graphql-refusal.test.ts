import { describe, expect, it } from "vitest";
import { ask, at } from "../world/github-client.ts";
import { queriedTooFast } from "../world/github-limits.ts";
import { mergeQueue } from "../world/github-rule.ts";
import { acmeSuite } from "./acme-suite.ts";
import { ofShop, permissions, query } from "./graphql-kit.ts";

const { acme } = acmeSuite();

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
