import { beforeEach, describe, expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { mainContext, policyFile, type Shop } from "../world/shop.ts";
import { acceptEverything, checkWrites, everything, reportOn } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;
let pull: { number: number; headSha: string };

beforeEach(async () => {
  shop = await acceptEverything(await openShop({ ...everything, at: story.burning }));
  pull = await shop.openPull();
  shop.clock.advance(600_000);
  shop.github.forget();
});

function statuses(): number {
  return shop.github.count({ method: "POST", path: /\/statuses\// });
}

function measured(): number {
  return shop.rows("select measured_at from measurements").map((row) => Number(row["measured_at"]))[0] ?? 0;
}

async function say(body: string, by = "mallory"): Promise<number> {
  const { id } = shop.repository.comments.add(pull.number, body, { by });
  await shop.app.settle();
  return id;
}

describe("a command", () => {
  it.each(["/burngate status", "please\n  /Burngate STATUS now", "/burngate recheck"])(
    "has status and report told again, by whoever may comment: %s",
    async (body) => {
      const [said, summary] = [shop.told(pull.headSha), reportOn(shop, pull.headSha)?.output.summary];
      await say(body);
      expect(shop.told(pull.headSha)).not.toBe(said);
      expect(reportOn(shop, pull.headSha)?.output.summary).not.toBe(summary);
      expect(statuses()).toBe(1);
      expect(checkWrites(shop)).toEqual({ made: 0, changed: 1 });
    },
  );

  it("`recheck` measures anew what `status` tells from the last look", async () => {
    await shop.app.tick();
    const at = measured();
    shop.pass();
    await say("/burngate status");
    expect(measured()).toBe(at);
    shop.clock.advance(31_000);
    await shop.app.machine.tick();
    const ticked = measured();
    shop.pass();
    await say("/burngate recheck");
    expect(measured()).toBeGreaterThan(ticked);
  });

  it("works in a review as in a comment", async () => {
    const said = shop.told(pull.headSha);
    shop.repository.reviews.submit(pull.number, {
      by: "ann",
      body: "/burngate status",
      state: "COMMENTED",
    });
    await shop.app.settle();
    expect(shop.told(pull.headSha)).not.toBe(said);
  });

  it.each(["/burngate help", "/burngate", "/burngate bypas INC-42"])(
    "that is none of these costs a look and writes nothing: %s",
    async (body) => {
      await say(body);
      expect(shop.github.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    },
  );

  it("in an edit or a deleted comment is worth a look, and no more", async () => {
    const id = await say("nothing of yours");
    for (const body of ["/burngate status", "never mind", "/burngate recheck"]) {
      shop.repository.comments.edit(id, body, { by: "mallory" });
      await shop.app.settle();
    }
    shop.repository.comments.delete(id, { by: "mallory" });
    await shop.app.settle();
    expect(statuses()).toBe(0);
    const names = shop.rows("select name from deliveries where name like 'issue_comment%' order by name");
    const edited = Array.from({ length: 3 }, () => "issue_comment.edited");
    expect(names.map(({ name }) => name)).toEqual(["issue_comment.deleted", ...edited]);
  });

  it.each(["a/burngate status", "> /burngate status", "/burngatestatus", "see /burngate status", "hello"])(
    "is no command elsewhere, and is dropped before it is stored: %s",
    async (body) => {
      await say(body);
      expect(statuses()).toBe(0);
      expect(shop.rows("select id from deliveries where name like 'issue_comment%'")).toEqual([]);
    },
  );

  it("about a pull request of a repository that we have not heard of has it read", async () => {
    shop.github.sendWebhooksTo(undefined);
    const stock = shop.github.repository({ owner: "acme", name: "stock", installation: shop.acme });
    stock.commit("main", { [policyFile]: policyFor("checkout") });
    const unheard = stock.openPull({ head: "unheard", author: "bob" });
    shop.github.sendWebhooksTo(`${shop.app.url}/api/github/webhooks`);
    stock.comments.add(unheard.number, "/burngate status", { by: "bob" });
    await shop.app.settle();
    expect(stock.latestStatus(unheard.headSha, mainContext)?.state).toBe("failure");
  });

  it("[T18] [T30] is answered once a tick, and a hundred times for one commit", async () => {
    for (let time = 0; time < 30; time += 1)
      shop.repository.comments.add(pull.number, "/burngate recheck", { by: "mallory" });
    const at = shop.clock.now();
    await shop.app.settle();
    expect(statuses()).toBeLessThanOrEqual(1 + Math.ceil((shop.clock.now() - at) / 30_000));

    for (let time = 0; time < 110; time += 1) {
      shop.clock.advance(31_000);
      await say("/burngate status");
    }
    expect(statuses()).toBeLessThanOrEqual(100);
    expect(statuses()).toBeGreaterThan(95);
    await shop.go(story.mended + 5 * 3_600_000);
    expect(shop.told(pull.headSha)).toMatch(/^success/);
  });
});
