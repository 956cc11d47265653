import { afterEach, beforeEach, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret.ts";
import { readGitLab } from "../../src/gitlab/gitlab-file.ts";
import { story } from "../world/checkout.ts";
import { gitLabSecret, gitLabToken, startGitLab, statusCheckHook, type TestGitLab } from "../world/gitlab.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;
const sha = "a".repeat(40);
let gitlab: TestGitLab;

beforeEach(async () => {
  gitlab = await startGitLab();
});
afterEach(async () => gitlab.stop());

/** A shop that answers GitLab's project 42. */
async function answering(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const project = { project: 42, repository: "acme/shop", environment: "production", service: undefined };
  const config = {
    gitlab: {
      url: gitlab.url,
      token: new Secret(() => gitLabToken),
      secret: new Secret(() => gitLabSecret),
      projects: [project],
    },
  };
  const shop = await openShop({ config, ...options });
  await shop.openPull();
  return shop;
}

async function ask({ app }: Shop, hook = statusCheckHook(sha)): Promise<{ status: number; allow: unknown }> {
  const reply = await fetch(`${app.url}/v1/events/gitlab`, { method: "POST", ...hook });
  const { allow } = (await reply.json()) as { allow: unknown };
  return { status: reply.status, allow };
}

const statuses = (): string[] => gitlab.taken.map(({ status }) => status);

it("answers a merge request with the verdict, and again when it changes", async () => {
  const shop = await answering();
  expect(await ask(shop)).toEqual({ status: 202, allow: true });
  await shop.app.machine.tell();
  expect(gitlab.taken).toEqual([
    {
      path: "/gitlab/api/v4/projects/42/merge_requests/7/status_check_responses",
      sha,
      external_status_check_id: 3,
      status: "passed",
    },
  ]);
  await shop.go(story.calm + minute);
  await shop.app.machine.tell();
  expect(statuses()).toEqual(["passed"]);
  await shop.go(story.burning);
  await shop.app.machine.tell();
  expect(statuses()).toEqual(["passed", "failed"]);
});

it("is asked for an older commit no more when there is a newer one", async () => {
  const shop = await answering();
  await ask(shop);
  await ask(shop, statusCheckHook("b".repeat(40)));
  await shop.app.machine.tell();
  expect(gitlab.taken.map((one) => one.sha)).toEqual(["b".repeat(40)]);
});

it("never passes what is not known", async () => {
  const shop = await answering({ source: { url: new URL("http://127.0.0.1:9") } });
  await ask(shop);
  await shop.app.machine.tell();
  expect(statuses()).toEqual(["failed"]);
});

it("answers later when GitLab is away, also after a restart, and gives up what it refuses", async () => {
  const shop = await answering();
  gitlab.answer(503);
  await ask(shop);
  await shop.app.machine.tell();
  expect(shop.rows("select failures from external_checks")).toEqual([{ failures: 1 }]);
  gitlab.answer(201);
  shop.clock.advance(minute);
  const again = await shop.app.restart();
  await again.machine.tell();
  expect(statuses()).toEqual(["passed"]);
  gitlab.answer(404);
  await shop.go(story.burning);
  await again.machine.tell();
  expect(shop.rows("select id from external_checks")).toEqual([]);
});

it("stops after a day", async () => {
  const shop = await answering();
  await ask(shop);
  await shop.app.machine.tell();
  shop.clock.advance(24 * 60 * minute);
  await shop.app.machine.tell();
  shop.clock.advance(2 * minute);
  await shop.app.machine.tell();
  expect(shop.rows("select id from external_checks")).toEqual([]);
});

it.each([
  ["another secret", statusCheckHook(sha, { secret: "not the secret, but as long" }), 401],
  ["another body", { ...statusCheckHook(sha), body: statusCheckHook("b".repeat(40)).body }, 401],
  ["no signature", { ...statusCheckHook(sha), headers: {} }, 401],
  ["a project that nobody named", statusCheckHook(sha, { project: 43 }), 404],
  ["half a sha", statusCheckHook("abc"), 400],
])("[T15] refuses %s", async (_, hook, status) => {
  const shop = await answering();
  expect(await ask(shop, hook)).toEqual({ status, allow: false });
  expect(shop.rows("select id from external_checks")).toEqual([]);
});

it("does not answer where no GitLab is configured", async () => {
  const shop = await openShop();
  expect((await ask(shop)).status).toBe(404);
});

it.each([
  ["plain http", "url: http://gitlab.example", /behind https/],
  ["a short secret", "url: https://gitlab.example", /`secret` is not there, or shorter/],
])("tells of %s in the file", (_, url, words) => {
  const text = `${url}\ntoken: {env: TOKEN}\nsecret: {env: SHORT}\nprojects: [{project: 42, repository: acme/shop}]\n`;
  const store = { variables: { TOKEN: gitLabToken, SHORT: "x" }, readFile: () => "" };
  expect(readGitLab("gitlab.yml", text, store).faults.join("\n")).toMatch(words);
});
