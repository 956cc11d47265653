import { describe, expect, it } from "vitest";
import { ask, at, pluck } from "../world/github-client.ts";
import {
  approval,
  answerTo,
  gatedSuite,
  heard,
  push,
  rejection,
  requests,
  reviewPath,
} from "./gated-suite.ts";

const gated = gatedSuite();

describe("a job that waits for our review", () => {
  it("goes on when we approve", async () => {
    const world = await gated();
    const run = world.shop.actions.run(push);
    const answer = await answerTo(world, run, approval);
    expect(answer).toMatchObject({ status: 204, body: "" });
    expect(run).toMatchObject({ state: "succeeded", review: approval });
    expect(heard(world.github).slice(2)).toEqual([
      "deployment_status in_progress",
      "deployment_status success",
    ]);
    world.github.assertClean();
  });

  it("fails when we reject, and asks again when it is run again", async () => {
    const world = await gated();
    const { github, shop } = world;
    const run = shop.actions.run(push);
    const first = run.job();
    expect(() => shop.actions.rerunFailed(run)).toThrow("no failed job");
    await answerTo(world, run, rejection);
    expect(run).toMatchObject({ state: "rejected", review: rejection, conclusion: "failure" });
    expect(heard(github)).toEqual(["deployment", "deployment_protection_rule", "deployment_status failure"]);

    shop.actions.rerunFailed(run);
    expect(run).toMatchObject({ state: "waiting", review: undefined, attempt: 2 });
    expect(heard(github).slice(3)).toEqual(["deployment", "deployment_protection_rule"]);
    expect(run.job().deployment?.id).not.toBe(first.deployment?.id);
    expect((await answerTo(world, run, approval)).status).toBe(204);
    expect(run.jobs.map(({ state }) => state)).toEqual(["rejected", "succeeded"]);
    github.assertClean();
  });

  it("takes one review and no report after it", async () => {
    const world = await gated();
    const run = world.shop.actions.run(push);
    expect((await answerTo(world, run, rejection)).status).toBe(204);
    expect((await answerTo(world, run, approval)).status).toBe(422);
    expect((await answerTo(world, run, { comment: "more" })).status).toBe(422);
    expect(run).toMatchObject({ state: "rejected", review: rejection, reports: [] });
    world.github.assertClean();
  });

  it("takes ten reports of 1024 characters, each attempt anew", async () => {
    const world = await gated();
    const { github, shop } = world;
    const run = shop.actions.run(push);
    expect((await answerTo(world, run, { comment: "🔥".repeat(1025) })).status).toBe(422);
    expect((await answerTo(world, run, { comment: "🔥".repeat(1024) })).status).toBe(204);
    for (let n = 1; n < 10; n += 1)
      expect((await answerTo(world, run, { comment: `${n}`.repeat(1024) })).status).toBe(204);
    expect((await answerTo(world, run, { comment: "one too many" })).status).toBe(422);
    expect(run.reports.map((each) => each.slice(0, 2)).join(" ")).toBe("🔥 11 22 33 44 55 66 77 88 99");
    expect(run.state).toBe("waiting");
    await answerTo(world, run, rejection);
    shop.actions.rerunFailed(run);
    expect(run.reports).toEqual([]);
    github.assertClean();
    expect((await answerTo(world, run, {})).status).toBe(422);
    expect(github.violations).toMatchObject([{ kind: "request" }]);
  });

  it("is reviewed by nobody but the app that gates it", async () => {
    const world = await gated();
    const { github, shop, call, installation } = world;
    const run = shop.actions.run(push);
    const post = async (url: string, environment_name: string): Promise<number> =>
      (await call(`POST ${url}`, { environment_name, ...approval })).status;
    expect(await post(reviewPath(run).replace(String(run.id), "1"), "production")).toBe(404);
    expect(await post(reviewPath(run), "prod")).toBe(404);
    shop.environments.create("staging");
    shop.environments.enableRule("staging");
    expect(await post(reviewPath(run), "staging")).toBe(404);
    shop.permit("ann", "admin");
    const ann = await ask(github, github.personalToken("ann"), `POST ${reviewPath(run)}`, {
      environment_name: "production",
      ...approval,
    });
    expect(ann.status).toBe(404);
    shop.environments.disableRule("production");
    expect(await post(reviewPath(run), "production")).toBe(404);
    shop.environments.enableRule("production");
    installation.accept({ actions: "write", deployments: "read" });
    expect(await post(reviewPath(run), "production")).toBe(403);
    expect(run.state).toBe("waiting");
    installation.accept({ deployments: "write" });
    expect(await post(reviewPath(run), "Production")).toBe(204);
    github.assertClean();
  });

  it("goes on without us when an administrator bypasses the rule", async () => {
    const world = await gated();
    const { github, shop } = world;
    const run = shop.actions.run(push);
    shop.actions.bypass(run, { by: "root" });
    expect(run).toMatchObject({ state: "succeeded", review: undefined });
    expect(run.job().bypassedBy?.login).toBe("root");
    expect(heard(github).at(-1)).toBe("deployment_status success");
    expect((await answerTo(world, run, rejection)).status).toBe(422);
    expect(() => shop.actions.bypass(run, { by: "root" })).toThrow("no job that waits");
    github.assertClean();
  });

  it("fails when thirty days pass", async () => {
    const world = await gated();
    const run = world.shop.actions.run(push);
    world.shop.actions.expire(run);
    expect(run).toMatchObject({ state: "failed", review: undefined, conclusion: "failure" });
    expect((await answerTo(world, run, approval)).status).toBe(422);
    world.shop.actions.rerunFailed(run);
    expect(run.state).toBe("waiting");
    world.github.assertClean();
  });

  it("asks nobody who may not read deployments, and waits all the same", async () => {
    const { github, installation, shop } = await gated();
    installation.accept({ actions: "read" });
    expect(shop.actions.run(push).state).toBe("waiting");
    expect(requests(github)).toEqual([]);
  });
});

