import { describe, expect, it } from "vitest";
import { pushHint } from "../../src/github/push-hint.ts";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

it("[T35] judges a pull request whatever paths it changes, and never asks which", async () => {
  const shop = await openShop({ at: story.burning });
  const calm = policyFor("calm");
  const changes = [
    { "service.ts": "1" },
    { "docs/readme.md": "words alone" },
    { "checkout/renamed.ts": "1", "a.txt": null },
    { [policyFile]: calm, [policyFile.toUpperCase()]: calm },
    { [policyFile]: null, "slo-policy.yml": calm },
  ];
  const told: (string | undefined)[] = [];
  for (const [index, files] of changes.entries()) {
    const { headSha } = await shop.openPull({ head: `change-${index}`, files });
    told.push(shop.told(headSha));
  }

  expect(told[0]).toMatch(/^failure: checkout/);
  expect(new Set(told).size).toBe(1);
  expect(shop.github.count({ path: /\/pulls\/\d+\/files|\/compare\/|\/commits\/[^/]+$/ })).toBe(0);
});

describe("[T35] a push", () => {
  const sha = "a".repeat(40);
  const commit = { added: [], modified: ["service.ts"], removed: [] };
  const touchedBy = (changes: object) =>
    pushHint({
      ref: "refs/heads/main",
      created: false,
      forced: false,
      deleted: false,
      after: sha,
      sender: { id: 1, login: "ann", type: "User" },
      commits: [commit],
      repository: {
        id: 7,
        name: "shop",
        private: true,
        visibility: "private",
        default_branch: "main",
        owner: { login: "acme" },
      },
      installation: { id: 70 },
      ...changes,
    });

  it("touches both names of what it renames", () => {
    const renamed = { added: ["policy.yml"], modified: [], removed: [policyFile] };
    expect(touchedBy({ commits: [commit, renamed] })).toMatchObject({
      touched: ["service.ts", "policy.yml", policyFile],
    });
  });

  it.each([
    ["of more commits than GitHub lists", { commits: Array.from({ length: 2048 }, () => commit) }],
    ["that takes commits away", { forced: true }],
    ["that makes the branch", { created: true }],
  ])("%s may have touched any path, so the policy is read again", (_, changes) => {
    expect(touchedBy(changes)).toMatchObject({ kind: "push", touched: "unknown" });
  });
});
