import { describe, expect, it } from "vitest";
import { at, pluck } from "../world/github-client.ts";
import { tagObject } from "../world/github-git-tag.ts";
import type { Ruleset } from "../world/github-ruleset.ts";
import type { GitHub } from "../world/github.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();

const EVENTS = ["push", "create", "delete"];
const REFS = "/repos/acme/shop/git";

/** The webhooks about refs after so many deliveries, each as its event and the ref that it names. */
function announced(github: GitHub, after = 0): string[] {
  return github.deliveries
    .slice(after)
    .filter(({ event }) => EVENTS.includes(event))
    .map(({ event, payload }) => `${event} ${String(payload["ref"])}`);
}

describe("tags", () => {
  it("are named by full refs: a lightweight one a commit, an annotated one its own object", async () => {
    const { github, shop, call, policySha } = await acme();
    shop.commit("v1", { b: "2" });
    expect(shop.tags.create("v1", policySha, { by: "ann" })).toBe(policySha);
    const object = shop.tags.create("v2", policySha, { by: "ann", annotated: { message: "Second" } });
    expect((await call(`GET ${REFS}/ref/tags/v1`)).body).toMatchObject({
      ref: "refs/tags/v1",
      object: { type: "commit", sha: policySha },
    });
    expect((await call(`GET ${REFS}/ref/tags%2Fv2`)).body).toMatchObject({
      ref: "refs/tags/v2",
      object: { type: "tag", sha: object },
    });
    expect((await call(`GET ${REFS}/ref/v2`)).status).toBe(404);
    expect((await call(`GET ${REFS}/ref/tags/v`)).status).toBe(404);
    shop.tags.delete("v2");
    expect((await call(`GET ${REFS}/ref/tags/v2`)).status).toBe(404);
    github.assertClean();
  });

  it("tell who signed and whether that holds, and are peeled one step at a time", async () => {
    const { github, shop, call, policySha, pass } = await acme();
    const tagger = { name: "Ann", email: "ann@acme.example" };
    const tell = async (sha: string): Promise<unknown> => (await call(`GET ${REFS}/tags/${sha}`)).body;
    const signed = (signature: "verified" | "bad"): string =>
      shop.tags.create(signature, policySha, { by: "bob", annotated: { message: "One", tagger, signature } });
    expect(await tell(signed("verified"))).toMatchObject({
      tag: "verified",
      tagger: { ...tagger, date: "2026-11-22T12:00:00Z" },
      object: { type: "commit", sha: policySha },
      verification: { verified: true, reason: "valid", verified_at: "2026-11-22T12:00:00Z" },
    });
    expect(at(await tell(signed("bad")), "verification")).toMatchObject({
      verified: false,
      reason: "invalid",
      signature: expect.stringContaining("BEGIN PGP SIGNATURE") as string,
      payload: expect.stringContaining(`object ${policySha}\ntype commit\ntag bad\ntagger Ann <`) as string,
      verified_at: null,
    });
    pass(5);
    const inner = shop.tags.create("inner", policySha, { by: "bob", annotated: { message: "Two" } });
    const outer = shop.tags.create("outer", inner, { by: "bob", annotated: { message: "Three" } });
    expect(await tell(outer)).toMatchObject({ object: { type: "tag", sha: inner } });
    expect(await tell(inner)).toMatchObject({
      tagger: { name: "bob" },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null },
    });
    expect((await call("GET /repos/acme/shop/commits/outer")).body).toMatchObject({ sha: policySha });
    expect((await call(`GET ${REFS}/tags/${policySha}`)).status).toBe(404);
    github.assertClean();
  });

  it("have the name that git gives the object", () => {
    const { sha } = tagObject({
      name: "v1",
      target: { sha: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", type: "commit" },
      tagger: { name: "Ann", email: "ann@acme.example" },
      at: 1_763_812_800_999,
      message: "One",
      signature: "unsigned",
    });
    expect(sha).toBe("96f0d185a1137e54f683c821e5c9a0c84cb9dd78");
  });

  it("yield to a branch of the same name where a name is short", async () => {
    const { github, shop, call, policySha } = await acme();
    const tip = shop.commit("release", { b: "2" });
    shop.tags.create("release", policySha);
    const sha = async (ref: string): Promise<unknown> =>
      at((await call(`GET /repos/acme/shop/commits/${ref}`)).body, "sha");
    expect(await sha("release")).toBe(tip);
    expect(await sha("heads/release")).toBe(tip);
    expect(await sha("tags/release")).toBe(policySha);
    expect(await sha("refs/tags/release")).toBe(policySha);
    expect((await call("GET /repos/acme/shop/commits/refs/release")).status).toBe(422);
    github.assertClean();
  });

  it("are found by how they begin, all in one answer", async () => {
    const { github, installation, shop, call, policySha } = await acme();
    for (let number = 1; number <= 35; number += 1) shop.tags.create(`hotfix-${number}`, policySha);
    shop.tags.create("v1", policySha);
    shop.commit("hotfix-1", { b: "2" });
    const matching = async (ref: string): Promise<unknown[]> =>
      pluck((await call(`GET ${REFS}/matching-refs/${ref}`)).body, "ref");
    expect(await matching("tags/hotfix-")).toHaveLength(35);
    expect(await matching("tags/hotfix-3")).toEqual([
      "refs/tags/hotfix-3",
      ...[0, 1, 2, 3, 4, 5].map((digit) => `refs/tags/hotfix-3${digit}`),
    ]);
    expect(await matching("heads/")).toEqual(["refs/heads/hotfix-1", "refs/heads/main"]);
    expect(await matching("tags/nothing")).toEqual([]);
    github.repository({ owner: "acme", name: "empty", installation });
    expect((await call("GET /repos/acme/empty/git/matching-refs/tags")).status).toBe(409);
    github.assertClean();
  });

  it("refuse what no git would do", async () => {
    const { shop, policySha } = await acme();
    shop.tags.create("v1", policySha);
    expect(() => shop.tags.create("v1", policySha)).toThrow("has a tag v1 already");
    expect(() => shop.tags.create("v2", "f".repeat(40))).toThrow("no object");
    expect(() => shop.tags.move("v2", policySha)).toThrow("no tag v2");
    expect(() => shop.tags.delete("v2")).toThrow("no tag v2");
  });
});

