import { expect, it } from "vitest";
import type { Repository } from "../../../src/domain/subject.ts";
import { ok } from "../../../src/gate/failure.ts";
import { sweepRepository } from "../../../src/gate/sweep.ts";
import { presentPolicy, pullAt } from "../../contract/ledger-samples.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

/** Sweeps the shop, which GitHub describes so; `meanwhile` happens while it is asked. */
async function swept(
  described: Repository,
  meanwhile: (gate: GateWorld) => Promise<void> = () => Promise.resolve(),
): Promise<GateWorld> {
  const gate = await gateWorld({
    async openPulls() {
      await meanwhile(gate);
      return ok({ pulls: [], approved: new Set(), repository: described });
    },
  });
  await gate.ledger.registry.remember(shop);
  await gate.ledger.policies.keep(
    shop.id,
    "next",
    { answer: presentPolicy("r1"), paths: ["p"], readAt: noon },
    undefined,
  );
  expect(await sweepRepository(gate.world, shop.id)).toEqual(ok(undefined));
  return gate;
}

it("[T49] has what an owner granted granted anew where only the sweep hears of another owner", async () => {
  const { ledger } = await swept({ ...shop, owner: "initech" });
  expect((await ledger.registry.repository(shop.id))?.owner).toBe("initech");
  expect(await ledger.policies.find(shop.id, "next")).toBeUndefined();
});

it("reads no policy again where the owner is the same", async () => {
  const { ledger } = await swept({ ...shop, name: "store" });
  expect((await ledger.registry.repository(shop.id))?.name).toBe("store");
  expect(await ledger.policies.find(shop.id, "next")).toBeDefined();
});

it.each<[string, Partial<Repository>]>([
  ["owner and installation", { owner: "initech", installationId: 71 }],
  ["name", { name: "store" }],
  ["public", { isPublic: true }],
  ["default branch", { defaultBranch: "trunk" }],
])("[T49] does not undo what an event told while it asked: %s", async (_, told) => {
  const { ledger } = await swept({ ...shop, defaultBranch: "main" }, (gate) =>
    gate.ledger.registry.remember({ ...shop, ...told }),
  );
  expect(await ledger.registry.repository(shop.id)).toMatchObject({ ...shop, ...told });
});

it("reads a pull request live that it knows as open and GitHub does not list", async () => {
  const open = pullAt(noon, { repositoryId: shop.id, number: 3 });
  const { ledger } = await swept(
    shop,
    async (gate) => void (await gate.ledger.pulls.observe(open, undefined)),
  );
  expect((await ledger.queue.claim(noon, 1000, []))?.key).toBe(`pull:${shop.id}:3`);
});
