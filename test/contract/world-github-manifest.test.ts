import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { at } from "../world/github-client.ts";
import type { GitHub } from "../world/github.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

const manifest = {
  name: "Acme's gate",
  url: "https://gate.acme.example",
  hook_attributes: { url: "https://gate.acme.example/webhook" },
  redirect_url: "http://localhost:3000/setup",
  public: false,
  default_permissions: { contents: "read", statuses: "write" },
  default_events: ["push", "status"],
};

type Exchanged = { status: number; body: unknown };

/** Exchanges a code, with no token unless one is given. */
async function exchange(github: GitHub, code: string, authorization?: string): Promise<Exchanged> {
  const response = await fetch(`${github.url}/app-manifests/${code}/conversions`, {
    method: "POST",
    headers: { "user-agent": "setup", ...(authorization === undefined ? {} : { authorization }) },
  });
  return { status: response.status, body: await response.json() };
}

describe("an app registered from a manifest", () => {
  it("is told with all its secrets to whoever has the code, without a token", async () => {
    const { github } = await acme();
    const { status, body } = await exchange(github, github.registerFromManifest(manifest, "acme"));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: "acme-s-gate",
      name: "Acme's gate",
      html_url: "https://github.com/apps/acme-s-gate",
      external_url: "https://gate.acme.example",
      owner: { login: "acme" },
      permissions: { metadata: "read", contents: "read", statuses: "write" },
      events: ["push", "status"],
      client_id: expect.stringMatching(/^Iv23li/) as string,
      client_secret: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      webhook_secret: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    expect(at(body, "id")).not.toBe(github.appId);
    expect(at(body, "client_secret")).not.toBe(at(body, "webhook_secret"));
    expect(createPrivateKey(String(at(body, "pem"))).asymmetricKeyType).toBe("rsa");
    github.assertClean();
  });

  it("has no webhook secret where it has no webhook", async () => {
    const { github } = await acme();
    const { hook_attributes: _, ...silent } = manifest;
    const { body } = await exchange(github, github.registerFromManifest(silent));
    expect(at(body, "webhook_secret")).toBeNull();
    github.assertClean();
  });

  it("is told once, and within the hour", async () => {
    const { github, pass } = await acme();
    const first = github.registerFromManifest(manifest);
    pass(3599);
    expect((await exchange(github, first)).status).toBe(201);
    expect((await exchange(github, first)).status).toBe(404);
    const second = github.registerFromManifest({ ...manifest, name: "Another" });
    pass(3600);
    expect((await exchange(github, second)).status).toBe(404);
    expect((await exchange(github, "0".repeat(40))).status).toBe(404);
    github.assertClean();
  });

  it("is told to nobody whose token is wrong, and leaves every other question to tokens", async () => {
    const { github } = await acme();
    const code = github.registerFromManifest(manifest);
    expect((await exchange(github, code, "bearer ghs_wrong")).status).toBe(401);
    expect((await exchange(github, code)).status).toBe(201);
    const bare = await fetch(`${github.url}/repos/acme/shop`, { headers: { "user-agent": "setup" } });
    expect(bare.status).toBe(401);
    github.assertClean();
  });

  it.each([
    ["no name", { name: undefined }, "name"],
    ["an empty name", { name: "" }, "name"],
    ["a name longer than GitHub takes", { name: "a".repeat(35) }, "name"],
    ["a name that is taken", { name: "Burngate" }, "already taken"],
    ["somebody's name", { name: "Bob" }, "already taken"],
    ["no home page", { url: undefined }, "url"],
    ["a home page that is no page", { url: "ftp://acme.example" }, "url"],
    ["a webhook without an address", { hook_attributes: {} }, "hook_attributes.url"],
    ["a webhook to this machine", { hook_attributes: { url: "http://localhost:3000/" } }, "public Internet"],
    ["a webhook to this machine by number", { hook_attributes: { url: "http://127.0.0.1/" } }, "Internet"],
    ["a webhook to this machine by long number", { hook_attributes: { url: "http://[::1]/" } }, "Internet"],
    ["nowhere to bring the code", { redirect_url: undefined }, "redirect_url"],
    ["a permission that does not exist", { default_permissions: { status: "write" } }, "(status)"],
    ["a level that does not exist", { default_permissions: { contents: "admin" } }, "contents"],
    ["an event without its permission", { default_events: ["merge_group"] }, "merge_group"],
    ["an event that nobody subscribes to", { default_events: ["installation"] }, "installation"],
    ["a field that GitHub would ignore", { webhook_url: "https://gate.acme.example" }, "webhook_url"],
  ])("is not registered with %s", async (_, change, complaint) => {
    const { github } = await acme();
    github.user("bob");
    const submit = (): string => github.registerFromManifest({ ...manifest, ...change });
    expect(submit).toThrow("Invalid GitHub App configuration");
    expect(submit).toThrow(complaint);
  });

  it("may bear its owner's name", async () => {
    const { github } = await acme();
    const code = github.registerFromManifest({ ...manifest, name: "Acme" }, "acme");
    expect((await exchange(github, code)).body).toMatchObject({ slug: "acme", owner: { login: "acme" } });
    github.assertClean();
  });

  it("may be our own, as app.yml has it", async () => {
    const { github } = await acme({ appSlug: "other" });
    const own = parse(await readFile(new URL("../../app.yml", import.meta.url), "utf8")) as object;
    const code = github.registerFromManifest({ ...own, redirect_url: manifest.redirect_url });
    expect(at((await exchange(github, code)).body, "permissions", "merge_queues")).toBe("read");
    github.assertClean();
  });
});
