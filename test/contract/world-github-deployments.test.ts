import { describe, expect, it } from "vitest";
import type { Deployment } from "../world/github-deployment.ts";
import type { Acme } from "../world/github-acme.ts";
import { at, pluck, type Answered } from "../world/github-client.ts";
import type { Repository } from "../world/github-repository.ts";
import { acmeSuite } from "./acme-suite.ts";

const suite = acmeSuite();

const POST = "POST /repos/acme/shop/deployments";

async function acme(permissions: { [name: string]: "read" | "write" } = {}): Promise<Acme> {
  return suite.acme({
    permissions: { contents: "read", deployments: "write", ...permissions },
    events: ["deployment", "deployment_status"],
  });
}

function deployed(shop: Repository, environment: string, ref = "main"): Deployment {
  const deployment = shop.deployments.create({ ref, environment, by: "ann" });
  if (typeof deployment === "string") throw new Error(deployment);
  return deployment;
}

function states(shop: Repository, { id }: Deployment): string[] {
  return shop.deployments.statuses(id).map(({ state }) => state);
}

describe("a deployment is made", () => {
  it("of a branch or a sha, and tells whom and where", async () => {
    const { github, shop, call, policySha } = await acme();
    const { status, headers, body } = await call(POST, {
      ref: "main",
      payload: { wave: 1 },
      description: "by hand",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      sha: policySha,
      ref: "main",
      task: "deploy",
      payload: { wave: 1 },
      environment: "production",
      production_environment: true,
      transient_environment: false,
      description: "by hand",
      creator: { login: "burngate[bot]" },
    });
    expect(headers.get("location")).toBe(at(body, "url"));
    expect((await call(`GET /repos/acme/shop/deployments/${Number(at(body, "id"))}`)).body).toEqual(body);
    expect(deployed(shop, "staging", policySha)).toMatchObject({ sha: policySha, production: false });
    expect((await call("GET /repos/acme/shop/deployments/1")).status).toBe(404);
    github.assertClean();
  });

  it("not of a ref that is not there", async () => {
    const { github, shop, call } = await acme();
    expect(await call(POST, { ref: "gone" })).toMatchObject({
      status: 422,
      body: { message: "No ref found for: gone" },
    });
    expect(() => deployed(shop, "staging", "gone")).toThrow("no ref gone");
    github.assertClean();
  });

  it("only where every context is green, unless fewer are required", async () => {
    const { github, shop, call, policySha } = await acme();
    shop.setStatus(policySha, { state: "success", context: "ci" });
    shop.setStatus(policySha, { state: "pending", context: "error-budget" });
    const post = async (required_contexts?: string[]): Promise<Answered> =>
      call(POST, { ref: "main", required_contexts });
    expect(await post()).toMatchObject({
      status: 409,
      body: {
        message: "Conflict: Commit status checks failed for main.",
        errors: [
          {
            field: "required_contexts",
            contexts: [
              { context: "ci", state: "success" },
              { context: "error-budget", state: "pending" },
            ],
          },
        ],
      },
    });
    expect((await post(["CI"])).status).toBe(201);
    expect((await post(["ci", "error-budget"])).status).toBe(409);
    expect((await post(["unheard of"])).status).toBe(409);
    expect((await post([])).status).toBe(201);
    shop.setStatus(policySha, { state: "success", context: "error-budget" });
    expect((await post()).status).toBe(201);
    github.assertClean();
  });

  it("by people under the same rule", async () => {
    const { shop, policySha } = await acme();
    shop.setStatus(policySha, { state: "failure", context: "ci" });
    const draft = { ref: "main", environment: "staging", by: "ann" };
    expect(shop.deployments.create(draft)).toBe("Conflict: Commit status checks failed for main.");
    expect(shop.deployments.create({ ...draft, requiredContexts: [] })).toMatchObject({
      environment: "staging",
      production: false,
      creator: { login: "ann" },
    });
    expect(shop.deployments.create({ ...draft, requiredContexts: [], production: true })).toMatchObject({
      production: true,
    });
  });

  it("by whoever may write deployments", async () => {
    const { github, installation, call } = await acme();
    installation.accept({ deployments: "read" });
    expect((await call(POST, { ref: "main" })).status).toBe(403);
    expect((await call("GET /repos/acme/shop/deployments")).status).toBe(200);
    installation.accept({});
    expect((await call("GET /repos/acme/shop/deployments")).status).toBe(403);
    github.assertClean();
  });

  it("in an environment that it makes where there is none", async () => {
    const { shop } = await acme();
    deployed(shop, "preview");
    expect(shop.environments.find("Preview")).toMatchObject({ name: "preview", rules: new Map() });
  });
});

describe("deployments are listed", () => {
  it("newest first, by sha, ref and environment", async () => {
    const { github, shop, call, policySha } = await acme();
    const first = deployed(shop, "staging");
    const sha = shop.commit("main", { b: "b" });
    const second = deployed(shop, "production");
    const third = deployed(shop, "production", sha);
    const ids = async (query: string): Promise<unknown[]> =>
      pluck((await call(`GET /repos/acme/shop/deployments${query}`)).body, "id");
    expect(await ids("")).toEqual([third.id, second.id, first.id]);
    expect(await ids(`?sha=${policySha}`)).toEqual([first.id]);
    expect(await ids(`?sha=${sha}&ref=main`)).toEqual([second.id]);
    expect(await ids("?environment=production&per_page=1&page=2")).toEqual([second.id]);
    expect(await ids("?task=migrate")).toEqual([]);
    github.assertClean();
  });
});

