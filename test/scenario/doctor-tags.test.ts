import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examine } from "../../src/gate/doctor.ts";
import { tokenClient } from "../../src/github/client.ts";
import { enforcementOver } from "../../src/github/enforcement.ts";
import { filesOver } from "../../src/github/files.ts";
import { contextOf } from "../../src/github/status.ts";
import type { Ruleset } from "../world/github-ruleset.ts";
import { policyFor } from "../world/checkout.ts";
import { policyFile } from "../world/shop.ts";
import { openClinic, type Clinic } from "./clinic.ts";

let clinic: Clinic;

beforeEach(async () => {
  clinic = await openClinic();
});

afterEach(() => clinic.close());

/** What is said of each pattern of hotfix tags. */
async function said(...tagPatterns: string[]): Promise<readonly string[]> {
  const { github, acme, shop } = clinic;
  const tags = tagPatterns.length === 0 ? "" : `  tags: ${JSON.stringify(tagPatterns)}\n`;
  shop.commit("main", { [policyFile]: policyFor("checkout", tags) });
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const kit = new Octokit({ auth: github.installationToken(acme), baseUrl: github.url, log });
  const client = tokenClient(kit, { now: () => Date.now() });
  const world = {
    github: filesOver(client),
    sources: { resolve: () => ({ kind: "open", id: "main" }) as const, named: () => "main" },
    enforcement: enforcementOver(client),
    registration: undefined,
    appId: github.appId,
    contextOf,
  };
  const { diagnoses } = await examine(world, { owner: "acme", name: "shop" });
  return diagnoses
    .filter(({ about }) => about === "tag")
    .map(({ standing, title }) => `${standing}: ${title}`);
}

function protect(include: string[], more: Partial<Ruleset> = {}, rules = ["creation", "update"]): void {
  clinic.shop.rulesets.push({
    id: 90 + clinic.shop.rulesets.length,
    name: "hotfixes",
    target: "tag",
    enforcement: "active",
    source_type: "Repository",
    conditions: { ref_name: { include, exclude: [] } },
    rules: rules.map((type) =>
      type === "update" ? { type, parameters: { update_allows_fetch_and_merge: false } } : { type },
    ),
    ...more,
  });
}

describe("[T12] hotfix tags", () => {
  it("are not looked at where none opens a gate", async () => {
    expect(await said()).toEqual([]);
    expect(clinic.github.count({ path: /rulesets/ })).toBe(0);
  });

  it("are open to whoever may push, until a ruleset restricts both making and moving them", async () => {
    const [all, move, sound] = [
      'hole: Whoever may push can make and move the tag "hotfix-*"',
      'hole: Whoever may push can move the tag "hotfix-*"',
      'sound: The tag "hotfix-*" is protected',
    ];
    expect(await said("hotfix-*")).toEqual([all]);
    protect(["refs/tags/hotfix-*"], { enforcement: "evaluate" });
    protect(["~ALL"], { target: "branch" });
    expect(await said("hotfix-*")).toEqual([all]);
    protect(["refs/tags/hotfix-*"], {}, ["creation", "deletion"]);
    expect(await said("hotfix-*")).toEqual([move]);
    protect(["~ALL"], { source_type: "Organization" }, ["update"]);
    expect(await said("hotfix-*")).toEqual([sound]);
  });

  it.each([
    ["hotfix-*", "refs/tags/*", "sound"],
    ["hotfix-*", "refs/tags/hotfix*", "sound"],
    ["hotfix-*", "refs/tags/**/*", "sound"],
    ["hotfix/**", "refs/tags/**/*", "sound"],
    // Before the end of a pattern GitHub's `**` is no more than `*`.
    ["hotfix/**", "refs/tags/hotfix/**", "hole"],
    ["hotfix/**", "refs/tags/hotfix/*", "hole"],
    ["hotfix**", "refs/tags/hotfix*/*", "hole"],
    ["hotfix-*", "refs/tags/hotfix-1*", "hole"],
    ["hotfix-*", "refs/tags/hotfix-?*", "hole"],
    ["hotfix-*", "refs/heads/*", "hole"],
  ])("%s is covered by %s: %s", async (pattern, include, standing) => {
    protect([include]);
    expect((await said(pattern)).map((one) => one.split(":")[0])).toEqual([standing]);
  });

  it("are not covered by a ruleset with exceptions", async () => {
    protect([], { conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/hotfix-x"] } } });
    expect((await said("hotfix-*"))[0]).toMatch(/^hole/);
  });

  it("are unknown where GitHub does not tell", async () => {
    clinic.github.fail({ path: /\/rulesets/, status: 403, body: { message: "No" } });
    expect(await said("hotfix-*")).toEqual(['unknown: Who may set the tag "hotfix-*"']);
  });
});
