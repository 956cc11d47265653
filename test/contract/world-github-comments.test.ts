import { describe, expect, it } from "vitest";
import { ask, at, pluck } from "../world/github-client.ts";
import { responseProblems } from "../world/github-contract.ts";
import { reviewDecision } from "../world/github-reviews.ts";
import type { GitHubOptions } from "../world/github-desk.ts";
import type { GitHub } from "../world/github.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

/** An app that hears of comments and reviews. */
const listening: Partial<GitHubOptions> = { events: ["issue_comment", "pull_request_review"] };

const COMMENTS = "/repos/acme/shop/issues/comments";

/** The last webhook's name and payload. */
function last(github: GitHub): { name: string; payload: unknown } {
  const { event = "", action = "", payload } = github.deliveries.at(-1) ?? {};
  return { name: `${event}.${action}`, payload };
}

describe("comments", () => {
  it("tells of a comment's making, its changes by anybody, and its end", async () => {
    const { github, shop, call, pass } = await acme(listening);
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    shop.permit("ann", "write");
    const id = shop.comment(number, "/hold", { by: "ann" });
    expect(last(github)).toMatchObject({
      name: "issue_comment.created",
      payload: { issue: { number, comments: 1 }, comment: { id, body: "/hold" }, sender: { login: "ann" } },
    });
    pass(60);
    shop.comments.edit(id, "/release", { by: "mallory" });
    expect(last(github)).toMatchObject({
      name: "issue_comment.edited",
      payload: {
        changes: { body: { from: "/hold" } },
        comment: { id, body: "/release", user: { login: "ann" } },
        sender: { login: "mallory" },
      },
    });
    const timeline = `GET /repos/acme/shop/issues/${number}/timeline`;
    expect(at((await call(timeline)).body, 1)).toMatchObject({
      event: "commented",
      id,
      body: "/release",
      created_at: "2026-11-22T12:00:00Z",
      updated_at: "2026-11-22T12:01:00Z",
      author_association: "COLLABORATOR",
      performed_via_github_app: null,
      actor: { login: "ann" },
    });
    expect(shop.pull(number).updatedAt).toBe(Date.parse("2026-11-22T12:01:00Z"));
    pass(60);
    shop.comments.delete(id, { by: "mallory" });
    expect(last(github)).toMatchObject({
      name: "issue_comment.deleted",
      payload: { issue: { comments: 0 }, comment: { id, body: "/release" }, sender: { login: "mallory" } },
    });
    expect(pluck((await call(timeline)).body, "event")).toEqual(["committed"]);
    expect((await call(`GET ${COMMENTS}/${id}`)).status).toBe(404);
    expect(shop.comments.of(number)).toEqual([]);
    expect(() => shop.comments.edit(id, "no", { by: "ann" })).toThrow("no comment");
    github.assertClean();
  });

  it("tells bots, apps and the stranger from those who work here", async () => {
    const { github, shop, call } = await acme();
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    shop.comment(number, "mine", { by: "bob" });
    shop.comment(number, "who?", { by: "mallory" });
    shop.comment(number, "bump", { by: "dependabot[bot]" });
    shop.comment(number, "built", { by: "github-actions[bot]", viaApp: "github-actions" });
    const { body } = await call(`GET /repos/acme/shop/issues/${number}/comments`);
    expect(body).toMatchObject([
      { body: "mine", author_association: "CONTRIBUTOR" },
      { body: "who?", author_association: "NONE", user: { type: "User" } },
      { body: "bump", user: { type: "Bot" }, performed_via_github_app: null },
      { body: "built", user: { type: "Bot" }, performed_via_github_app: { slug: "github-actions" } },
    ]);
    expect(github.deliveries.map(({ event }) => event)).not.toContain("issue_comment");
    github.assertClean();
  });

  it("lets the app comment, change its comment in place, list and react", async () => {
    const { github, shop, call, pass } = await acme(listening);
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    const theirs = shop.comment(number, "why?", { by: "bob" });
    pass(60);
    const comments = `/repos/acme/shop/issues/${number}/comments`;
    const made = await call(`POST ${comments}`, { body: "held" });
    expect(made.status).toBe(201);
    const id = Number(at(made.body, "id"));
    expect(last(github).payload).toMatchObject({ sender: { login: "burngate[bot]", type: "Bot" } });
    pass(60);
    expect((await call(`PATCH ${COMMENTS}/${id}`, { body: "free" })).body).toMatchObject({
      id,
      body: "free",
      created_at: "2026-11-22T12:01:00Z",
      updated_at: "2026-11-22T12:02:00Z",
      performed_via_github_app: { id: github.appId },
    });
    expect(last(github).name).toBe("issue_comment.edited");
    expect((await call(`GET ${COMMENTS}/${id}`)).body).toMatchObject({ body: "free" });
    expect(pluck((await call(`GET ${comments}?per_page=1&page=2`)).body, "id")).toEqual([id]);
    expect(pluck((await call(`GET ${comments}?since=2026-11-22T12:00:01Z`)).body, "id")).toEqual([id]);
    const react = async (): Promise<number> =>
      (await call(`POST ${COMMENTS}/${theirs}/reactions`, { content: "eyes" })).status;
    expect([await react(), await react()]).toEqual([201, 200]);
    shop.comments.react(theirs, "eyes", { by: "ann" });
    expect((await call(`GET ${COMMENTS}/${theirs}`)).body).toMatchObject({
      reactions: { total_count: 2, eyes: 2, "+1": 0 },
    });
    github.assertClean();
  });

  it("refuses empty and endless texts, unknown comments, and those who may not", async () => {
    const { github, installation, shop, call } = await acme();
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    const id = shop.comment(number, "hm", { by: "bob" });
    const comments = `/repos/acme/shop/issues/${number}/comments`;
    const status = async (request: string, body?: object): Promise<number> =>
      (await call(request, body)).status;
    expect(await status(`POST ${comments}`, { body: " " })).toBe(422);
    expect(await status(`POST ${comments}`, { body: "a".repeat(65_537) })).toBe(422);
    expect(await status(`PATCH ${COMMENTS}/${id}`, { body: "" })).toBe(422);
    expect(await status(`PATCH ${COMMENTS}/1`, { body: "b" })).toBe(404);
    expect(await status("GET /repos/acme/shop/issues/9/comments")).toBe(404);
    for (const permission of ["issues", "pull_requests"]) {
      installation.accept({ [permission]: "write" });
      const token = github.installationToken(installation);
      const react = `POST ${COMMENTS}/${id}/reactions`;
      expect((await ask(github, token, react, { content: "+1" })).status).toBeLessThan(300);
      installation.accept({ [permission]: "read" });
      expect((await ask(github, token, react, { content: "-1" })).status).toBe(403);
      expect((await ask(github, token, `PATCH ${COMMENTS}/${id}`, { body: "b" })).status).toBe(403);
      expect((await ask(github, token, `GET ${COMMENTS}/${id}`)).status).toBe(200);
    }
    expect(shop.comments.get(id)?.body).toBe("hm");
    github.assertClean();
  });
});