describe("a deployment's status", () => {
  it("is added by apps and people, and listed newest first", async () => {
    const { github, shop, call } = await acme();
    const { id } = deployed(shop, "production");
    const path = `/repos/acme/shop/deployments/${id}/statuses`;
    shop.deployments.setStatus(id, "in_progress", { by: "bob", description: "rolling out" });
    const { status, body } = await call(`POST ${path}`, {
      state: "failure",
      description: "budget exhausted",
      log_url: "https://burngate.example.com/why",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      environment: "production",
      target_url: "https://burngate.example.com/why",
      creator: { login: "burngate[bot]" },
    });
    expect((await call(`GET ${path}`)).body).toMatchObject([
      { state: "failure", description: "budget exhausted" },
      { state: "in_progress", description: "rolling out", creator: { login: "bob" }, log_url: "" },
    ]);
    expect((await call(`${POST}/1/statuses`, { state: "error" })).status).toBe(404);
    expect(() => shop.deployments.setStatus(1, "error", { by: "bob" })).toThrow("no deployment 1");
    github.assertClean();
  });

  it("takes 140 code points of description and no more", async () => {
    const { github, shop, call } = await acme();
    const { id } = deployed(shop, "production");
    const post = async (description: string): Promise<number> =>
      (await call(`${POST}/${id}/statuses`, { state: "pending", description })).status;
    expect(await post("🔥".repeat(140))).toBe(201);
    expect(await post("🔥".repeat(141))).toBe(422);
    github.assertClean();
  });

  it("of success retires what was there before, but neither production nor another environment", async () => {
    const { github, shop, call } = await acme();
    const succeeded = ["staging", "staging", "qa", "production", "production"].map((environment) => {
      const deployment = deployed(shop, environment);
      shop.deployments.setStatus(deployment.id, "success", { by: "ann" });
      return states(shop, deployment);
    });
    expect(succeeded).toEqual(Array.from({ length: 5 }, () => ["success"]));
    const [old, failing, ...others] = shop.deployments.all();
    expect(states(shop, old!)).toEqual(["success", "inactive"]);
    expect(others.flatMap((each) => states(shop, each))).toEqual(["success", "success", "success"]);

    shop.deployments.setStatus(failing!.id, "failure", { by: "ann" });
    const { id } = deployed(shop, "qa");
    const path = `${POST}/${id}/statuses`;
    await call(path, { state: "success", auto_inactive: false });
    expect(states(shop, others[0]!)).toEqual(["success"]);
    await call(path, { state: "success" });
    expect(states(shop, others[0]!)).toEqual(["success", "inactive"]);
    shop.deployments.setStatus(deployed(shop, "staging").id, "success", { by: "ann" });
    expect(states(shop, failing!)).toEqual(["success", "failure"]);

    const preview = { ref: "main", environment: "preview", transient_environment: true };
    const passing = Number(at((await call(POST, preview)).body, "id"));
    for (const each of [passing, deployed(shop, "preview").id])
      shop.deployments.setStatus(each, "success", { by: "ann" });
    expect(states(shop, shop.deployments.find(passing)!)).toEqual(["success"]);
    github.assertClean();
  });
});

describe("the webhooks of deployments", () => {
  it("tell of the deployment and of each status but inactive", async () => {
    const { github, shop, installation, policySha } = await acme();
    for (const environment of ["staging", "staging"]) {
      const { id } = deployed(shop, environment);
      shop.deployments.setStatus(id, "success", { by: "bob" });
    }
    shop.deployments.setStatus(shop.deployments.all()[1]!.id, "inactive", { by: "bob" });
    const made = github.deliveries.filter(({ event }) => event.startsWith("deployment"));
    expect(made.map(({ event, action }) => `${event}.${String(action)}`)).toEqual([
      "deployment.created",
      "deployment_status.created",
      "deployment.created",
      "deployment_status.created",
    ]);
    expect(made.slice(0, 2).map(({ payload }) => payload)).toMatchObject([
      {
        deployment: { sha: policySha, environment: "staging" },
        workflow_run: null,
        sender: { login: "ann" },
        installation: { id: installation.id },
      },
      { deployment_status: { state: "success" }, deployment: { sha: policySha }, sender: { login: "bob" } },
    ]);
    github.assertClean();
  });

  it("go only to whom may read deployments and has subscribed", async () => {
    const { github, shop, installation } = await acme();
    installation.accept({ contents: "read" });
    deployed(shop, "staging");
    const deaf = await suite.acme({ permissions: { deployments: "write" }, events: ["push"] });
    deployed(deaf.shop, "staging");
    for (const world of [github, deaf.github])
      expect(world.deliveries.filter(({ event }) => event.startsWith("deployment"))).toEqual([]);
  });
});
