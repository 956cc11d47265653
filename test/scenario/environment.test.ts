/** Jobs that wait for our protection rule are answered: by a verdict, in words that help. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { asShown, audit, counted, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

async function gated(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ ...deploying, ...options });
  gate(shop);
  return shop;
}

it("approves at once while the budget is fine, and says by which numbers", async () => {
  const shop = await gated();
  const run = await deploy(shop);

  expect(run.state).toBe("succeeded");
  expect(asShown(run.review?.comment)).toMatch(
    /^\*\*Error budget gate: open\.\*\* checkout: \d+% left, burns 0\.05x/,
  );
  expect(run.reports).toEqual([]);
  expect(await audit(shop)).toEqual([expect.stringMatching(/^deployment_answered: approved: /)]);
  expect(await counted(shop, "burngate_deployment_answers_total", '{answer="approved"}')).toBe(1);
});

it("rejects at once while the budget burns, and says cause, numbers, when it opens and who may open it", async () => {
  const shop = await gated({ at: story.burning });
  const run = await deploy(shop);

  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/^\*\*Error budget gate: shut\.\*\* Rejected\./);
  expect(asShown(run.review?.comment)).toMatch(
    /- checkout: 1h burn \d+x > 14\.4x, -?\d+% left at 12:20Z\. Opens ~\d\d:\d\dZ/,
  );
  expect(asShown(run.review?.comment)).toMatch(
    /Hotfix: label "hotfix" on this commit's pull request \(acme\/sre\)/,
  );
  expect(asShown(run.review?.comment)).toMatch(/Re-run the failed job/);
  expect(run.reports).toEqual([]);
  expect(await audit(shop)).toEqual([expect.stringMatching(/^deployment_answered: rejected: /)]);
});

it("[T31] tells the public no number", async () => {
  const shop = await gated({ at: story.burning, isPublic: true });
  const run = await deploy(shop);

  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/- checkout: error budget burns too fast at 12:20Z\./);
  expect(asShown(run.review?.comment)).not.toMatch(/\d\s*%|\dx\b|rate\(|left/);
});

it("judges by numbers of this moment, not by those of the last tick", async () => {
  const shop = await gated({ at: story.burning - 20_000, config: { tickMs: 60_000 } });
  await shop.openPull();
  const before = await measuringCount(shop);
  shop.pass(16);
  await deploy(shop);

  expect(await measuringCount(shop)).toBe(before + 1);
});

it("approves what the policy does not name, and where there is no policy, and says so", async () => {
  const named = "gates:\n  deployment:\n    environments: [staging]\n";
  const shop = await gated({ at: story.burning, policy: policyFor("checkout", named) });
  expect(asShown((await deploy(shop)).review?.comment)).toMatch(/not gated.*does not name this environment/);
  await shop.close();

  const bare = await gated({ at: story.burning, policy: null });
  const run = await deploy(bare);
  expect(run.state).toBe("succeeded");
  expect(asShown(run.review?.comment)).toMatch(/not gated.*has no error budget policy/);
});

it("names environments without case, as GitHub does", async () => {
  const named = "gates:\n  deployment:\n    environments: [PROD*]\n";
  const shop = await gated({ at: story.burning, policy: policyFor("checkout", named) });
  expect((await deploy(shop)).state).toBe("rejected");
});

it("approves while only watching, and says what it would do", async () => {
  const shop = await gated({ at: story.burning, policy: `mode: observe\n${policyFor("checkout")}` });
  const run = await deploy(shop);
  expect(run.state).toBe("succeeded");
  expect(asShown(run.review?.comment)).toMatch(/Would block: checkout/);
});

it("rejects at once where the policy cannot be used, and says where it is wrong", async () => {
  const shop = await gated({ policy: "version: 1\nobjectives: []\n" });
  const run = await deploy(shop);
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(
    /not known\.\*\* Rejected[^]*Policy cannot be used: \.github\/slo-policy\.yml:2:13/,
  );
});

it("[T1] judges a deployed branch by the default branch's policy", async () => {
  const shop = await gated({ at: story.burning });
  shop.commit({ [policyFile]: policyFor("checkout", "mode: observe\n") }, "lax");
  expect((await deploy(shop, { ref: "lax" })).state).toBe("rejected");
});

it("writes no commit status: it would stand in the way of other environments", async () => {
  const shop = await gated({ at: story.burning });
  const run = await deploy(shop);
  expect(shop.repository.statuses(run.sha)).toEqual([]);
});

it("judges a job that is run again anew", async () => {
  const shop = await gated({ at: story.burning });
  const run = await deploy(shop);
  expect(run.state).toBe("rejected");

  await shop.go(story.mended + 6 * 3_600_000);
  shop.repository.actions.rerunFailed(run);
  await shop.app.settle();

  expect(run.state).toBe("succeeded");
  expect((await audit(shop)).map((line) => line.split(" ")[1])).toEqual(["rejected:", "approved:"]);
});

it("answers every environment of a run by itself", async () => {
  const named = "gates:\n  deployment:\n    environments: [production]\n";
  const shop = await gated({ at: story.burning, policy: policyFor("checkout", named) });
  gate(shop, "staging");
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  shop.repository.actions.addJob(run, "staging");
  await shop.app.settle();

  expect(run.job("production").state).toBe("rejected");
  expect(run.job("staging").state).toBe("succeeded");
});

it("keeps within 1024 characters, whatever there is to say", async () => {
  const many = Array.from({ length: 6 }, (_, index) => objective(`checkout-${"long-".repeat(5)}${index}`));
  const shop = await gated({ at: story.burning, policy: `version: 1\nobjectives:\n${many.join("")}` });
  const run = await deploy(shop);

  expect(run.state).toBe("rejected");
  expect(run.review?.comment.length).toBeLessThanOrEqual(1024);
  expect(asShown(run.review?.comment)).toMatch(/- and \d+ more/);
  expect(asShown(run.review?.comment)).toMatch(/Re-run the failed job/);
});

function objective(name: string): string {
  return policyFor("checkout").split("objectives:\n")[1]?.split("hold:")[0]?.replace("checkout", name) ?? "";
}

async function measuringCount(shop: Shop): Promise<number> {
  return counted(shop, "burngate_measuring_seconds_count", '{data_source="main"}');
}
