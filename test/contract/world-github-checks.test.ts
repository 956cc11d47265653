import { describe, expect, it } from "vitest";
import { ask, at, pluck } from "../world/github-client.ts";
import type { GitHubOptions } from "../world/github-desk.ts";
import type { GitHub } from "../world/github.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

/** An app that writes checks and hears of them. */
const checking: Partial<GitHubOptions> = {
  permissions: { checks: "write", contents: "read", pull_requests: "read" },
  events: ["check_run", "check_suite", "pull_request"],
};

const RUNS = "/repos/acme/shop/check-runs";
const summary = { title: "Held", summary: "The budget is spent." };
const note = { path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" };
const release = { label: "Release", description: "Lets this one through.", identifier: "release" };

/** The names of all webhooks about checks, in order. */
function told(github: GitHub): string[] {
  return github.deliveries
    .filter(({ event }) => event.startsWith("check_"))
    .map(({ event, action }) => `${event}.${action}`);
}

describe("check runs", () => {
  it("makes, changes and gives a run in GitHub's shape", async () => {
    const { github, shop, call, pass } = await acme(checking);
    const { number, headSha } = shop.openPull({ head: "fix", author: "bob" });
    const made = await call(`POST ${RUNS}`, { name: "gate", head_sha: headSha });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "gate",
      head_sha: headSha,
      status: "queued",
      conclusion: null,
      started_at: "2026-11-22T12:00:00Z",
      completed_at: null,
      external_id: "",
      app: { id: github.appId },
      pull_requests: [{ number }],
    });
    pass(60);
    const id = Number(at(made.body, "id"));
    const output = { ...summary, annotations: [note] };
    await call(`PATCH ${RUNS}/${id}`, {
      conclusion: "failure",
      external_id: "7",
      output,
      actions: [release],
    });
    await call(`PATCH ${RUNS}/${id}`, { output });
    expect((await call(`GET ${RUNS}/${id}`)).body).toMatchObject({
      status: "completed",
      conclusion: "failure",
      completed_at: "2026-11-22T12:01:00Z",
      external_id: "7",
      output: { ...summary, text: null, annotations_count: 2 },
    });
    expect(shop.checks.latest(headSha, "gate")).toMatchObject({
      id,
      conclusion: "failure",
      actions: [release],
    });
    await call(`PATCH ${RUNS}/${id}`, { status: "in_progress" });
    expect(shop.checks.latest(headSha, "gate")).toMatchObject({
      status: "in_progress",
      conclusion: undefined,
      completedAt: undefined,
    });
    github.assertClean();
  });

  it("lists the newest run of each name and app, and filters", async () => {
    const { github, shop, policySha: sha, call } = await acme(checking);
    const done = { status: "completed", conclusion: "success" } as const;
    await call(`POST ${RUNS}`, { name: "gate", head_sha: sha });
    await call(`POST ${RUNS}`, { name: "gate", head_sha: sha, ...done });
    await call(`POST ${RUNS}`, { name: "other", head_sha: sha });
    const theirs = shop.checks.createAs("github-actions", { name: "gate", head_sha: sha });
    const list = async (query: string): Promise<unknown> =>
      (await call(`GET /repos/acme/shop/commits/main/check-runs${query}`)).body;
    expect(await list("")).toMatchObject({
      total_count: 3,
      check_runs: [
        { name: "gate", app: { slug: "github-actions" } },
        { name: "other" },
        { name: "gate", status: "completed", app: { slug: "burngate" } },
      ],
    });
    expect(await list("?filter=all")).toMatchObject({ total_count: 4 });
    expect(await list(`?check_name=gate&app_id=${github.appId}`)).toMatchObject({
      total_count: 1,
      check_runs: [{ conclusion: "success" }],
    });
    expect(await list(`?app_id=${theirs.suite.app.id}`)).toMatchObject({ check_runs: [{ id: theirs.id }] });
    expect(await list("?status=completed")).toMatchObject({ total_count: 1 });
    const page = await call("GET /repos/acme/shop/commits/main/check-runs?per_page=1&page=2");
    expect(pluck(at(page.body, "check_runs"), "name")).toEqual(["other"]);
    expect(at(page.body, "total_count")).toBe(3);
    expect(shop.checks.of(sha)).toHaveLength(4);
    expect(shop.checks.latest(sha, "gate", "github-actions")).toBe(theirs);
    expect(shop.checks.latest(sha, "gate")).toMatchObject({
      status: "completed",
      suite: { app: { id: github.appId } },
    });
    github.assertClean();
  });

  it("keeps a thousand runs of a name, and forgets the oldest beyond", async () => {
    const { shop, policySha: head_sha, call } = await acme({ permissions: { checks: "write" } });
    const first = shop.checks.createAs("burngate", { name: "gate", head_sha });
    shop.checks.createAs("burngate", { name: "other", head_sha });
    for (let more = 0; more < 1000; more += 1) shop.checks.createAs("burngate", { name: "gate", head_sha });
    expect(shop.checks.of(head_sha)).toHaveLength(1001);
    expect(shop.checks.run(first.id)).toBeUndefined();
    expect((await call(`GET ${RUNS}/${first.id}`)).status).toBe(404);
  });

  it("knows no pull request that comes from a fork", async () => {
    const { github, shop, call } = await acme(checking);
    const { headSha } = shop.openPull({ head: "fix", author: "mallory", fork: "mallory/shop" });
    expect((await call(`POST ${RUNS}`, { name: "gate", head_sha: headSha })).body).toMatchObject({
      pull_requests: [],
    });
    github.assertClean();
  });

  it("refuses what GitHub refuses", async () => {
    const { github, installation, shop, policySha: head_sha, call } = await acme(checking);
    const status = async (body: object, run?: number): Promise<number> =>
      run === undefined
        ? (await call(`POST ${RUNS}`, { name: "gate", head_sha, ...body })).status
        : (await call(`PATCH ${RUNS}/${run}`, body)).status;
    const theirs = shop.checks.createAs("github-actions", { name: "gate", head_sha });
    expect(await status({ head_sha: "0".repeat(40) })).toBe(422);
    expect(await status({ status: "completed" })).toBe(422);
    expect(await status({ completed_at: "2026-11-22T12:00:00Z" })).toBe(422);
    expect(await status({ conclusion: "stale" })).toBe(422);
    expect(await status({ conclusion: "success" }, theirs.id)).toBe(403);
    expect(await status({ conclusion: "success" }, 1)).toBe(404);
    const person = github.personalToken("ann");
    shop.permit("ann", "admin");
    expect((await ask(github, person, `POST ${RUNS}`, { name: "gate", head_sha })).status).toBe(403);
    expect((await ask(github, person, `GET ${RUNS}/${theirs.id}`)).status).toBe(200);
    installation.accept({ checks: "read" });
    expect(await status({})).toBe(403);
    expect((await call(`GET ${RUNS}/${theirs.id}`)).status).toBe(200);
    github.assertClean();
  });

  it.each([
    ["a summary", { output: { title: "t", summary: "s".repeat(65_536) } }],
    ["a text", { output: { ...summary, text: "s".repeat(65_536) } }],
    ["a button's label", { actions: [{ ...release, label: "l".repeat(21) }] }],
    ["a button's description", { actions: [{ ...release, description: "d".repeat(41) }] }],
    ["a button's identifier", { actions: [{ ...release, identifier: "i".repeat(21) }] }],
    ["a row of buttons", { actions: [release, release, release, release] }],
    [
      "a list of annotations",
      { output: { ...summary, annotations: Array.from({ length: 51 }, () => note) } },
    ],
  ])("refuses %s that is too long, and holds it against the asker", async (_, body) => {
    const { github, policySha: head_sha, shop, call } = await acme(checking);
    expect((await call(`POST ${RUNS}`, { name: "gate", head_sha, ...body })).status).toBe(422);
    expect(github.violations).toHaveLength(1);
    expect(shop.checks.of(head_sha)).toEqual([]);
  });
});

