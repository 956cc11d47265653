import { describe, expect, it } from "vitest";
import { POLICY } from "../world/github-acme.ts";
import { appJwt, ask, at, pluck } from "../world/github-client.ts";
import { objectSha } from "../world/github-git.ts";
import { requiredChecks } from "../world/github-rule.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

describe("who may", () => {
  it("gives long tokens to the app's own signature only", async () => {
    const { github, installation } = await acme();
    const mint = `POST /app/installations/${installation.id}/access_tokens`;
    const { status, body } = await ask(github, appJwt(github), mint);
    expect(status).toBe(201);
    const token = String(at(body, "token"));
    expect(token).toMatch(new RegExp(`^ghs_${github.appId}_.{100,}$`));
    expect((await ask(github, token, "GET /installation/repositories")).body).toMatchObject({
      total_count: 1,
    });
    expect((await ask(github, `${appJwt(github)}x`, mint)).status).toBe(401);
    expect((await ask(github, appJwt(github, { exp: Math.floor(Date.now() / 1000) - 1 }), mint)).status).toBe(
      401,
    );
    expect((await ask(github, appJwt(github, { iss: 1 }), mint)).status).toBe(404);
    github.assertClean();
  });

  it("narrows a token to repositories and permissions", async () => {
    const { github, installation, shop, policySha } = await acme();
    github.repository({ owner: "acme", name: "till", installation }).commit("main", { a: "b" });
    const mint = `POST /app/installations/${installation.id}/access_tokens`;
    const { body } = await ask(github, appJwt(github), mint, {
      repository_ids: [shop.id],
      permissions: { statuses: "read" },
    });
    expect(body).toMatchObject({ repository_selection: "selected", repositories: [{ name: "shop" }] });
    const token = String(at(body, "token"));
    expect((await ask(github, token, "GET /repos/acme/shop")).status).toBe(200);
    expect((await ask(github, token, "GET /repos/acme/till")).status).toBe(404);
    const post = await ask(github, token, `POST /repos/acme/shop/statuses/${policySha}`, {
      state: "success",
    });
    expect(post).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } });
    expect(
      (await ask(github, appJwt(github), mint, { permissions: { administration: "write" } })).status,
    ).toBe(422);
  });

  it("hides other people's private repositories and lets public ones be read", async () => {
    const { github, call } = await acme();
    const other = github.repository({
      owner: "globex",
      name: "secret",
      installation: github.installation({ account: "globex" }),
    });
    const sha = other.commit("main", { [POLICY]: "version: 1\n" });
    expect((await call(`GET /repos/globex/secret/contents/${POLICY}`)).status).toBe(404);
    other.publicize();
    expect((await call(`GET /repos/globex/secret/contents/${POLICY}`)).status).toBe(200);
    expect((await call(`POST /repos/globex/secret/statuses/${sha}`, { state: "success" })).status).toBe(403);
  });

  it("says who is suspended, and forgets who uninstalled", async () => {
    const { github, installation, call } = await acme();
    const mint = `POST /app/installations/${installation.id}/access_tokens`;
    installation.suspend();
    expect(await ask(github, appJwt(github), mint)).toMatchObject({
      status: 403,
      body: { message: "This installation has been suspended" },
    });
    expect((await call("GET /repos/acme/shop")).status).toBe(403);
    installation.unsuspend();
    expect((await call("GET /repos/acme/shop")).status).toBe(200);
    installation.delete();
    expect((await ask(github, appJwt(github), mint)).status).toBe(404);
    expect((await call("GET /repos/acme/shop")).status).toBe(401);
  });

  it("tells roles by both of GitHub's names, and teams with those below them", async () => {
    const { github, shop, call } = await acme();
    for (const role of ["read", "triage", "write", "maintain", "admin"]) shop.permit(`the-${role}`, role);
    shop.permit("ann", "release-captain", "write");
    const told = async (login: string): Promise<unknown> => {
      const { body } = await call(`GET /repos/acme/shop/collaborators/${login}/permission`);
      return [at(body, "permission"), at(body, "role_name")];
    };
    expect(await told("the-maintain")).toEqual(["write", "maintain"]);
    expect(await told("THE-triage")).toEqual(["read", "triage"]);
    expect(await told("ann")).toEqual(["write", "release-captain"]);
    github.user("stranger");
    expect(await told("stranger")).toEqual(["none", "none"]);
    expect((await call("GET /repos/acme/shop/collaborators/burngate%5Bbot%5D/permission")).status).toBe(404);
    github.team("acme", "sre", { ann: "active", bob: "pending" });
    github.team("acme", "payments-sre", { eve: "active" }, "sre");
    const member = async (login: string): Promise<unknown> =>
      at((await call(`GET /orgs/acme/teams/sre/memberships/${login}`)).body, "state");
    expect([await member("ann"), await member("bob"), await member("eve")]).toEqual([
      "active",
      "pending",
      "active",
    ]);
    expect((await call("GET /orgs/acme/teams/sre/memberships/stranger")).status).toBe(404);
    github.assertClean();
  });
});

