import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { manifestOf, readAppPlan } from "../../../src/setup/manifest.ts";

const text = readFileSync(join(import.meta.dirname, "../../../app.yml"), "utf8");
const plan = readAppPlan(text);
const wish = { name: "burngate-acme", webhookUrl: "https://gate.example/api/github/webhooks" };

describe("the manifest", () => {
  it("says what app.yml says and adds what only people know, and nothing else", () => {
    const written = parse(text) as object;
    expect(manifestOf(plan, wish, "http://127.0.0.1:3000/registered")).toEqual({
      ...written,
      name: "burngate-acme",
      hook_attributes: { url: "https://gate.example/api/github/webhooks", active: true },
      redirect_url: "http://127.0.0.1:3000/registered",
    });
  });

  it("follows app.yml: what is changed there is asked for", () => {
    const changed = text.replace("statuses: write", "statuses: read").replace(/.*\n {2}- merge_group\n/, "");
    const manifest = manifestOf(readAppPlan(changed), wish, "http://127.0.0.1:3000/registered");
    expect(manifest.default_permissions["statuses"]).toBe("read");
    expect(manifest.default_events).not.toContain("merge_group");
    expect(manifest.default_events).toHaveLength(plan.events.length - 1);
  });

  it("keeps the App to its owner", () => {
    expect(plan.document.public).toBe(false);
  });

  it("refuses an app.yml with a key that GitHub would be sent unread", () => {
    expect(() => readAppPlan(`${text}\nwebhook_secret: abc\n`)).toThrow(/webhook_secret/);
  });
});

describe("the reasons", () => {
  const all = [...plan.permissions, ...plan.events];

  it("are the comments above each permission and event, in whole sentences of their own", () => {
    for (const { name, why } of all) expect(why, name).toMatch(/^[A-Z][^`]{15,}\.$/);
    expect(new Set(all.map(({ why }) => why)).size).toBe(all.length);
    expect(plan.permissions.find(({ name }) => name === "statuses")?.why).toContain("the gate itself");
    expect(plan.permissions[0]).toMatchObject({ name: "metadata", level: "read" });
    expect(plan.events[0]?.why).toMatch(/^A pull request is opened/);
  });

  it("ask for no more than reading where nothing is written", () => {
    const written = plan.permissions.filter(({ level }) => level === "write").map(({ name }) => name);
    expect(written).toEqual(["statuses", "checks", "deployments"]);
  });
});
