import { afterEach, describe, expect, it } from "vitest";
import { openClinic, type Clinic } from "./clinic.ts";

let clinic: Clinic;

afterEach(() => clinic.close());

describe("[T23] environments", () => {
  it("are a hole without our rule, and where it is switched off", async () => {
    clinic = await openClinic();
    clinic.shop.environments.create("producton");
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 6 sound
        HOLE     "producton" does not ask us
                 it has no protection rule of ours, so jobs deploy whatever the budget
                 to mend: enable this App among its deployment protection rules, or leave it out of gates.deployment.environments: https://github.com/acme/shop/settings/environments/19865608/edit"
    `);
    const app = { id: clinic.github.appId, slug: "burngate", node_id: "A", integration_url: "" };
    clinic.github.fail({
      path: /environments\/producton\/deployment_protection_rules/,
      status: 200,
      body: {
        total_count: 1,
        custom_deployment_protection_rules: [{ id: 1, node_id: "G", enabled: false, app }],
      },
    });
    expect(await clinic.findings()).toContain("our protection rule is switched off");
  });

  it("count where the policy names them, without regard to case; the others are named", async () => {
    clinic = await openClinic("gates: {deployment: {environments: [Prod*]}}\n");
    clinic.shop.environments.create("staging");
    const { code, out } = await clinic.doctor();
    expect(out).toContain('sound    "production" asks us');
    expect(out).toContain('not gated, by gates.deployment.environments: "staging"');
    expect(code).toBe(0);
  });

  it("are a hole where the policy names one that nobody made", async () => {
    clinic = await openClinic("gates: {deployment: {environments: [prod, production]}}\n");
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 6 sound
        HOLE     No environment is named "prod"
                 the policy gates it, and GitHub would make it without protection when a workflow first names it; there is "production"
                 to mend: make the environment and enable this App's rule, or mend the name in gates.deployment.environments: https://github.com/acme/shop/settings/environments"
    `);
  });

  it("that differ in case only are said to", async () => {
    clinic = await openClinic();
    const at = "2026-01-01T00:00:00Z";
    const body = {
      total_count: 2,
      environments: ["production", "Production"].map((name, index) => ({
        id: index + 1,
        node_id: "E",
        name,
        url: "",
        html_url: "",
        created_at: at,
        updated_at: at,
      })),
    };
    clinic.github.fail({ path: /\/environments\?/, status: 200, body });
    expect((await clinic.doctor()).out).toContain('"production" differs from it in case only');
  });

  it("[T24] never claims that admins cannot pass one by", async () => {
    clinic = await openClinic();
    expect((await clinic.doctor()).out).toContain("whether admins may pass it by is unknown");
  });

  it("beyond the fifty that are looked at are unknown", async () => {
    clinic = await openClinic();
    for (let number = 1; number <= 50; number += 1) {
      clinic.shop.environments.create(`zone-${number}`);
      clinic.shop.environments.enableRule(`zone-${number}`);
    }
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 2, acme/shop: 1 unknown, 55 sound
        unknown  Whether "zone-50" asks us
                 its protection rules were not told: only 50 environments are looked at
                 to mend: look again later, or there: https://github.com/acme/shop/settings/environments/19865657/edit"
    `);
  });

  it("of pull requests do not keep those that the policy names from being looked at", async () => {
    clinic = await openClinic("gates: {deployment: {environments: [z-live]}}\n");
    for (let number = 1; number <= 60; number += 1) clinic.shop.environments.create(`preview-${number}`);
    clinic.shop.environments.create("z-live");
    expect(await clinic.findings()).toContain('HOLE     "z-live" does not ask us');
    clinic.shop.environments.enableRule("z-live");
    expect(await clinic.doctor()).toMatchObject({ code: 0 });
  });
});
