import { beforeEach, expect, it } from "vitest";
import type { Asker } from "../../../src/domain/asker.ts";
import { noteRejected, noteSending } from "../../../src/gate/answer-memory.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

/** A job whose request names no deployment. */
const job: Asker = {
  subject: {
    repositoryId: shop.id,
    headSha: "a".repeat(40),
    baseRef: "main",
    gate: { kind: "environment", environment: "production", runId: 1 },
  },
  who: { kind: "run", ref: "main" },
  askedAt: noon,
};

let gate: GateWorld;
beforeEach(async () => {
  gate = await gateWorld();
  await gate.ledger.askers.ask(job, "anew");
});

const told = async (): Promise<string | undefined> => (await gate.ledger.askers.progress(job)).toldClass;

it("keeps an approval that was sent until GitHub has taken a no", async () => {
  const { askers } = gate.ledger;
  expect(await noteSending(askers, job, "approved")).toBe(false);
  expect(await noteSending(askers, job, "rejected")).toBe(true);
  expect(await told()).toBe("approved");
  await noteRejected(askers, job);
  expect(await told()).toBe("rejected");
});

it("keeps how often the job was told something", async () => {
  const { askers } = gate.ledger;
  await askers.note(job, { count: 4, toldClass: "failure" });
  await noteSending(askers, job, "approved");
  await noteRejected(askers, job);
  expect(await askers.progress(job)).toEqual({ count: 4, toldClass: "rejected" });
});
