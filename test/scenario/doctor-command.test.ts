import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openClinic, requiring, type Clinic } from "./clinic.ts";

let clinic: Clinic;

beforeEach(async () => {
  clinic = await openClinic();
});

afterEach(() => clinic.close());

it("looks at several repositories, and at every one of every installation", async () => {
  const { github, acme } = clinic;
  github.repository({ owner: "acme", name: "till", installation: acme });
  const umbrella = github.installation({ account: "umbrella" });
  for (let number = 1; number <= 10; number += 1)
    github.repository({ owner: "umbrella", name: `lab-${number}`, installation: umbrella });
  const named = await clinic.doctor("--repo", "acme/shop", "--repo", "acme/till", "--format", "json");
  const { standing, examined } = JSON.parse(named.out) as {
    standing: string;
    examined: { of: string; standing: string }[];
  };
  expect(standing).toBe("unknown");
  expect(examined.map((one) => `${one.of} ${one.standing}`)).toEqual([
    "acme/shop sound",
    "acme/till unknown",
  ]);
  const all = await clinic.doctor();
  expect(all.out.match(/^\S+(?=:)/gm)).toHaveLength(12);
  expect(all.err).toBe("burngate: 10 of 12 repositories\n");
});

it("does not call an App that is installed nowhere sound", async () => {
  clinic.acme.delete();
  expect(await clinic.doctor()).toMatchObject({
    code: 2,
    out: expect.stringContaining("it is installed nowhere") as string,
  });
});

it("prints one annotation an answer, which no name can break out of", async () => {
  clinic.shop.rules.set("main", [requiring(undefined)]);
  clinic.shop.environments.create("x\n::error::forged");
  const { code, out } = await clinic.doctor("--format", "github");
  expect(out).toMatchInlineSnapshot(`
    "::error title=Does the gate hold in acme/shop?::Anybody can answer "error-budget: main" on "main": ruleset 7 takes it from any source, so whoever may write statuses can post a green one; to mend: choose this App as the source of the check: https://github.com/acme/shop/settings/rules/7
    ::error title=Does the gate hold in acme/shop?::"x%0A::error::forged" does not ask us: it has no protection rule of ours, so jobs deploy whatever the budget; to mend: enable this App among its deployment protection rules, or leave it out of gates.deployment.environments: https://github.com/acme/shop/settings/environments/19865608/edit
    "
  `);
  expect(code).toBe(1);
  const { out: text } = await clinic.doctor();
  expect(text).not.toMatch(/^::error/m);
});

it("prints a notice where all is sound", async () => {
  const { out } = await clinic.doctor("--format", "github");
  expect(out).toBe("::notice title=Does the gate hold in acme/shop?::6 sound\n");
});

it("prints no secret, whatever goes wrong", async () => {
  const { github } = clinic;
  github.fail({ path: /./, status: 401, body: { message: "Bad credentials" }, times: Infinity });
  const token = github.personalToken("ann");
  const asApp = await clinic.doctor();
  const asPerson = await clinic.doctorWith({ GITHUB_TOKEN: token }, "--repo", "acme/shop");
  const printed = [asApp.out, asApp.err, asPerson.out, asPerson.err].join("\n");
  expect(asApp.code).toBe(2);
  expect(asPerson.code).toBe(2);
  expect(printed).not.toMatch(/PRIVATE KEY-----|ghs_|eyJ/);
  expect(printed).not.toContain(token);
});

describe("a wrong call", () => {
  const key = "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----";
  const cases: [string, Record<string, string>, string[], string][] = [
    ["no identity", {}, ["--repo", "acme/shop"], "set APP_ID and PRIVATE_KEY_PATH"],
    ["a token and no repository", { GITHUB_TOKEN: "x" }, [], "name repositories with --repo"],
    [
      "half an identity",
      { APP_ID: "1", GITHUB_TOKEN: "x" },
      ["--repo", "acme/shop"],
      "PRIVATE_KEY is not set",
    ],
    ["two ids", { APP_ID: "1", PRIVATE_KEY: key }, ["--app-id", "2"], "--app-id 2 is not APP_ID, 1"],
    ["no number", { GITHUB_TOKEN: "x" }, ["--repo", "acme/shop", "--app-id", "ours"], "--app-id wants"],
    ["no name", { GITHUB_TOKEN: "x" }, ["--repo", "shop"], "--repo wants OWNER/NAME"],
    ["no format", { GITHUB_TOKEN: "x" }, ["--repo", "acme/shop", "--format", "xml"], "--format wants"],
    ["no option", {}, ["--fix"], "--fix"],
  ];
  for (const [what, variables, args, message] of cases)
    it(`exits 64: ${what}`, async () => {
      const { code, err } = await clinic.doctorWith(variables, ...args);
      expect(err).toContain(message);
      expect(code).toBe(64);
    });

  it("is none when help is asked for", async () => {
    const { code, out } = await clinic.doctorWith({}, "--help");
    expect(out).toContain("burngate doctor --repo acme/shop");
    expect(code).toBe(0);
  });
});
