import { describe, expect, it } from "vitest";
import { ask, at, pluck, type Answered } from "../world/github-client.ts";
import { mergeQueue, requiredChecks } from "../world/github-rule.ts";
import { acmeSuite } from "./acme-suite.ts";
import { ofShop, permissions, query } from "./graphql-kit.ts";

const { acme } = acmeSuite();

const OPEN = `query OpenPulls($owner: String!, $name: String!, $first: Int, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { number }
    }
  }
}`;

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