describe("files and refs", () => {
  it("gives contents with git's own blob sha, directories, links, submodules and the raw form", async () => {
    const { github, shop, call, policySha } = await acme();
    shop.commit("main", {
      link: { symlink: "src/a.txt" },
      lost: { symlink: "../out" },
      sub: { submodule: "https://github.com/acme/sub" },
    });
    const file = await call(`GET /repos/acme/shop/contents/${encodeURIComponent(POLICY)}?ref=${policySha}`);
    expect(file.body).toMatchObject({
      type: "file",
      encoding: "base64",
      sha: objectSha("blob", Buffer.from("version: 1\n")),
    });
    expect(Buffer.from(String(at(file.body, "content")), "base64").toString()).toBe("version: 1\n");
    expect(
      (
        await call(`GET /repos/acme/shop/contents/${POLICY}`, undefined, {
          accept: "application/vnd.github.raw+json",
        })
      ).body,
    ).toBe("version: 1\n");
    expect((await call(`GET /repos/acme/shop/contents/link`)).body).toMatchObject({
      type: "file",
      path: "src/a.txt",
    });
    expect((await call(`GET /repos/acme/shop/contents/lost`)).body).toMatchObject({
      type: "symlink",
      target: "../out",
    });
    expect((await call(`GET /repos/acme/shop/contents/sub`)).body).toMatchObject({ type: "submodule" });
    expect(pluck((await call(`GET /repos/acme/shop/contents/`)).body, "type")).toEqual([
      "dir",
      "symlink",
      "symlink",
      "dir",
      "file",
    ]);
    expect((await call(`GET /repos/acme/shop/contents/none.yml`)).status).toBe(404);
    expect((await call(`GET /repos/acme/shop/contents/link?ref=${policySha}`)).status).toBe(404);
    github.assertClean();
  });

  it("answers 304 to an ETag, which does not count", async () => {
    const { github, installation, shop, call } = await acme();
    const first = await call("GET /repos/acme/shop/git/ref/heads%2Fmain");
    const etag = first.headers.get("etag") ?? "";
    const { used } = github.limits.standing(`installation ${installation.id}`);
    const second = await call("GET /repos/acme/shop/git/ref/heads/main", undefined, {
      "if-none-match": etag,
    });
    expect([second.status, second.body]).toEqual([304, ""]);
    expect(github.limits.standing(`installation ${installation.id}`).used).toBe(used);
    shop.commit("main", { "src/a.txt": "b\n" });
    expect(
      (await call("GET /repos/acme/shop/git/ref/heads/main", undefined, { "if-none-match": etag })).status,
    ).toBe(200);
    expect(github.requests.map(({ status }) => status)).toEqual([200, 304, 200]);
  });

  it("redirects from a former name by number, and tells branches, rules and activity", async () => {
    const { github, shop, call, policySha } = await acme();
    shop.rename("store");
    const moved = await call("GET /repos/acme/shop/branches/main");
    expect([moved.status, moved.headers.get("location")]).toEqual([
      301,
      `${github.url}/repositories/${shop.id}/branches/main`,
    ]);
    expect((await call(`POST /repos/acme/shop/statuses/${policySha}`, { state: "success" })).status).toBe(
      307,
    );
    shop.protect("main", {
      checks: [{ context: "error-budget: main", app_id: github.appId }],
      strict: false,
    });
    const branch = await call(`GET /repositories/${shop.id}/branches/main`);
    expect(branch.body).toMatchObject({
      protected: true,
      protection: { required_status_checks: { checks: [{ app_id: github.appId }] } },
    });
    shop.rules.set("main", [
      requiredChecks([{ context: "error-budget: main", integration_id: github.appId }]),
    ]);
    expect((await call("GET /repos/acme/store/rules/branches/main")).body).toMatchObject([
      { type: "required_status_checks" },
    ]);
    expect((await call("GET /repos/acme/store/activity")).body).toMatchObject([
      { activity_type: "branch_creation", after: policySha },
    ]);
    expect((await call("GET /repos/acme/store/branches?protected=true")).body).toHaveLength(1);
    github.assertClean();
  });
});
