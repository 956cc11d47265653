import { beforeEach, expect, it } from "vitest";
import type { GitHubApp } from "../../../src/gate/app-port.ts";
import { failed, ok } from "../../../src/gate/failure.ts";
import { seeStatus } from "../../../src/gate/foreign-status.ts";
import { type GateWorld, gateWorld, shop } from "./gate-world.ts";

const rival = { id: 9, login: "rival[bot]", isBot: true };
const hint = {
  kind: "status",
  repository: shop,
  headSha: "a".repeat(40),
  context: "error-budget: main",
  state: "success",
  sender: rival,
} as const;

let gate: GateWorld;
beforeEach(async () => {
  gate = await gateWorld();
});

const see = async (self: GitHubApp["self"], deliveryId = "d") =>
  seeStatus({ ...gate.world, app: { self } }, hint, deliveryId);
const audited = async (): Promise<number> =>
  gate.ledger.audit.count(shop.id, "foreign_status", `${hint.headSha} ${hint.context}`);

it("counts a status once, however often its delivery is worked", async () => {
  const known: GitHubApp["self"] = () => Promise.resolve(ok({ id: 1, bot: "burngate[bot]" }));
  await see(known);
  gate.clock.advance(1000);
  await see(known);
  expect(await audited()).toBe(1);
  await see(known, "e");
  expect(await audited()).toBe(2);
});

it("says nothing of a bot while it does not know its own name, and comes back", async () => {
  const unknown = failed({ kind: "unreachable", detail: "GitHub answered 502" });
  expect(await see(() => Promise.resolve(unknown))).toEqual(unknown);
  expect(await audited()).toBe(0);
});
