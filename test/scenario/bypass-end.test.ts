/** What the audit log tells of a bypass that ends before its time is over. */
import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile } from "../world/shop.ts";
import { openRed, type Red } from "./bypass-red.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const red = async (terms = ""): Promise<Red> => {
  const opened = await openRed(openShop, terms);
  opened.shop.github.team("acme", "sre", { ann: "active", carl: "active" });
  return opened;
};

const command = "/burngate bypass INC-42 payment outage";

/** The lines that tell of an end, oldest first. */
async function ends({ shop }: Red): Promise<string[]> {
  const lines = await shop.app.machine.ledger.audit.lines(shop.repository.id, undefined, 50);
  return lines
    .filter(({ kind }) => kind === "bypass_withdrawn" || kind === "bypass_expired")
    .map(({ kind, actor, detail }) => `${kind} by ${actor?.login ?? "nobody"}: ${detail}`)
    .toReversed();
}

const label =
  'label "hotfix" on pull request 1 by @ann (team acme/sre); until 2026-10-01 14:20Z; no reason given';

it("says once that a label was taken off, and later not that it expired", async () => {
  const opened = await red();
  const { shop, number, say, told } = opened;
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(await ends(opened)).toEqual([]);

  shop.pass();
  shop.repository.unlabel(number, "hotfix", { by: "bob" });
  await shop.app.settle();
  const withdrawn = `bypass_withdrawn by nobody: ${label}; ended early: nobody is found to ask for it any more`;
  expect(await ends(opened)).toEqual([withdrawn]);

  await say("carl", command);
  expect(told()).toMatch(/^success: Bypassed by @carl/);
  await shop.go(story.burning + 3 * 3_600_000);
  await shop.go(shop.clock.now() + 60_000);
  expect(await ends(opened)).toEqual([
    withdrawn,
    expect.stringMatching(/^bypass_expired by carl: comment on pull request 1/),
  ]);
});

it("says that a command was deleted", async () => {
  const opened = await red();
  const id = await opened.say("ann", command);
  opened.shop.repository.comments.delete(id, { by: "ann" });
  await opened.heard();

  expect(await ends(opened)).toEqual([
    expect.stringMatching(/^bypass_withdrawn by nobody: comment on .* ended early: nobody is found to ask/),
  ]);
});

it("says that a push left it behind, about the commit that it was for, also where the budget is whole again", async () => {
  const opened = await red();
  const { shop, number, headSha } = opened;
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  shop.pass();
  shop.clock.set(story.mended + 60_000);
  const head = shop.repository.push(number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  expect(await ends(opened)).toEqual([
    `bypass_withdrawn by nobody: ${label}; ended early: the pull request's head is ${head} now`,
  ]);
  const [line] = await shop.app.machine.ledger.audit.lines(shop.repository.id, "bypass_withdrawn", 1);
  expect(line?.about).toBe(`${shop.repository.id}:${headSha}:pull_request:main`);
});

it("says that one of two took the wish back", async () => {
  const opened = await red("  people: 2\n");
  const { shop, number, say } = opened;
  await say("carl", command);
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  shop.pass();
  shop.repository.unlabel(number, "hotfix", { by: "ann" });
  await shop.app.settle();

  expect(await ends(opened)).toEqual([
    expect.stringMatching(/; ended early: Bypass command by @carl needs a second of acme\/sre\.$/),
  ]);
});

it("says nothing of one whose time is over", async () => {
  const opened = await red("  expires: 10m\n");
  const { shop, number } = opened;
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  await shop.go(shop.clock.now() + 11 * 60_000);

  expect(await ends(opened)).toEqual([expect.stringMatching(/^bypass_expired by ann: /)]);
});

it("says nothing while GitHub does not tell whether it stands", async () => {
  const opened = await red();
  const { shop, number, told } = opened;
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  shop.pass();
  const policy = policyFor("checkout");
  shop.commit({ [policyFile]: policy.replace("version: 1\n", "version: 1\nmode: observe\n") });
  await shop.app.settle();
  expect(told()).toMatch(/^success: Would block/);

  const mend = shop.github.fail({ path: /\/timeline/, status: 502, times: Infinity });
  shop.commit({ [policyFile]: policy });
  await shop.github.settled();
  for (let look = 0; look < 5; look += 1) {
    await shop.app.machine.worker.processAll();
    shop.pass();
  }
  expect(told()).toMatch(/^failure: checkout/);
  expect(await ends(opened)).toEqual([]);

  mend();
  await shop.sweep();
  expect(told()).toMatch(/^success: Bypassed by @ann/);
  expect(await ends(opened)).toEqual([]);
});
