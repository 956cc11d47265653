import { beforeEach, expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { mainContext, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;
let pull: { number: number; headSha: string };

beforeEach(async () => {
  shop = await openShop({ at: story.burning, config: { logLevel: "debug" } });
  pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
  shop.github.forget();
});

async function forge(by: string, context = mainContext): Promise<void> {
  shop.pass();
  shop.repository.setStatus(pull.headSha, { state: "success", context, description: "all is well" }, { by });
  await shop.app.settle();
}

function statuses(): number {
  return shop.github.count({ method: "POST", path: /\/statuses\// });
}

async function counted(result: string): Promise<number> {
  const { values } = await shop.app.machine.metrics.foreignStatuses.get();
  return values.find(({ labels }) => labels.result === result)?.value ?? 0;
}

function audited(): Record<string, unknown>[] {
  return shop.rows("select * from audit where kind = 'foreign_status' order by at");
}

it.each(["mallory", "rival[bot]"])(
  "[T19] says the truth again over a green by %s, and writes down who",
  async (by) => {
    await forge(by);
    expect(shop.told(pull.headSha)).toMatch(/^failure: /);
    expect(statuses()).toBe(1);
    const [line, ...others] = audited();
    expect(others).toEqual([]);
    expect(JSON.parse(String(line?.["actor"]))).toMatchObject({ login: by });
    expect(line).toMatchObject({ about: `${pull.headSha} ${mainContext}`, detail: "posted success" });
    expect(await counted("answered")).toBe(1);
  },
);

it("[T19] says it also where the context only looks like ours to GitHub", async () => {
  await forge("mallory", "Error-Budget: MAIN");
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});

it("[T19] gives up a duel after five answers, and raises an alarm once", async () => {
  for (let round = 0; round < 8; round += 1) await forge("mallory");
  expect(statuses()).toBe(5);
  expect(audited()).toHaveLength(8);
  expect(await counted("given_up")).toBe(1);
  expect(await counted("ignored")).toBe(2);
  const alarms = shop.app.log.filter(({ level, msg }) => level === "error" && String(msg).includes("bind"));
  expect(alarms).toHaveLength(1);

  const other = await shop.openPull();
  shop.repository.setStatus(other.headSha, { state: "success", context: mainContext }, { by: "mallory" });
  await shop.app.settle();
  expect(shop.told(other.headSha)).toMatch(/^failure: /);
});

it("does not answer itself: its own statuses are dropped at the door once it knows its name", async () => {
  await shop.go(story.mended + 5 * 3_600_000);
  const stored = shop.rows("select id from deliveries where name = 'status'").length;
  await shop.go(story.burning);
  await shop.openPull();
  expect(shop.rows("select id from deliveries where name = 'status'")).toHaveLength(stored);
  expect(audited()).toEqual([]);
  expect(shop.github.count({ path: /^\/app$/ })).toBe(0);
});

it("[T18] takes no notice of any other context, and stores nothing of it", async () => {
  const before = shop.rows("select id from deliveries").length;
  for (const context of ["ci", "error-budgets", "my error-budget: main"]) await forge("mallory", context);
  expect(shop.rows("select id from deliveries")).toHaveLength(before);
  expect(shop.github.requests).toEqual([]);
});

it("writes down, and answers nothing, where nobody waits for a verdict", async () => {
  shop.repository.close(pull.number, { by: "bob" });
  await shop.app.settle();
  await forge("mallory");
  expect(statuses()).toBe(0);
  expect(audited()).toHaveLength(1);
  expect(await counted("unclaimed")).toBe(1);
});

it("is not fooled by a person whose name is our bot's: nobody who is no bot speaks for us", async () => {
  await shop.openPull();
  const sender = { ...shop.github.bot("burngate[bot]"), type: "User" };
  expect(sender.login).toBe("burngate[bot]");
  await shop.app.machine.accept({
    id: "forged",
    name: "status",
    hint: {
      kind: "status",
      repository: {
        id: shop.repository.id,
        owner: "acme",
        name: "shop",
        isPublic: false,
        installationId: shop.acme.id,
      },
      headSha: pull.headSha,
      context: mainContext,
      state: "success",
      sender: { id: sender.id, login: sender.login, isBot: false },
    },
  });
  await shop.app.settle();
  expect(audited()).toHaveLength(1);
  expect(statuses()).toBeGreaterThan(0);
});

it("[T18] asks for its own name once in a while, however often a rival's bot speaks", async () => {
  shop.clock.advance(11_000);
  for (let round = 0; round < 4; round += 1) await forge("rival[bot]");
  expect(shop.github.count({ path: /^\/app$/ })).toBeLessThanOrEqual(1);
});

it("learns its new name when people have renamed the App", async () => {
  shop.github.world.app.slug = "embergate";
  shop.github.world.app.bot = shop.github.bot("embergate[bot]");
  shop.clock.advance(11_000);
  await shop.openPull();
  expect(audited()).toEqual([]);
});
