/** `hold`: a held job waits a while for the budget instead of failing at once. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { asShown, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;

const holding = (hold: string): string => policyFor("checkout", `gates:\n  deployment:\n    hold: ${hold}\n`);

async function gated(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ ...deploying, at: story.burning, policy: holding("30m"), ...options });
  gate(shop);
  return shop;
}

it("holds a job, says until when, and rejects it then", async () => {
  const shop = await gated({ policy: holding("5m") });
  const run = await deploy(shop);
  expect(run.state).toBe("waiting");
  expect(run.reports.map(asShown)).toEqual([
    expect.stringMatching(/shut\.\*\* This job waits\.[^]*- checkout: 1h burn[^]*is rejected at 12:25Z/),
  ]);

  await shop.go(story.burning + 5 * minute - 1000);
  expect(run.state).toBe("waiting");
  await shop.go(story.burning + 5 * minute);
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/- checkout: 1h burn/);
});

it("approves the moment the budget is well again", async () => {
  const policy = `${holding("60m")}rules:
  - name: fast
    burn_rate: 14.4
    windows: [5m, 1m]
    then: block
`;
  const shop = await gated({ policy });
  const run = await deploy(shop);
  for (let at = story.burning + minute; run.state === "waiting" && at < story.end; at += minute)
    await shop.go(at);

  expect(run.state).toBe("succeeded");
  expect(shop.clock.now()).toBeGreaterThan(story.mended);
  expect(shop.clock.now()).toBeLessThan(story.mended + 10 * minute);
  expect(run.reports).toHaveLength(1);
});

it("says something only when the reason changed, and never more than nine times, whatever flaps", async () => {
  const shop = await gated({ policy: holding("60m") });
  const run = await deploy(shop);
  for (let look = 0; look < 10; look += 1) await shop.app.tick();
  expect(run.reports).toHaveLength(1);

  let goes = 0;
  for (let look = 0; look < 40; look += 1) {
    const [asker] = await shop.app.machine.ledger.askers.waiting();
    if (asker === undefined) break;
    // What it was told last is another reason each time.
    const { count } = await shop.app.machine.ledger.askers.progress(asker);
    await shop.app.machine.ledger.askers.note(asker, { count, toldClass: `other ${look}` });
    await shop.app.tick();
    goes += 1;
  }
  expect(goes).toBe(40);
  expect(run.reports).toHaveLength(9);

  shop.clock.set(story.burning + 60 * minute);
  await shop.app.tick();
  expect(run.state).not.toBe("waiting");
});

it("does not reject a job that it holds because GitHub does not tell the policy for a moment", async () => {
  const shop = await gated();
  const run = await deploy(shop);
  await shop.go(story.burning + 10 * minute);
  const { ledger } = shop.app.machine;
  await ledger.policies.markStale(shop.repository.id, "main", shop.clock.now());
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: 3 });
  await shop.app.tick();
  expect(run.state).toBe("waiting");

  await shop.go(story.burning + 30 * minute);
  expect(run.state).toBe("rejected");
  expect(run.review?.comment).toMatch(/Rejected\.[^]*- checkout&#58; 6h burn/);
});

it("goes on holding through a restart, without saying it again", async () => {
  const shop = await gated();
  const run = await deploy(shop);
  await shop.app.stop();
  const app = await shop.app.restart();
  await app.tick();
  expect(run.state).toBe("waiting");
  expect(run.reports).toHaveLength(1);
  shop.clock.set(story.burning + 30 * minute);
  await app.tick();
  expect(run.state).toBe("rejected");
  await app.stop();
});

it("holds no job that was let go on by an administrator", async () => {
  const shop = await gated();
  const run = await deploy(shop);
  shop.repository.actions.bypass(run, { by: "ann" });
  await shop.app.settle();
  shop.clock.set(story.burning + 30 * minute);
  await shop.app.tick();
  expect(await shop.app.machine.ledger.askers.waiting()).toEqual([]);
});

it("says anew until when it holds when the policy came to say otherwise, and keeps to that", async () => {
  const shop = await gated();
  const run = await deploy(shop);
  shop.pass();
  shop.commit({ [policyFile]: holding("10m") });
  await shop.app.settle();
  await shop.app.tick();
  await shop.app.tick();
  expect(run.reports.map((report) => /rejected at (\S+)\./.exec(asShown(report))?.[1])).toEqual([
    "12:50Z",
    "12:30Z",
  ]);
  await shop.go(story.burning + 10 * minute);
  expect(run.state).toBe("rejected");
});

it("holds no longer than twice its time when the clock is set back", async () => {
  const shop = await gated({ policy: holding("5m") });
  shop.clock.set(story.burning + 10 * minute);
  const run = await deploy(shop);
  expect(run.state).toBe("waiting");
  shop.clock.set(story.burning);
  await shop.app.tick();
  expect(run.state).toBe("rejected");
});

it("ends on time although the watch fails", async () => {
  const shop = await gated({ policy: holding("5m") });
  const run = await deploy(shop);
  Object.assign(shop.app.machine.ledger.policies, {
    watched: () => Promise.reject(new Error("planted")),
  });
  shop.clock.set(story.burning + 5 * minute);
  await expect(shop.app.machine.tick()).rejects.toThrow("planted");
  await shop.app.settle();
  expect(run.state).toBe("rejected");
});