describe("reviews", () => {
  it("binds a review to the head it saw, and tells of it", async () => {
    const { github, shop, call, pass } = await acme(listening);
    const { number, headSha } = shop.openPull({ head: "fix", author: "bob" });
    pass(60);
    const id = shop.review(number, { by: "ann", body: "/release INC-42", state: "COMMENTED" });
    expect(last(github)).toMatchObject({
      name: "pull_request_review.submitted",
      payload: {
        review: {
          id,
          body: "/release INC-42",
          state: "commented",
          commit_id: headSha,
          user: { login: "ann" },
        },
        pull_request: { number },
        sender: { login: "ann" },
      },
    });
    shop.push(number, { "b.txt": "b" });
    shop.reviews.edit(id, "/release INC-43", { by: "mallory" });
    expect(last(github)).toMatchObject({
      name: "pull_request_review.edited",
      payload: { changes: { body: { from: "/release INC-42" } }, sender: { login: "mallory" } },
    });
    const seen = { id, body: "/release INC-43", commit_id: headSha, submitted_at: "2026-11-22T12:01:00Z" };
    const { body } = await call(`GET /repos/acme/shop/issues/${number}/timeline`);
    expect(at(body, 1)).toMatchObject({
      ...seen,
      event: "reviewed",
      state: "commented",
      author_association: "NONE",
      user: { login: "ann" },
    });
    const reviews = `/repos/acme/shop/pulls/${number}/reviews`;
    expect((await call(`GET ${reviews}`)).body).toMatchObject([{ ...seen, state: "COMMENTED" }]);
    shop.review(number, { by: "eve", state: "APPROVED" });
    expect(last(github).payload).toMatchObject({
      review: { body: null, commit_id: shop.pull(number).head.sha },
    });
    expect((await call(`GET ${reviews}?per_page=1&page=2`)).body).toMatchObject([
      { body: "", state: "APPROVED" },
    ]);
    github.assertClean();
  });

  it("lets nobody judge their own work, nor ask for changes without saying which", async () => {
    const { github, shop } = await acme(listening);
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    for (const state of ["APPROVED", "CHANGES_REQUESTED"] as const)
      expect(() => shop.review(number, { by: "bob", body: "I am good", state })).toThrow("their own");
    expect(() => shop.review(number, { by: "ann", state: "CHANGES_REQUESTED" })).toThrow("needs a text");
    shop.review(number, { by: "bob", body: "/release", state: "COMMENTED" });
    expect(shop.reviews.of(number)).toHaveLength(1);
    github.assertClean();
  });

  it("dismisses an opinion, and says whose and why", async () => {
    const { github, shop, call } = await acme(listening);
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    const id = shop.review(number, { by: "ann", state: "APPROVED" });
    shop.reviews.dismiss(id, "too old", { by: "eve" });
    expect(last(github)).toMatchObject({
      name: "pull_request_review.dismissed",
      payload: { review: { id, state: "dismissed", user: { login: "ann" } }, sender: { login: "eve" } },
    });
    const { body } = await call(`GET /repos/acme/shop/issues/${number}/timeline`);
    expect(at(body, 1)).toMatchObject({ event: "reviewed", id, state: "dismissed" });
    expect(at(body, 2)).toMatchObject({
      event: "review_dismissed",
      actor: { login: "eve" },
      dismissed_review: { review_id: id, state: "approved", dismissal_message: "too old" },
    });
    const without = (index: number, field: string): string[] =>
      responseProblems("issues/list-events-for-timeline", 200, [
        { ...Object(at(body, index)), [field]: undefined },
      ]);
    expect([without(1, "commit_id"), without(2, "dismissed_review")]).not.toContainEqual([]);
    expect(shop.reviews.get(id)?.state).toBe("DISMISSED");
    expect(() => shop.reviews.dismiss(id, "again", { by: "eve" })).toThrow("cannot be dismissed");
    github.assertClean();
  });

  it("decides by each reviewer's newest opinion", async () => {
    const { github, shop } = await acme();
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    const decision = (): string | undefined => reviewDecision(shop.pull(number));
    shop.review(number, { by: "ann", body: "hm", state: "COMMENTED" });
    expect(decision()).toBeUndefined();
    shop.review(number, { by: "ann", body: "no", state: "CHANGES_REQUESTED" });
    const approval = shop.review(number, { by: "eve", state: "APPROVED" });
    expect(decision()).toBe("CHANGES_REQUESTED");
    const second = shop.review(number, { by: "ann", state: "APPROVED" });
    shop.review(number, { by: "ann", body: "by the way", state: "COMMENTED" });
    expect(decision()).toBe("APPROVED");
    shop.reviews.dismiss(approval, "stale", { by: "bob" });
    expect(decision()).toBe("APPROVED");
    shop.reviews.dismiss(second, "stale", { by: "bob" });
    expect(decision()).toBeUndefined();
    expect(github.deliveries.map(({ event }) => event)).not.toContain("pull_request_review");
    github.assertClean();
  });
});
