import { describe, expect, it } from "vitest";
import { failed, ok, type Result } from "../../../src/gate/failure.ts";
import { type Patience, patienceOf } from "../../../src/gate/patience.ts";
import { manualClock } from "../../world/clock.ts";
import { noon, shop } from "./gate-world.ts";

const minute = 60_000;
const unreachable = failed({ kind: "unreachable", detail: "GitHub answered 502" });

/** A patience over answers that come one after the other, the last again and again. */
function patient(...answers: readonly Result<number | undefined>[]) {
  const clock = manualClock(noon);
  const asked: string[] = [];
  const queueTimeout = ({ name }: { name: string }, branch: string) =>
    Promise.resolve(answers[Math.min(asked.push(`${name} ${branch}`), answers.length) - 1] ?? unreachable);
  const patience: Patience = patienceOf({ queueTimeout }, clock);
  return { clock, asked, patience };
}

describe("the patience with a merge group", () => {
  it("is 60 % of the queue's own time", async () => {
    expect(await patient(ok(10 * minute)).patience(shop, "main")).toBe(6 * minute);
  });

  it("is three minutes where no rule tells, and where GitHub does not answer", async () => {
    expect(await patient(ok(undefined)).patience(shop, "main")).toBe(3 * minute);
    expect(await patient(unreachable).patience(shop, "main")).toBe(3 * minute);
  });

  it("is asked for once in five minutes, for each branch", async () => {
    const { clock, asked, patience } = patient(ok(10 * minute));
    await patience(shop, "main");
    clock.advance(5 * minute - 1);
    await patience(shop, "main");
    await patience(shop, "next");
    expect(asked).toEqual(["shop main", "shop next"]);
    clock.advance(1);
    await patience(shop, "main");
    expect(asked).toEqual(["shop main", "shop next", "shop main"]);
  });

  it("is what GitHub last told while it does not answer: a group is not given up because two are down", async () => {
    const { clock, asked, patience } = patient(ok(60 * minute), unreachable);
    await patience(shop, "main");
    clock.advance(20 * minute);
    expect(await patience(shop, "main")).toBe(36 * minute);
    expect(await patience(shop, "next")).toBe(3 * minute);
    expect(await patience(shop, "main")).toBe(36 * minute);
    expect(asked).toHaveLength(4);
  });

  it("does not remember that GitHub did not answer", async () => {
    const { patience } = patient(unreachable, ok(10 * minute));
    await patience(shop, "main");
    expect(await patience(shop, "main")).toBe(6 * minute);
  });
});
