import { describe, expect, it } from "vitest";
import { appNamed } from "../world/github-app.ts";
import { ask, at, pluck } from "../world/github-client.ts";
import { approval, answerTo, gatedSuite, heard, push, requests, reviewPath } from "./gated-suite.ts";

const gated = gatedSuite();

describe("environments", () => {
  it("are listed and read, whatever the case of the name", async () => {
    const { github, shop, call } = await gated();
    shop.environments.create("eu/staging");
    expect(shop.environments.create("Production")).toBe(shop.environments.find("production"));
    const { body } = await call("GET /repos/acme/shop/environments");
    expect(at(body, "total_count")).toBe(2);
    expect(pluck(at(body, "environments"), "name")).toEqual(["production", "eu/staging"]);
    const one = await call("GET /repos/acme/shop/environments/eu%2Fstaging");
    expect(one.body).toEqual(at(body, "environments", 1));
    expect((await call("GET /repos/acme/shop/environments/prod")).status).toBe(404);
    github.assertClean();
  });

  it("tell which apps gate them", async () => {
    const { github, shop, call } = await gated();
    const rules = "GET /repos/acme/shop/environments/production/deployment_protection_rules";
    expect((await call(rules)).body).toMatchObject({
      total_count: 1,
      custom_deployment_protection_rules: [
        {
          enabled: true,
          app: { id: github.appId, slug: "burngate", integration_url: `${github.url}/apps/burngate` },
        },
      ],
    });
    shop.environments.disableRule("production");
    expect((await call(rules)).body).toEqual({ total_count: 0, custom_deployment_protection_rules: [] });
    expect((await call(rules.replace("production", "prod"))).status).toBe(404);
    expect(() => shop.environments.enableRule("prod")).toThrow("no environment prod");
    github.assertClean();
  });

  it("are gated by six apps at most", async () => {
    const { github, shop } = await gated();
    const enable = (slug: string): number =>
      shop.environments.enableRule("production", appNamed(github.world, slug)).id;
    for (const slug of ["a", "b", "c", "d", "e"]) enable(slug);
    expect(() => enable("f")).toThrow("6 rules");
    expect(() => enable("burngate")).toThrow("burngate gates production already");
  });

  it("are put behind our rule by an administrator", async () => {
    const { github, shop, call } = await gated();
    shop.environments.create("staging");
    shop.permit("ann", "admin");
    shop.permit("bob", "write");
    const enable = async (login: string, integration_id: number): Promise<number> => {
      const rules = "POST /repos/acme/shop/environments/staging/deployment_protection_rules";
      return (await ask(github, github.personalToken(login), rules, { integration_id })).status;
    };
    expect(await enable("bob", github.appId)).toBe(403);
    expect(await enable("ann", github.appId + 1)).toBe(422);
    expect(await enable("ann", github.appId)).toBe(201);
    expect(await enable("ann", github.appId)).toBe(422);
    expect(shop.environments.find("staging")?.rules.has("burngate")).toBe(true);
    const rules = "POST /repos/acme/shop/environments/staging/deployment_protection_rules";
    expect((await call(rules, { integration_id: github.appId })).status).toBe(403);

    shop.environments.disableRule("staging");
    for (const slug of ["a", "b", "c", "d", "e", "f"])
      shop.environments.enableRule("staging", appNamed(github.world, slug));
    expect(await enable("ann", github.appId)).toBe(422);
    github.assertClean();
  });

  it("are read with permission for actions", async () => {
    const { github, installation, call } = await gated();
    installation.accept({ deployments: "write" });
    for (const rest of ["environments", "environments/production", "actions/runs"])
      expect((await call(`GET /repos/acme/shop/${rest}`)).status).toBe(403);
    github.assertClean();
  });
});

describe("a job whose environment nobody gates", () => {
  it("deploys at once, to an environment that is made for it", async () => {
    const { github, shop, policySha } = await gated();
    const run = shop.actions.run({ ...push, environment: "prod" });
    expect(run).toMatchObject({ state: "succeeded", review: undefined, sha: policySha });
    expect(shop.environments.find("prod")?.rules).toEqual(new Map());
    expect(heard(github)).toEqual([
      "deployment",
      "deployment_status in_progress",
      "deployment_status success",
    ]);
    expect(github.deliveries.at(-1)?.payload).toMatchObject({
      deployment: { environment: "prod", creator: { login: "github-actions[bot]" } },
      workflow_run: { id: run.id, status: "completed", conclusion: "success" },
    });
    expect(github.deliveries.at(-2)?.payload).toMatchObject({
      workflow_run: { status: "in_progress", conclusion: null },
    });
    github.assertClean();
  });

  it("is not stopped by commit statuses", async () => {
    const { shop, policySha } = await gated();
    shop.setStatus(policySha, { state: "failure", context: "ci" });
    expect(shop.actions.run({ ...push, environment: "prod" }).state).toBe("succeeded");
  });
});

describe("a job whose environment our rule gates", () => {
  it("waits and asks", async () => {
    const { github, installation, shop, policySha } = await gated();
    const run = shop.actions.run(push);
    expect(run).toMatchObject({ state: "waiting", reports: [], review: undefined });
    expect(heard(github)).toEqual(["deployment", "deployment_protection_rule"]);
    const [request] = requests(github);
    expect(request).toMatchObject({
      environment: "production",
      event: "push",
      sha: policySha,
      ref: "main",
      deployment_callback_url: github.url + reviewPath(run),
      deployment: { id: run.job().deployment?.id, sha: policySha, ref: "main" },
      pull_requests: [],
      sender: { login: "ann" },
      installation: { id: installation.id },
    });
    github.assertClean();
  });

  it("asks for an older commit of the branch, without a deployment, or with what it tells in the deployment only", async () => {
    const { github, shop, policySha } = await gated();
    shop.commit("main", { b: "b" });
    const bare = shop.actions.run({ ...push, sha: policySha, withDeployment: false });
    expect(requests(github)[0]).toMatchObject({ deployment: null, sha: policySha, ref: "main" });
    shop.actions.run({ ...push, sha: policySha, withTopLevel: false });
    const [, old] = requests(github);
    for (const field of ["sha", "ref"]) expect(old).not.toHaveProperty(field);
    expect(old).toMatchObject({ deployment: { sha: policySha } });
    shop.actions.review(bare, bare.job(), approval);
    expect(bare.state).toBe("succeeded");
    expect(heard(github)).not.toContain("deployment_status success");
    expect(() => shop.actions.run({ ...push, ref: "gone" })).toThrow("no commit gone");
    github.assertClean();
  });

  it("names the address below /api/v3 on an Enterprise Server, or the one that an attacker wants", async () => {
    const world = await gated({ enterprise: true });
    const { github, shop } = world;
    expect(github.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/);
    const run = shop.actions.run(push);
    const callbackUrl = "https://evil.example/repos/acme/shop/actions/runs/1/deployment_protection_rule";
    shop.actions.run({ ...push, callbackUrl });
    expect(requests(github).map((each) => each["deployment_callback_url"])).toEqual([
      github.url + reviewPath(run),
      callbackUrl,
    ]);
    expect((await answerTo(world, run, approval)).status).toBe(204);
    const list = await world.call("GET /repos/acme/shop/actions/runs?per_page=1");
    expect(list.headers.get("link")).toContain(`<${github.url}/repos/acme/shop/actions/runs?`);
    github.assertClean();
  });
});
