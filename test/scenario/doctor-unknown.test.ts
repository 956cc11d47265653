import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mainContext } from "../world/shop.ts";
import { openClinic, requiring, type Clinic } from "./clinic.ts";

let clinic: Clinic;

beforeEach(async () => {
  clinic = await openClinic();
});

afterEach(() => clinic.close());

describe("what GitHub does not tell is unknown, never sound", () => {
  const questions = [
    { what: "rules", path: /\/rules\/branches\// },
    { what: "protection", path: /\/branches\/main$/ },
    { what: "branches", path: /\/branches\?/ },
    { what: "check runs", path: /\/check-runs/ },
    { what: "statuses", path: /\/statuses/ },
    { what: "environments", path: /\/environments\?/ },
    { what: "protection rules", path: /\/deployment_protection_rules/ },
    { what: "installation", path: /\/repos\/acme\/shop\/installation/, not: 404 },
    { what: "repository", path: /\/repos\/acme\/shop$/ },
    { what: "policy", path: /\/contents\//, not: 404 },
  ];
  for (const { what, path, not } of questions)
    for (const status of [403, 404, 500].filter((one) => one !== not))
      it(`${what}: ${status}`, async () => {
        // Only classic protection can require the check, or nothing would hang on it.
        if (what === "protection") clinic.shop.rules.set("main", [requiring(undefined)]);
        clinic.github.fail({ path, status, body: { message: "No" }, times: Infinity });
        const { code, out } = await clinic.doctor("--repo", "acme/shop");
        expect(out).toMatch(status === 500 ? /look again later/ : /to mend: give /);
        expect(code).toBe(2);
      });

  it("names the permission that would tell", async () => {
    clinic.github.fail({
      path: /\/environments\?/,
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 2, acme/shop: 1 unknown, 5 sound
        unknown  Which environments ask us
                 the environments were not told: GitHub refuses: Resource not accessible by integration
                 to mend: give the permission actions: read, and look again"
    `);
  });

  it("does not call a requirement unmet, or unbound, while half of it is not told", async () => {
    const { shop, github } = clinic;
    github.fail({ path: /\/branches\/main$/, status: 403, body: { message: "No" }, times: Infinity });
    shop.rules.set("main", []);
    expect(await clinic.findings()).toContain('unknown  Whether "error-budget: main" is required on "main"');
    shop.rules.set("main", [requiring(undefined)]);
    expect(await clinic.findings()).toContain(
      'unknown  Whether "error-budget: main" on "main" is taken from us alone',
    );
  });
});

describe("[T22] the App itself", () => {
  it("is a hole where it was not given the repository", async () => {
    clinic.acme.remove(clinic.shop);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole
        HOLE     The App is not installed on "acme/shop"
                 nothing is judged there, and a required check of ours waits for ever
                 to mend: install the App and give it this repository, or stop requiring its check: https://github.com/apps/burngate/installations/new"
    `);
  });

  it("is a hole where it is suspended, with and without --repo", async () => {
    clinic.acme.suspend();
    const findings = await clinic.findings();
    expect(clinic.github.count({ method: "POST" })).toBe(0);
    expect(findings).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole
        HOLE     The App is suspended on "acme/shop"
                 what was green stays green, and new pull requests wait for ever
                 to mend: unsuspend it: https://github.com/organizations/acme/settings/installations/11962046"
    `);
    const { code, out } = await clinic.doctor();
    expect(out).toContain('acme: 1 hole\n  HOLE     The App is suspended on "acme"');
    expect(code).toBe(1);
  });

  it("names each permission that was not accepted, what stops, and where to accept it", async () => {
    clinic.acme.accept({ contents: "read", pull_requests: "read", statuses: "read" });
    const { out } = await clinic.doctor();
    expect(out).toMatchInlineSnapshot(`
      "acme/shop: 7 holes, 2 unknown, 3 sound
        HOLE     The installation on "acme/shop" lacks the permission statuses: write
                 no verdict can be posted, so required checks wait for ever
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission checks: write
                 there is no report beside the status and no button that judges again
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission deployments: write
                 waiting deployments get no answer
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission actions: read
                 environments cannot ask us
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission merge_queues: read
                 GitHub does not tell us of merge groups, and does not say so
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission issues: read
                 comments on pull requests do not reach us
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The installation on "acme/shop" lacks the permission members: read
                 nobody is entitled to a bypass by team
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        sound    There is a policy on "main"
                 it can be used, and enforces
        sound    "error-budget: main" is required on "main"
                 required by ruleset 7
        sound    "error-budget: main" on "main" is taken from us alone
                 App 31415, in ruleset 7
        unknown  Whether others post "error-budget: main"
                 the check runs were not told: GitHub refuses: Resource not accessible by integration - https://docs.github.com/rest
                 to mend: give the permission checks: read, and look again
        unknown  Which environments ask us
                 the environments were not told: GitHub refuses: Resource not accessible by integration - https://docs.github.com/rest
                 to mend: give the permission actions: read, and look again
      "
    `);
  });

  it("knows with metadata: read alone whether the check is required, and from whom", async () => {
    clinic.acme.accept({ metadata: "read" });
    const { code, out } = await clinic.doctor();
    expect(code).toBe(1);
    expect(out).toMatch(/sound +"error-budget: main" is required on "main"\n +required by ruleset 7\n/);
    expect(out).toMatch(/sound +"error-budget: main" on "main" is taken from us alone\n/);
  });

  it("misses what the App never asked for only where no gate can do without", async () => {
    const { app } = clinic.github.world;
    app.permissions = { metadata: "read", contents: "read", pull_requests: "read" };
    app.events = ["push"];
    clinic.acme.accept(app.permissions);
    const { out } = await clinic.doctor();
    expect(out).toContain("lacks the permission statuses: write");
    expect(out).toContain("lacks the event pull_request\n");
    expect(out).toContain(
      "https://github.com/organizations/burngate-maker/settings/apps/burngate/permissions",
    );
    expect(out).not.toContain("members");
  });
});

describe("with a plain token", () => {
  const ask = (...args: string[]) =>
    clinic.doctorWith({ GITHUB_TOKEN: clinic.github.personalToken("ann") }, "--repo", "acme/shop", ...args);

  beforeEach(() => clinic.shop.permit("ann", "read"));

  it("knows whether we are bound by --app-id, and not without", async () => {
    const { out } = await ask();
    expect(out).toContain('unknown  Whether "error-budget: main" on "main" is taken from us');
    expect(out).toContain('unknown  Whether "production" asks us');
    const { code, out: told } = await ask("--app-id", String(clinic.github.appId));
    expect(told).toMatchInlineSnapshot(`
      "acme/shop: 1 unknown, 5 sound
        unknown  Whether the App is installed on "acme/shop", and with which permissions
                 a token is told nothing of the App
                 to mend: give APP_ID and PRIVATE_KEY_PATH, so that the App itself asks, and look again
        sound    There is a policy on "main"
                 it can be used, and enforces
        sound    "error-budget: main" is required on "main"
                 required by ruleset 7
        sound    "error-budget: main" on "main" is taken from us alone
                 App 31415, in ruleset 7
        sound    Nobody else posted "error-budget: main" on the default branch's head
                 other commits were not looked at
        sound    "production" asks us
                 our rule is enabled; whether admins may pass it by is unknown: GitHub does not tell
      "
    `);
    expect(code).toBe(2);
    const { code: other, out: foreign } = await ask("--app-id", "5");
    expect(foreign).toContain("is taken from another App");
    expect(other).toBe(1);
  });

  it("[T20] knows a person or a workflow under our name, and does not know a bot", async () => {
    const { shop, github, acme } = clinic;
    const head_sha = shop.branches.get("main") ?? "";
    await clinic.postStatus(github.installationToken(acme));
    expect((await ask()).out).toContain(
      'there is a status by "burngate[bot]", and whether that is us is not known',
    );
    shop.permit("mallory", "write");
    await clinic.postStatus(github.personalToken("mallory"));
    expect((await ask()).out).toContain('there is a status by "mallory"');
    shop.checks.createAs("github-actions", { name: mainContext, head_sha });
    expect((await ask()).out).toContain('there is a check run by "github-actions", a status by "mallory"');
  });

  it("[T19] knows without any id that anybody may answer", async () => {
    clinic.shop.rules.set("main", [requiring(undefined)]);
    expect(await ask()).toMatchObject({
      code: 1,
      out: expect.stringContaining("Anybody can answer") as string,
    });
  });
});
