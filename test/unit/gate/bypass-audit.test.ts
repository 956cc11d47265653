import { beforeEach, expect, it } from "vitest";
import { refusalFor } from "../../../src/domain/bypass.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { auditVerdict } from "../../../src/gate/bypass-audit.ts";
import { bob, cho, granted, madeClaim, madeVerdict } from "../domain/made-verdict.ts";
import { type GateWorld, gateWorld } from "./gate-world.ts";

let gate: GateWorld;

beforeEach(async () => {
  gate = await gateWorld();
});

/** Notes verdicts, and gives who is in the audit log for them. */
async function noted(verdicts: readonly Verdict[]): Promise<readonly string[]> {
  for (const verdict of verdicts) await auditVerdict(gate.world, verdict);
  const lines = await gate.ledger.audit.lines(5, undefined, 10);
  return lines.map(({ kind, actor, about }) => `${kind} ${actor?.login} ${about.split(":")[2]}`).toSorted();
}

it("tells each gate that a bypass opened, once", async () => {
  const { subject } = madeVerdict();
  const group = { ...subject, gate: { kind: "merge_group" } } as const;
  const verdicts = [subject, group, group].map((one) => madeVerdict({ subject: one, bypass: granted }));

  expect(await noted(verdicts)).toEqual(["bypass_used ann merge_group", "bypass_used ann pull_request"]);
});

it("tells each person who was refused, once for each cause", async () => {
  const refused = ([bob, cho, bob] as const).map((actor) => {
    const refusal = refusalFor(madeClaim({ actor }), "not_entitled");
    return madeVerdict({ bypass: { kind: "refused", refusal } });
  });

  expect(await noted(refused)).toEqual([
    "bypass_refused bob pull_request",
    "bypass_refused cho pull_request",
  ]);
});