describe("webhooks of refs", () => {
  it("tell of a tag that came, moved and went, and of branches likewise", async () => {
    const { github, shop, policySha } = await acme({ events: EVENTS });
    const made = github.deliveries.length;
    const object = shop.tags.create("v1", policySha, { by: "ann", annotated: { message: "One" } });
    const [create, push] = github.deliveries.slice(made);
    expect(create).toMatchObject({
      event: "create",
      action: null,
      payload: { ref: "v1", ref_type: "tag", master_branch: "main", sender: { login: "ann" } },
    });
    expect(push).toMatchObject({
      event: "push",
      payload: {
        ref: "refs/tags/v1",
        before: "0".repeat(40),
        after: object,
        created: true,
        head_commit: { id: policySha },
        commits: [],
        sender: { login: "ann" },
      },
    });
    const next = shop.commit("fix", { b: "2" });
    shop.tags.move("v1", next);
    expect(github.deliveries.at(-1)?.payload).toMatchObject({
      before: object,
      after: next,
      forced: false,
      commits: [],
    });
    shop.tags.move("v1", policySha);
    expect(github.deliveries.at(-1)?.payload).toMatchObject({ before: next, after: policySha, forced: true });
    shop.tags.move("v1", policySha);
    shop.tags.delete("v1");
    expect(github.deliveries.at(-1)?.payload).toMatchObject({ deleted: true, head_commit: null });
    shop.move("fix", undefined);
    expect(announced(github, made)).toEqual([
      "create v1",
      "push refs/tags/v1",
      "create fix",
      "push refs/heads/fix",
      "push refs/tags/v1",
      "push refs/tags/v1",
      "delete v1",
      "push refs/tags/v1",
      "delete fix",
      "push refs/heads/fix",
    ]);
    github.assertClean();
  });

  it("are not sent at all for more than three tags in one push", async () => {
    const { github, shop, policySha } = await acme({ events: EVENTS });
    const made = github.deliveries.length;
    const four = ["a", "b", "c", "d"].map((name) => ({ name, sha: policySha }));
    shop.tags.push(four, { by: "ann" });
    expect(announced(github, made)).toEqual([]);
    expect(shop.tags.names()).toEqual(["a", "b", "c", "d"]);
    shop.tags.push(
      four.slice(1).map(({ name }) => ({ name, sha: undefined })),
      { by: "ann" },
    );
    expect(announced(github, made)).toHaveLength(6);
    expect(shop.tags.names()).toEqual(["a"]);
    github.assertClean();
  });

  it("go to apps only that subscribed and may read contents", async () => {
    const { github, shop, policySha } = await acme();
    const made = github.deliveries.length;
    shop.tags.create("v1", policySha);
    shop.commit("fix", {});
    expect(announced(github, made)).toEqual(["push refs/tags/v1", "push refs/heads/fix"]);
    github.assertClean();
    const subscribed = await acme({ events: EVENTS });
    subscribed.installation.accept({ pull_requests: "write" });
    const before = subscribed.github.deliveries.length;
    subscribed.shop.tags.create("v1", subscribed.policySha);
    subscribed.shop.tags.delete("v1");
    expect(announced(subscribed.github, before)).toEqual([]);
  });
});

