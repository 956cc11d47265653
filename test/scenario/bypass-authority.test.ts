import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

/** A shop whose budget burns, with a red pull request by bob; `bypass` replaces the policy's own terms. */
async function openRed(bypass?: string): Promise<{ number: number; headSha: string }> {
  const [base = ""] = policyFor("checkout").split("bypass:");
  const policy = bypass === undefined ? policyFor("checkout") : `${base}bypass:\n${bypass}`;
  shop = await openShop({ at: story.burning, policy });
  const pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
  shop.pass();
  return pull;
}

/** What is told after somebody has labelled the pull request. */
async function afterLabel(
  pull: { number: number; headSha: string },
  by: string,
  viaApp?: string,
): Promise<string | undefined> {
  shop.repository.label(pull.number, "hotfix", { by, ...(viaApp === undefined ? {} : { viaApp }) });
  await shop.app.settle();
  return shop.told(pull.headSha);
}

it("[T6] refuses a triager's label and says what is needed", async () => {
  const pull = await openRed();

  expect(await afterLabel(pull, "mallory")).toMatch(
    /^failure: .*Label "hotfix" by @mallory refused: needs acme\/sre\.$/,
  );
});

it("[T6] grants the label of an active team member", async () => {
  const pull = await openRed();

  expect(await afterLabel(pull, "ann")).toMatch(/^success: Bypassed by @ann until 14:20Z/);
});

it("[T6] refuses a member whose invitation is pending", async () => {
  const pull = await openRed();
  shop.github.team("acme", "sre", { ann: "active", carl: "pending" });

  expect(await afterLabel(pull, "carl")).toMatch(/^failure: .*by @carl refused: needs acme\/sre\.$/);
});

it("[T6] grants the label of a member of a team below the entitled one", async () => {
  const pull = await openRed();
  shop.github.team("acme", "oncall", { dora: "active" }, "sre");

  expect(await afterLabel(pull, "dora")).toMatch(/^success: Bypassed by @dora/);
});

it("[T6] grants by role: maintain and admin, and a custom role that stands on admin", async () => {
  for (const [role, base] of [["maintain"], ["admin"], ["release-manager", "admin"]] as const) {
    const pull = await openRed("  permission: maintain\n");
    shop.repository.permit("eve", role, base);

    expect(await afterLabel(pull, "eve")).toMatch(/^success: Bypassed by @eve/);
    if (role !== "release-manager") await shop.close();
  }
});

// Of a custom role GitHub tells only read, write or admin, so one that stands on maintain cannot be told from one that stands on write.
it("[T6] refuses by role: triage, write, and a custom role that is not shown to be enough", async () => {
  for (const [role, base] of [
    ["triage"],
    ["write"],
    ["deputy", "maintain"],
    ["maintain-the-docs", "triage"],
  ] as const) {
    const pull = await openRed("  permission: maintain\n");
    shop.repository.permit("eve", role, base);

    expect(await afterLabel(pull, "eve")).toMatch(/^failure: .*by @eve refused: needs maintain role\.$/);
    if (role !== "maintain-the-docs") await shop.close();
  }
});

it("[T6] forgets a refused label for an entitled one: taken off and set by somebody who may", async () => {
  const pull = await openRed();
  await afterLabel(pull, "mallory");
  shop.pass();
  shop.repository.unlabel(pull.number, "hotfix", { by: "mallory" });
  await shop.app.settle();
  shop.pass();

  expect(await afterLabel(pull, "ann")).toMatch(/^success: Bypassed by @ann/);
});

it("[T6] goes by who set the label that is there now, not by who set it before", async () => {
  const pull = await openRed();
  await afterLabel(pull, "ann");
  shop.pass();
  shop.repository.unlabel(pull.number, "hotfix", { by: "mallory" });
  await shop.app.settle();
  shop.pass();

  expect(await afterLabel(pull, "mallory")).toMatch(/^failure: .*by @mallory refused/);
});

it("[T7] refuses the author's own label", async () => {
  const pull = await openRed("  users: [ann, bob]\n");

  expect(await afterLabel(pull, "bob")).toMatch(/^failure: .*by @bob refused: own pull request\.$/);
});

it("[T7] refuses the label of whoever pushed last", async () => {
  const pull = await openRed();
  const headSha = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "ann" });
  await shop.app.settle();
  shop.pass();

  expect(await afterLabel({ ...pull, headSha }, "ann")).toMatch(
    /^failure: .*by @ann refused: pushed this commit\.$/,
  );
});

it("[T7] learns the pusher from GitHub's activity log when the push was never delivered", async () => {
  const pull = await openRed();
  shop.github.holdWebhooks();
  const headSha = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "ann" });
  await shop.sweep();
  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  const labeled = shop.github.deliveries.at(-1);
  await shop.github.deliver(labeled?.guid ?? "");
  await shop.app.settle();

  expect(shop.told(headSha)).toMatch(/^failure: .*by @ann refused: pushed this commit\.$/);
});

it("[T7] lets the author bypass where the policy allows it", async () => {
  const pull = await openRed("  users: [bob]\n  self: allowed\n");

  expect(await afterLabel(pull, "bob")).toMatch(/^success: Bypassed by @bob/);
});

it("[T8] refuses a workflow's label", async () => {
  const pull = await openRed("  users: [github-actions]\n  permission: read\n");

  expect(await afterLabel(pull, "github-actions[bot]")).toMatch(/^failure: .*refused: bots may not\.$/);
});

it("[T8] refuses a label that an app set in an entitled person's name", async () => {
  const pull = await openRed();

  expect(await afterLabel(pull, "ann", "label-machine")).toMatch(
    /^failure: .*by @ann refused: set through an app\.$/,
  );
});

it("[T8] grants the label of a bot that the policy lists by its number", async () => {
  const first = await openRed();
  const { id } = shop.github.bot("release-robot[bot]");
  await shop.close();
  const pull = await openRed(`  users: [${id}]\n`);

  expect(shop.github.bot("release-robot[bot]").id).toBe(id);
  expect(first.number).toBe(pull.number);
  expect(await afterLabel(pull, "release-robot[bot]")).toMatch(/^success: Bypassed by @release-robot\[bot\]/);
});
