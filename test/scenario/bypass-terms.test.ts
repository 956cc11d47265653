import { expect, it } from "vitest";
import { openRed, type Red } from "./bypass-red.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const red = async (terms = ""): Promise<Red> => {
  const opened = await openRed(openShop, terms);
  opened.shop.github.team("acme", "sre", { ann: "active", carl: "active" });
  return opened;
};

const command = "/burngate bypass INC-42 payment outage";
const twice = "  people: 2\n";

it("takes two people by any two means, and says who is missing", async () => {
  const { shop, number, say, told } = await red(twice);
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(told()).toMatch(/^failure: .*Label "hotfix" by @ann needs a second of acme\/sre\.$/);

  shop.pass(60);
  await say("carl", command);
  expect(told()).toBe("success: Bypassed by @ann and @carl until 14:20Z: INC-42 payment outage");
  const [row] = shop.rows("select * from bypasses");
  expect(JSON.parse(String(row?.["second"]))).toMatchObject({
    actor: { login: "carl" },
    means: { kind: "comment" },
    entitledThrough: "team acme/sre",
  });
});

it("does not take one person twice, nor an entitled one and a stranger, for two", async () => {
  const { shop, number, say, press, told } = await red(twice);
  shop.repository.label(number, "hotfix", { by: "ann" });
  await say("ann", command);
  await press("ann");
  expect(told()).toMatch(/needs a second of acme\/sre\.$/);

  await say("mallory", command);
  await say("bob", command);
  expect(told()).toMatch(/^failure: .*by @ann needs a second of acme\/sre\.$/);
});

it("shuts when one of two takes the wish back", async () => {
  const { shop, number, say, told } = await red(twice);
  await say("carl", command);
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(told()).toMatch(/^success: Bypassed by @carl and @ann/);

  shop.pass();
  shop.repository.unlabel(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(told()).toMatch(/^failure: .*Bypass command by @carl needs a second/);
});

it("demands a ticket in the reason", async () => {
  const { say, told } = await red('  ticket: "INC-*"\n');
  await say("ann", "/burngate bypass payment outage");
  expect(told()).toMatch(/Bypass command by @ann needs a ticket such as INC-\* in its reason\.$/);

  await say("ann", "/burngate bypass payment outage, see INC-42");
  expect(told()).toMatch(/^success: Bypassed by @ann until 14:20Z: payment outage, see INC-42$/);
});

it("counts bypasses in a quota, tells how many are used, and refuses beyond", async () => {
  const { shop, number, say, told } = await red("  quota: {max: 2, per: quarter}\n");
  await say("ann", command);
  expect(told()).toMatch(/^success: Bypassed by @ann until 14:20Z \(1 of 2 this quarter\): INC-42/);

  await say("carl", command);
  shop.repository.label(number, "hotfix", { by: "ann" });
  await shop.app.settle();
  const second = await shop.openPull();
  shop.pass();
  shop.repository.label(second.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(second.headSha)).toMatch(/^success: .*\(2 of 2 this quarter\)$/);

  const third = await shop.openPull();
  shop.pass();
  shop.repository.label(third.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(third.headSha)).toMatch(
    /^failure: .*Label "hotfix" by @ann refused: 2 of 2 this quarter used\.$/,
  );
  expect(told()).toMatch(/^success: /);
});

it("writes down once who opened the gate and how, who was refused, and when it ended", async () => {
  const { shop, say } = await red("  quota: {max: 2, per: quarter}\n");
  await say("mallory", command);
  await say("ann", command);
  await shop.sweep();
  await shop.sweep();
  const lines = async () => shop.app.machine.ledger.audit.lines(shop.repository.id, undefined, 20);
  const detail =
    "comment on pull request 1 by @ann (team acme/sre); until 2026-10-01 14:20Z; 1 of 2 this quarter; reason: INC-42 payment outage";
  const words = async () =>
    (await lines()).map(({ kind, actor, detail: said }) => [kind, actor?.login, said]);
  expect((await words()).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    ["bypass_granted", "ann", detail],
    ["bypass_refused", "mallory", "Bypass command by @mallory refused: needs acme/sre."],
    ["bypass_used", "ann", detail],
  ]);

  await shop.go(shop.clock.now() + 2 * 3_600_000);
  await shop.go(shop.clock.now() + 60_000);
  const expired = (await words()).filter(([kind]) => kind === "bypass_expired");
  expect(expired).toEqual([["bypass_expired", "ann", detail.replace("; 1 of 2 this quarter", "")]]);
});
