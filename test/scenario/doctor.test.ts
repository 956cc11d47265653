import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeQueue } from "../world/github-rule.ts";
import { mainContext, policyFile } from "../world/shop.ts";
import { asked, openClinic, requiring, type Clinic } from "./clinic.ts";

let clinic: Clinic;

beforeEach(async () => {
  clinic = await openClinic();
});

afterEach(() => clinic.close());

it("finds a sound repository sound, exits 0, and reads only", async () => {
  const { code, out, err } = await clinic.doctor();
  expect(out).toMatchInlineSnapshot(`
    "acme/shop: 6 sound
      sound    The App is installed on "acme/shop" and may do its work
               every permission and event that the gate uses
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
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const writes = clinic.github.requests.filter(
    ({ method, path }) => method !== "GET" && !path.endsWith("/access_tokens"),
  );
  expect(writes).toEqual([]);
});

describe("the required check", () => {
  it("is a hole where nothing requires it", async () => {
    clinic.shop.rules.set("main", [
      requiring(clinic.github.appId, "ci"),
      requiring(undefined, "error-budget: master"),
    ]);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 4 sound
        HOLE     "error-budget: main" is not required on "main"
                 required there: "ci" and "error-budget: master"; GitHub merges whatever we say
                 to mend: require the check "error-budget: main" in a ruleset that is active, with this App as its source: https://github.com/acme/shop/settings/rules"
    `);
  });

  it("is not enforced by a ruleset that only evaluates", async () => {
    const { shop, github } = clinic;
    const [rule] = shop.rules.get("main") ?? [];
    shop.rules.delete("main");
    shop.rulesets.push({
      id: 7,
      name: "trial",
      target: "branch",
      enforcement: "evaluate",
      source_type: "Repository",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: rule === undefined ? [] : [rule],
    });
    expect(github.appId).toBe(31_415);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 4 sound
        HOLE     "error-budget: main" is not required on "main"
                 no active rule and no protection requires any check, so GitHub merges whatever we say
                 to mend: require the check "error-budget: main" in a ruleset that is active, with this App as its source: https://github.com/acme/shop/settings/rules"
    `);
  });

  it("[T19] is a hole where anybody may answer it, by ruleset or by classic protection", async () => {
    clinic.shop.rules.set("main", [requiring(undefined)]);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 5 sound
        HOLE     Anybody can answer "error-budget: main" on "main"
                 ruleset 7 takes it from any source, so whoever may write statuses can post a green one
                 to mend: choose this App as the source of the check: https://github.com/acme/shop/settings/rules/7"
    `);
    clinic.shop.rules.delete("main");
    for (const app_id of [null, -1]) {
      clinic.shop.protection.set("main", { checks: [{ context: mainContext, app_id }], strict: false });
      expect(await clinic.findings()).toContain("Anybody can answer");
    }
  });

  it("[T19] is a hole where another App is to answer it, even beside us", async () => {
    clinic.shop.rules.set("main", [requiring(4711)]);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 5 sound
        HOLE     "error-budget: main" on "main" is taken from another App
                 ruleset 7 takes it from App 4711, and we are App 31415: we cannot answer, and that App can open
                 to mend: choose this App as the source of the check: https://github.com/acme/shop/settings/rules/7"
    `);
    clinic.shop.rules.set("main", [requiring(4711), requiring(clinic.github.appId)]);
    expect(await clinic.findings()).toContain("is taken from another App");
  });

  it("[T19] is sound where classic protection alone, or one of two, takes it from us", async () => {
    const checks = [{ context: "Error-Budget: MAIN", app_id: clinic.github.appId }];
    clinic.shop.rules.delete("main");
    clinic.shop.protection.set("main", { checks, strict: false });
    expect(await clinic.doctor()).toMatchObject({ code: 0 });
    clinic.shop.rules.set("main", [requiring(undefined)]);
    expect(await clinic.doctor()).toMatchObject({ code: 0 });
  });

  it("names the page of an organization's ruleset", async () => {
    const ofOrganization = { ruleset_source_type: "Organization", ruleset_source: "acme" } as const;
    clinic.shop.rules.set("main", [{ ...requiring(undefined), ...ofOrganization }]);
    expect(await clinic.findings()).toContain(": https://github.com/organizations/acme/settings/rules/7");
  });
});

describe("other branches", () => {
  const gated = "gates: {pull_request: {branches: [main, release/*]}}\n";

  it("are looked at where the policy names them, protected or not", async () => {
    await clinic.close();
    clinic = await openClinic(gated);
    for (const branch of ["release/1", "topic", "release/1/fix"]) clinic.shop.commit(branch, { a: branch });
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 6 sound
        HOLE     "error-budget: release/1" is not required on "release/1"
                 no active rule and no protection requires any check, so GitHub merges whatever we say
                 to mend: require the check "error-budget: release/1" in a ruleset that is active, with this App as its source: https://github.com/acme/shop/settings/rules"
    `);
  });

  it("are the only ones where the policy leaves the default branch out, which then should not be required", async () => {
    await clinic.close();
    clinic = await openClinic("gates: {pull_request: {branches: [release/*]}}\n");
    clinic.shop.commit("release/1", { a: "1" });
    clinic.shop.rules.set("release/1", [requiring(clinic.github.appId, "error-budget: release/1")]);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 6 sound
        HOLE     "error-budget: main" is required on "main" and never comes
                 required by ruleset 7, and gates.pull_request.branches leaves it out: its pull requests wait for ever
                 to mend: stop requiring it, or name the branch in gates.pull_request.branches: https://github.com/acme/shop/settings/rules/7"
    `);
    clinic.shop.rules.delete("main");
    const { code, out } = await clinic.doctor();
    expect([code, out]).toEqual([0, expect.stringContaining("gates.pull_request.branches leaves it out")]);
  });

  it("are looked at where they are protected, when the policy gates every branch", async () => {
    for (const branch of ["release/1", "topic"]) clinic.shop.commit(branch, { a: branch });
    clinic.shop.protection.set("release/1", { checks: [], strict: false });
    const { out } = await clinic.doctor();
    expect(out).toContain('"error-budget: release/1" is not required on "release/1"');
    expect(out).not.toContain("topic");
  });

  it("are unknown beyond the fifty that are looked at", async () => {
    await clinic.close();
    clinic = await openClinic(gated);
    for (let number = 1; number <= 51; number += 1) {
      const branch = `release/${number}`;
      clinic.shop.commit(branch, { a: branch });
      clinic.shop.rules.set(branch, [requiring(clinic.github.appId, `error-budget: ${branch}`)]);
    }
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 2, acme/shop: 1 unknown, 104 sound
        unknown  Whether the rest of the gated branches require our check
                 there are 2 more than the 50 that were looked at
                 to mend: narrow gates.pull_request.branches, or look at their rules: https://github.com/acme/shop/branches"
    `);
  });
});

