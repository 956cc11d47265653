import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { openRed, type Red } from "./bypass-red.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const red = async (terms = ""): Promise<Red> => openRed(openShop, terms);

const command = "/burngate bypass INC-42 payment outage";

it("opens by a comment of an entitled person, with its words as the reason", async () => {
  const { say, told } = await red("  reason: required\n");
  await say("ann", command);

  expect(told()).toBe("success: Bypassed by @ann until 14:20Z: INC-42 payment outage");
});

it("[T9] opens by a comment whose event was lost, with the next sweep", async () => {
  const { shop, number, told } = await red();
  shop.repository.comment(number, command, { by: "ann" });
  await shop.app.settle();
  expect(told()).toMatch(/^failure: /);

  await shop.sweep();
  expect(told()).toMatch(/^success: Bypassed by @ann/);
});

it("reads a held pull request's words once for each change of it that no event told", async () => {
  const { shop, number, say } = await red();
  const reads = (): number => shop.github.requests.filter(({ path }) => path.endsWith("/timeline")).length;
  await shop.sweep();
  await shop.sweep();
  const first = reads();
  expect(first).toBe(0);

  shop.repository.comment(number, "Looks good", { by: "bob" });
  shop.pass(5);
  await shop.sweep();
  await shop.sweep();
  expect(reads()).toBe(first + 1);

  await say("bob", "And so it does");
  shop.pass(5);
  await shop.sweep();
  await shop.sweep();
  expect(reads()).toBe(first + 2);
});

it("turns red without reading what was said while the gate was open, and reads it with the next sweep", async () => {
  const shop = await openShop();
  const { number, headSha } = await shop.openPull();
  shop.pass();
  shop.repository.comment(number, command, { by: "ann" });
  await shop.sweep();
  shop.github.forget();
  await shop.go(story.burning);
  expect(shop.told(headSha)).toMatch(/^failure: /);
  expect(shop.github.requests.map(({ method }) => method)).toEqual(["POST"]);

  shop.repository.comment(number, command, { by: "ann" });
  await shop.sweep();
  expect(shop.told(headSha)).toMatch(/^success: Bypassed by @ann/);
});

it("[T9] shuts when the command is deleted, though nobody told of that", async () => {
  const { shop, say, told } = await red();
  const id = await say("ann", command);
  expect(told()).toMatch(/^success/);

  shop.repository.comments.delete(id, { by: "bob" });
  await shop.sweep();
  expect(told()).toMatch(/^failure: /);
});

it("[T6] refuses a stranger's command, and says so once whatever strangers say", async () => {
  const { shop, headSha, say, told } = await red();
  await say("mallory", command);
  expect(told()).toMatch(/^failure: .*Bypass command by @mallory refused: needs acme\/sre\.$/);
  const written = shop.repository.statuses(headSha).length;

  const id = await say("eve", command);
  shop.repository.comments.edit(id, "/burngate bypass now", { by: "eve" });
  await say("robot[bot]", command);
  expect(shop.repository.statuses(headSha)).toHaveLength(written);
});

it("[T6] is not kept from an entitled person's command by a crowd of strangers'", async () => {
  const { say, told, shop, number, heard } = await red();
  await say("ann", command);
  for (let index = 0; index < 12; index += 1)
    shop.repository.comment(number, command, { by: `stranger-${index}` });
  await heard();
  expect(told()).toMatch(/^failure: /);

  await say("ann", "/burngate bypass again");
  expect(told()).toMatch(/^success: Bypassed by @ann/);
});

it("[T6] refuses words that were put into an entitled person's mouth by an edit", async () => {
  const { shop, say, told } = await red();
  const id = await say("ann", "Please do not bypass this.");
  shop.repository.comments.edit(id, command, { by: "bob" });
  await shop.sweep();
  expect(told()).toMatch(/^failure: .*Bypass command by @ann refused: edited since, write it again\.$/);

  await say("ann", command);
  expect(told()).toMatch(/^success: Bypassed by @ann/);
});

it("[T6] keeps a command of an entitled person whose other words were edited into one", async () => {
  const { shop, say, told } = await red();
  await say("ann", command);
  const id = await say("ann", "Thanks.");
  shop.repository.comments.edit(id, command, { by: "bob" });
  await shop.sweep();

  expect(told()).toMatch(/^success: Bypassed by @ann/);
});

it("tells an entitled person what is missing, whatever strangers say after them", async () => {
  const { say, told } = await red("  reason: required\n");
  await say("ann", "/burngate bypass");
  await say("mallory", command);

  expect(told()).toMatch(/Bypass command by @ann needs a reason: "\/burngate bypass why"\.$/);
});

it("[T7] refuses the author's own command, and the last pusher's", async () => {
  const { shop, number, say, told } = await red("  users: [bob]\n");
  await say("bob", command);
  expect(told()).toMatch(/^failure: .*by @bob refused: own pull request\.$/);

  shop.repository.push(number, { "c.txt": "c" }, { by: "ann" });
  await shop.app.settle();
  shop.pass();
  await say("ann", command);
  expect(told()).toMatch(/^failure: .*by @ann refused: pushed this commit\.$/);
});