describe("rulesets", () => {
  const conditions = { ref_name: { include: ["refs/tags/hotfix-*"], exclude: [] } };
  const own: Ruleset = {
    id: 42,
    name: "Hotfix tags",
    target: "tag",
    enforcement: "active",
    source_type: "Repository",
    conditions,
    rules: [{ type: "creation" }, { type: "update" }, { type: "deletion" }],
  };
  const above: Ruleset = {
    ...own,
    id: 43,
    name: "Main",
    target: "branch",
    source_type: "Organization",
    enforcement: "evaluate",
  };

  it("are listed in short, by target and level, to who may read metadata", async () => {
    const { github, installation, shop, call } = await acme();
    shop.rulesets.push(own, above);
    installation.accept({});
    const list = async (query: string): Promise<unknown> =>
      (await call(`GET /repos/acme/shop/rulesets${query}`)).body;
    const all = await list("");
    expect(all).toMatchObject([
      { id: 42, target: "tag", enforcement: "active", source: "acme/shop" },
      { id: 43, target: "branch", enforcement: "evaluate", source: "acme" },
    ]);
    expect(Object.keys(at(all, 0) as object)).not.toContain("rules");
    expect(Object.keys(at(all, 0) as object)).not.toContain("conditions");
    expect(pluck(await list("?targets=tag"), "id")).toEqual([42]);
    expect(pluck(await list("?targets=tag,branch"), "id")).toEqual([42, 43]);
    expect(pluck(await list("?includes_parents=false"), "id")).toEqual([42]);
    expect(pluck(await list("?per_page=1&page=2"), "id")).toEqual([43]);
    github.assertClean();
  });

  it("are told in full one by one, but for who may bypass them", async () => {
    const { github, shop, call } = await acme();
    shop.rulesets.push(own, above);
    const { body } = await call("GET /repos/acme/shop/rulesets/42");
    expect(body).toMatchObject({ id: 42, name: "Hotfix tags", conditions, rules: own.rules });
    expect(Object.keys(body as object)).not.toContain("bypass_actors");
    expect((await call("GET /repos/acme/shop/rulesets/43?includes_parents=false")).status).toBe(404);
    expect((await call("GET /repos/acme/shop/rulesets/44")).status).toBe(404);
    github.assertClean();
  });
});