describe("a workflow run", () => {
  it("has a job for each of several environments, reviewed one by one", async () => {
    const world = await gated();
    const { github, shop } = world;
    shop.environments.create("staging");
    shop.environments.enableRule("staging");
    const run = shop.actions.run(push);
    shop.actions.addJob(run, "staging");
    shop.actions.addJob(run, "Preview");
    expect(() => shop.actions.addJob(run, "Staging")).toThrow("already");
    expect(requests(github).map((each) => [each["environment"], each["deployment_callback_url"]])).toEqual([
      ["production", github.url + reviewPath(run)],
      ["staging", github.url + reviewPath(run)],
    ]);
    await answerTo(world, run, { ...approval, environment_name: "staging" });
    expect(run.jobs.map(({ state }) => state)).toEqual(["waiting", "succeeded", "succeeded"]);
    expect([run.status, run.conclusion]).toEqual(["waiting", null]);
    await answerTo(world, run, rejection);
    expect([run.status, run.conclusion]).toEqual(["completed", "failure"]);
    shop.actions.rerunFailed(run);
    expect(run.current().map(({ environment, state }) => [environment, state])).toEqual([
      ["staging", "succeeded"],
      ["Preview", "succeeded"],
      ["production", "waiting"],
    ]);
    expect(run.job("STAGING").review).toEqual(approval);
    expect(run.job("preview").environment).toBe("Preview");
    expect(() => run.job("qa")).toThrow("no job for qa");
    github.assertClean();
  });

  it("is read, and listed newest first by status, branch, commit, event and actor", async () => {
    const world = await gated();
    const { github, shop, call, policySha } = world;
    const old = shop.actions.run({ ...push, environment: "prod" });
    shop.commit("release", { b: "b" }, { by: "bob" });
    const waiting = shop.actions.run({ ...push, ref: "release", by: "bob" });
    expect((await call(`GET /repos/acme/shop/actions/runs/${waiting.id}`)).body).toMatchObject({
      id: waiting.id,
      run_number: 2,
      run_attempt: 1,
      head_branch: "release",
      head_sha: waiting.sha,
      head_commit: { id: waiting.sha, author: { name: "bob" } },
      status: "waiting",
      conclusion: null,
      actor: { login: "bob" },
    });
    expect((await call("GET /repos/acme/shop/actions/runs/1")).status).toBe(404);
    const ids = async (query: string): Promise<unknown[]> =>
      pluck(at((await call(`GET /repos/acme/shop/actions/runs${query}`)).body, "workflow_runs"), "id");
    expect(await ids("")).toEqual([waiting.id, old.id]);
    for (const query of ["status=waiting", "branch=release", "actor=bob"])
      expect(await ids(`?${query}`)).toEqual([waiting.id]);
    for (const query of ["status=success", "status=completed", `head_sha=${policySha}`])
      expect(await ids(`?${query}`)).toEqual([old.id]);
    expect(await ids("?event=push")).toHaveLength(2);
    expect(await ids("?event=schedule")).toEqual([]);
    github.assertClean();
  });
});
