import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mainContext } from "../world/shop.ts";
import { type Clinic, openClinic } from "./clinic.ts";

let clinic: Clinic;
beforeEach(async () => {
  clinic = await openClinic();
});
afterEach(() => clinic.close());

describe("[T20] somebody else under our name", () => {
  it("is a workflow job that is called like our check", async () => {
    const head_sha = clinic.shop.branches.get("main") ?? "";
    clinic.shop.checks.createAs("github-actions", { name: mainContext, head_sha });
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 1, acme/shop: 1 hole, 5 sound
        HOLE     Others post "error-budget: main" too
                 on the default branch's head there is a check run by "github-actions"
                 to mend: give the workflow job or the other tool another name, and take the check from this App alone: https://github.com/acme/shop/actions"
    `);
  });

  it("is a person or another App that posts our status; we are not", async () => {
    const { shop, acme, github } = clinic;
    shop.permit("mallory", "write");
    await clinic.postStatus(github.installationToken(acme));
    expect(await clinic.doctor()).toMatchObject({ code: 0 });
    await clinic.postStatus(github.personalToken("mallory"));
    expect(await clinic.findings()).toContain('on the default branch\'s head there is a status by "mallory"');
  });
});

describe("a commit with many statuses", () => {
  /** Others' statuses on main's head, after mallory's under our name. */
  const others = (count: number): void => {
    const { shop } = clinic;
    const sha = shop.branches.get("main") ?? "";
    shop.permit("mallory", "write");
    shop.setStatus(sha, { state: "success", context: mainContext }, { by: "mallory" });
    for (let number = 1; number <= count; number += 1)
      shop.setStatus(sha, { state: "success", context: `ci/${number}` }, { by: "mallory" });
  };

  it("is read to its end for namesakes", async () => {
    others(150);
    expect(await clinic.findings()).toContain('there is a status by "mallory"');
  });

  it("is not known to be free of them where it does not end", async () => {
    others(1001);
    expect(await clinic.findings()).toMatchInlineSnapshot(`
      "exit 2, acme/shop: 1 unknown, 5 sound
        unknown  Whether others post "error-budget: main"
                 the statuses were not told: GitHub's list is longer than 1000
                 to mend: look again later"
    `);
  });
});