describe("the merge queue", () => {
  beforeEach(() => {
    clinic.shop.rules.set("main", [
      requiring(clinic.github.appId),
      mergeQueue({ check_response_timeout_minutes: 45 }),
    ]);
  });

  it("is sound where its groups are told to us and wait for us", async () => {
    const { code, out } = await clinic.doctor();
    expect(out).toContain('sound    The merge queue of "main" asks us');
    expect(code).toBe(0);
  });

  it("waits in vain where the installation has not accepted merge_queues", async () => {
    const { merge_queues: _, ...accepted } = asked.permissions;
    clinic.acme.accept(accepted);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 2 holes, 5 sound
        HOLE     The installation on "acme/shop" lacks the permission merge_queues: read
                 GitHub does not tell us of merge groups, and does not say so
                 to mend: accept what the App asks for: https://github.com/organizations/acme/settings/installations/11962046
        HOLE     The merge queue of "main" waits for us in vain
                 the installation lacks the permission merge_queues: read, so GitHub does not tell us of groups: each waits for 45 minutes and is thrown out
                 to mend: let the installation accept the permission merge_queues: read: https://github.com/organizations/acme/settings/installations/11962046"
    `);
  });

  it("waits in vain where the App does not hear of merge groups", async () => {
    clinic.github.world.app.events = asked.events.filter((event) => event !== "merge_group");
    expect(await clinic.findings()).toContain(
      "lacks the event merge_group, so GitHub does not tell us of groups",
    );
  });

  it("does not ask us where the check is not required", async () => {
    clinic.shop.rules.set("main", [mergeQueue()]);
    expect(await clinic.findings()).toContain('The merge queue of "main" does not ask us');
  });
});

describe("the policy", () => {
  it("is a hole where it is absent and its check is required", async () => {
    clinic.shop.commit("main", { [policyFile]: null });
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 5 sound
        HOLE     There is no policy on "main"
                 nothing is judged, and the required check waits for ever
                 to mend: write .github/slo-policy.yml, or stop requiring the check: https://github.com/acme/shop/new/main?filename=.github%2Fslo-policy.yml"
    `);
  });

  it("is a hole where it is broken, with the first mistake", async () => {
    clinic.shop.commit("main", { [policyFile]: "version: 1\nmod: enforce\nobjectives: []\n" });
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 5 sound
        HOLE     The policy on "main" cannot be used
                 .github/slo-policy.yml:2: mod \`mod\` is not a key here; look for a typing mistake (and 1 more)
                 to mend: mend it; burngate lint tells every mistake: https://github.com/acme/shop/blob/main/.github/slo-policy.yml"
    `);
  });

  it("says that it only observes", async () => {
    await clinic.close();
    clinic = await openClinic("mode: observe\n");
    expect((await clinic.doctor()).out).toContain("its mode is observe, so it holds nothing");
  });
});
