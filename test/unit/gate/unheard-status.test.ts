import { beforeEach, expect, it } from "vitest";
import { ok } from "../../../src/gate/failure.ts";
import { compareStatuses } from "../../../src/gate/unheard-status.ts";
import { pullAt } from "../../contract/ledger-samples.ts";
import { subjectOf } from "../../../src/domain/subject.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

const pull = pullAt(noon, { repositoryId: shop.id, baseRef: "main" });
const subject = subjectOf(pull);
const context = "error-budget: main";

let gate: GateWorld;
let asked: number;

/** Has GitHub told a report of this class; `isSent` is false while that is on its way. */
async function tell(reportClass: string, isSent = true): Promise<void> {
  const { reports } = gate.ledger;
  const intent = { reportClass, state: "success", sentence: "x", verdictAt: noon } as const;
  await reports.intend(subject, context, intent);
  if (isSent) await reports.confirm(subject, context, intent);
}

/** Compares where GitHub shows green; `meanwhile` happens while it is asked. Gives the class that is told. */
async function compared(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<unknown> {
  const status = async () => {
    asked += 1;
    await meanwhile();
    return ok({ state: "success", description: "all is well" } as const);
  };
  await compareStatuses({ ...gate.world, github: { status } }, shop.id);
  return (await gate.ledger.reports.last(subject, context))?.reportClass;
}

beforeEach(async () => {
  gate = await gateWorld();
  asked = 0;
  await gate.ledger.registry.remember(shop);
  await gate.ledger.pulls.observe(pull, undefined);
  await tell("failure | burns");
});

it("[T19] doubts what is held and shown green", async () => {
  expect([await compared(), asked]).toEqual([undefined, 1]);
});

it("asks nothing where the gate is open, or of what is on its way", async () => {
  await tell("success | bypassed", false);
  expect([await compared(), asked]).toEqual(["failure | burns", 0]);
  await tell("success | fine");
  expect([await compared(), asked]).toEqual(["success | fine", 0]);
});

it("takes no green of our own for a stranger's that was written while it asked", async () => {
  expect(await compared(() => tell("success | bypassed"))).toBe("success | bypassed");
  await tell("failure | burns");
  expect(await compared(() => tell("success | bypassed", false))).toBe("failure | burns");
  expect(gate.log).toEqual([]);
});

it("asks nothing in the name of an installation that is gone", async () => {
  await gate.ledger.registry.setInstallation(shop.installationId, "deleted", noon);
  expect([await compared(), asked]).toEqual(["failure | burns", 0]);
});
