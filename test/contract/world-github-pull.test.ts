import { describe, expect, it } from "vitest";
import { at, pluck } from "../world/github-client.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

describe("pull requests", () => {
  it("tells the timeline in GitHub's shape: who, when, through which app", async () => {
    const { github, shop, call, pass } = await acme();
    const { number, headSha } = shop.openPull({ head: "fix", author: "bob" });
    pass(60);
    shop.label(number, "hotfix", { by: "ann" });
    shop.unlabel(number, "hotfix", { by: "bob" });
    shop.label(number, "hotfix", { by: "github-actions[bot]", viaApp: "github-actions" });
    shop.comment(number, "please", { by: "ann" });
    pass(1);
    const forced = shop.push(number, { "b.txt": "b" }, { by: "ann", force: true });
    const { body } = await call(`GET /repos/acme/shop/issues/${number}/timeline`);
    expect(pluck(body, "event")).toEqual([
      "labeled",
      "unlabeled",
      "labeled",
      "commented",
      "committed",
      "head_ref_force_pushed",
    ]);
    const hotfix = { created_at: "2026-11-22T12:01:00Z", label: { name: "hotfix" } };
    expect(at(body, 0)).toMatchObject({ ...hotfix, actor: { login: "ann" }, performed_via_github_app: null });
    expect(at(body, 2)).toMatchObject({
      ...hotfix,
      actor: { login: "github-actions[bot]", type: "Bot" },
      performed_via_github_app: { slug: "github-actions" },
    });
    expect(at(body, 3)).toMatchObject({ body: "please", user: { login: "ann" } });
    expect(at(body, 4)).toMatchObject({
      sha: forced,
      author: { name: "ann" },
      committer: { date: "2026-11-22T12:01:01Z" },
    });
    expect(pluck(body, "sha")).not.toContain(headSha);
    const first = await call(`GET /repos/acme/shop/issues/${number}/timeline?per_page=4`);
    expect(first.headers.get("link")).toContain(`timeline?per_page=4&page=2>; rel="next"`);
    github.assertClean();
  });

  it("keeps two pull requests on one head apart, and lists by page, base and head", async () => {
    const { github, shop, call } = await acme();
    shop.commit("release", {});
    const a = shop.openPull({ head: "fix", base: "main", author: "bob" });
    const b = shop.openPull({ head: "fix", base: "release", author: "bob" });
    const c = shop.openPull({ head: "evil", author: "mallory", fork: "mallory/shop" });
    expect(a.headSha).toBe(b.headSha);
    const page = await call("GET /repos/acme/shop/pulls?per_page=2");
    expect(pluck(page.body, "number")).toEqual([c.number, b.number]);
    expect(page.headers.get("link")).toContain('rel="next"');
    expect((await call("GET /repos/acme/shop/pulls?base=release")).body).toHaveLength(1);
    expect((await call("GET /repos/acme/shop/pulls?head=mallory:evil")).body).toMatchObject([
      { head: { repo: { full_name: "mallory/shop", fork: true } } },
    ]);
    expect((await call(`POST /repos/acme/shop/statuses/${c.headSha}`, { state: "success" })).status).toBe(
      201,
    );
    expect((await call("GET /repos/mallory/shop/pulls")).status).toBe(404);
    github.assertClean();
  });

  it("moves updated_at by whole seconds with each change", async () => {
    const { shop, call, pass } = await acme();
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    pass(1.5);
    shop.label(number, "hotfix", { by: "ann" });
    expect((await call(`GET /repos/acme/shop/pulls/${number}`)).body).toMatchObject({
      updated_at: "2026-11-22T12:00:01Z",
      created_at: "2026-11-22T12:00:00Z",
    });
  });

  it("labels and comments through the app, and says so", async () => {
    const { github, shop, call } = await acme({ events: ["pull_request", "issue_comment"] });
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    await call(`POST /repos/acme/shop/issues/${number}/labels`, { labels: ["held"] });
    await call(`DELETE /repos/acme/shop/issues/${number}/labels/held`);
    await call(`POST /repos/acme/shop/issues/${number}/comments`, { body: "no" });
    expect((await call(`GET /repos/acme/shop/issues/${number}/labels`)).body).toEqual([]);
    const { body } = await call(`GET /repos/acme/shop/issues/${number}/timeline`);
    const ours = { actor: { login: "burngate[bot]" }, performed_via_github_app: { id: github.appId } };
    expect(body).toMatchObject([{ event: "committed" }, ours, ours, ours]);
    expect(github.deliveries.slice(-3).map(({ event, action }) => `${event}.${action}`)).toEqual([
      "pull_request.labeled",
      "pull_request.unlabeled",
      "issue_comment.created",
    ]);
    github.assertClean();
  });
});