describe("webhooks about checks", () => {
  it("tells of every app's runs, and asks for our own only", async () => {
    const { github, shop, call } = await acme(checking);
    const head_sha = shop.commit("fix", { b: "b" }, { by: "bob" });
    const { length } = told(github);
    const done = { conclusion: "failure", actions: [release] } as const;
    const other = shop.checks.createAs("burngate", { name: "other", head_sha });
    const ours = await call(`POST ${RUNS}`, { name: "gate", head_sha, ...done });
    const theirs = shop.checks.createAs("github-actions", { name: "gate", head_sha });
    await call(`PATCH ${RUNS}/${other.id}`, { conclusion: "success" });
    const [made, ended] = ["check_run.created", "check_run.completed"];
    const all = [made, made, ended, made, ended, "check_suite.completed"];
    expect(told(github).slice(length)).toEqual(all);
    const id = Number(at(ours.body, "id"));
    shop.checks.rerequest(id, { by: "ann" });
    shop.checks.rerequest(theirs.id, { by: "ann" });
    shop.checks.press(id, "release", { by: "bob" });
    shop.checks.rerequestSuite(head_sha, { by: "ann" });
    expect(told(github).slice(length + 6)).toEqual([
      "check_run.rerequested",
      "check_run.requested_action",
      "check_suite.rerequested",
    ]);
    const [again, pressed, suite] = github.deliveries.slice(-3).map(({ payload }) => payload);
    expect(again).toMatchObject({
      sender: { login: "ann" },
      check_run: { id, status: "completed", check_suite: { status: "queued", conclusion: null } },
    });
    expect(pressed).toMatchObject({
      sender: { login: "bob" },
      requested_action: { identifier: "release" },
      check_run: { id, head_sha },
    });
    expect(suite).toMatchObject({
      check_suite: { head_sha, head_branch: "fix", app: { slug: "burngate" } },
    });
    github.assertClean();
  });

  it("shows a button only of a completed run that offers it", async () => {
    const { shop, policySha: head_sha } = await acme(checking);
    const { id } = shop.checks.createAs("burngate", { name: "gate", head_sha, actions: [release] });
    expect(() => shop.checks.press(id, "release", { by: "ann" })).toThrow("no button release");
    const done = { name: "gate", head_sha, conclusion: "success", actions: [release] } as const;
    const completed = shop.checks.createAs("burngate", done);
    expect(() => shop.checks.press(completed.id, "other", { by: "ann" })).toThrow("no button other");
  });

  it("asks for checks of what is pushed, once a commit", async () => {
    const { github, shop, policySha } = await acme(checking);
    shop.move("copy", policySha, { by: "ann" });
    const sha = shop.commit("fix", { b: "b" }, { by: "bob" });
    expect(told(github)).toEqual(["check_suite.requested", "check_suite.requested"]);
    expect(github.deliveries.at(-1)?.payload).toMatchObject({
      sender: { login: "bob" },
      check_suite: { head_sha: sha, before: policySha, status: "queued", latest_check_runs_count: 0 },
    });
    github.assertClean();
  });

  it("tells nothing without the permission, asks nothing of a reader, and is silent by default", async () => {
    const { github, installation, shop, policySha: head_sha } = await acme(checking);
    installation.accept({ checks: "read", contents: "read" });
    const before = told(github).length;
    const { id } = shop.checks.createAs("burngate", { name: "gate", head_sha });
    shop.checks.rerequest(id, { by: "ann" });
    shop.commit("fix", {});
    expect(told(github).slice(before)).toEqual(["check_run.created"]);
    installation.accept({ contents: "read" });
    shop.checks.createAs("burngate", { name: "gate", head_sha });
    expect(told(github)).toHaveLength(before + 1);
    github.assertClean();

    const plain = await acme();
    plain.shop.checks.createAs("burngate", { name: "gate", head_sha: plain.policySha });
    expect(told(plain.github)).toEqual([]);
  });
});