it("[T8] refuses a bot's command, and one through an app", async () => {
  const { say, told } = await red("  users: [github-actions]\n");
  await say("github-actions[bot]", command);
  expect(told()).toMatch(/^failure: .*refused: bots may not\.$/);

  const through = await red();
  await through.say("ann", command, "label-machine");
  expect(through.told()).toMatch(/^failure: .*by @ann refused: set through an app\.$/);
});

it("[T5] shuts when a commit is pushed after the command", async () => {
  const { shop, number, say, told } = await red();
  await say("ann", command);
  shop.repository.push(number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();

  expect(told()).toMatch(/^failure: .*Bypass command by @ann was for an older commit: write it again\.$/);
});

it("[T9] ends a command's bypass by the clock, and a new command begins another", async () => {
  const { shop, say, told } = await red("  expires: 5m\n");
  await say("ann", command);
  expect(told()).toMatch(/^success: Bypassed by @ann until 12:25Z/);
  await shop.go(shop.clock.now() + 5 * 60_000);
  expect(told()).toMatch(/^failure: .*Bypass command by @ann expired: write it again\.$/);

  await say("ann", command);
  expect(told()).toMatch(/^success: Bypassed by @ann until 12:30Z/);
});

it("opens by a review, which is for the very commit that it names", async () => {
  const { shop, number, headSha, review, told } = await red();
  await review("ann", `Urgent.\n\n${command}`);
  expect(told()).toMatch(/^success: Bypassed by @ann until .*: INC-42 payment outage$/);

  shop.repository.push(number, { "c.txt": "c" }, { by: "bob", force: true });
  await shop.app.settle();
  expect(told()).toMatch(/^failure: .*Bypass review by @ann was for an older commit: review again\.$/);

  shop.repository.push(number, {}, { by: "bob", force: true, toSha: headSha });
  await shop.app.settle();
  expect(told()).toMatch(/^success: Bypassed by @ann/);
});

it("[T7] refuses the author's own review, and an edited one", async () => {
  const { review, told, shop } = await red("  users: [bob]\n");
  await review("bob", command);
  expect(told()).toMatch(/^failure: .*Bypass review by @bob refused: own pull request\.$/);

  const id = await review("ann", "Fine.");
  shop.repository.reviews.edit(id, command, { by: "bob" });
  await shop.sweep();
  expect(told()).toMatch(/^failure: .*Bypass review by @ann refused: edited since, review again\.$/);
});

it("[T9] shuts when the review that asked is dismissed", async () => {
  const { shop, number, heard, told } = await red();
  const id = shop.repository.review(number, { by: "ann", body: command, state: "APPROVED" });
  await heard();
  expect(told()).toMatch(/^success: Bypassed by @ann/);

  shop.repository.reviews.dismiss(id, "Not now.", { by: "carl" });
  await heard();
  expect(told()).toMatch(/^failure: checkout/);
  expect(told()).not.toMatch(/review/);
});

it("opens by a press of the button for the commit under which it was pressed, and for no other", async () => {
  const { shop, number, headSha, press, told } = await red();
  await press("ann");
  expect(told()).toMatch(/^success: Bypassed by @ann until 14:20Z$/);

  shop.repository.push(number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();
  expect(told()).toMatch(/^failure: /);
  await press("ann", headSha);
  expect(told()).toMatch(/^failure: /);
});

it("[T5] does not take a press under another gate's report for one under the pull request's", async () => {
  const { shop, headSha, heard, told } = await red();
  const actor = { id: shop.github.user("ann").id, login: "ann", isBot: false };
  const at = shop.clock.now();
  const press = { repositoryId: shop.repository.id, headSha, actor, at };
  for (const [index, about] of [
    undefined,
    `${shop.repository.id}:${headSha}:merge_group:main`,
    `${shop.repository.id}:${headSha}:pull_request:release`,
  ].entries())
    await shop.app.machine.ledger.presses.note({ ...press, deliveryId: `p-${index}`, about });
  await heard();

  expect(told()).toMatch(/^failure: /);
});

it("[T6] [T7] [T8] refuses a stranger's, the author's and a bot's press, and one without a reason that is demanded", async () => {
  const { press, told } = await red("  users: [bob]\n");
  await press("mallory");
  expect(told()).toMatch(/Bypass button by @mallory refused: needs acme\/sre or @bob\.$/);
  await press("robot[bot]");
  expect(told()).toMatch(/Bypass button by @robot\[bot\] refused: bots may not\.$/);
  await press("bob");
  expect(told()).toMatch(/Bypass button by @bob refused: own pull request\.$/);

  const demanding = await red("  reason: required\n");
  await demanding.press("ann");
  expect(demanding.told()).toMatch(
    /Bypass button by @ann needs a reason: comment "\/burngate bypass why"\.$/,
  );
});

it("[T49] forgets what was asked for before the repository changed hands", async () => {
  const { shop, number, say, told, heard } = await red();
  await say("ann", command);
  expect(told()).toMatch(/^success/);
  await shop.app.machine.ledger.grants.transferred(shop.repository.id, shop.clock.now());
  await heard();
  expect(told()).toMatch(
    /^failure: .*Bypass command by @ann refused: from before the transfer, write it again\.$/,
  );

  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(told()).toMatch(/^success/);
});
