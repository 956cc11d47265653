import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HeadSight, tenureOf } from "../../../src/domain/head-history.ts";
import { ann, bob, noon } from "./made-verdict.ts";

const sight = (headSha: string, seconds: number, pusher?: HeadSight["pusher"]): HeadSight => ({
  headSha,
  seenAt: noon + seconds * 1000,
  pusher,
});

describe("how long a commit has been the head", () => {
  it("is since it was first seen after another commit", () => {
    const tenure = tenureOf([sight("a", 0, ann), sight("b", 10, bob), sight("b", 20)], "b");
    expect(tenure).toEqual({ since: noon + 10_000, isFirstKnown: true, pusher: bob });
  });

  it("is not known to have begun where no other commit was seen before", () => {
    expect(tenureOf([sight("a", 5, ann)], "a")).toEqual({
      since: noon + 5000,
      isFirstKnown: false,
      pusher: ann,
    });
  });

  it("[T5] begins anew when the head moved away and came back, so that no older label counts", () => {
    const sights = [sight("a", 0, ann), sight("b", 10, bob), sight("a", 20, bob)];
    expect(tenureOf(sights, "a")).toEqual({ since: noon + 20_000, isFirstKnown: true, pusher: bob });
  });

  it("is nothing for a commit that is not the newest head, or was never seen", () => {
    const sights = [sight("a", 0), sight("b", 10)];
    expect(tenureOf(sights, "a")).toBeUndefined();
    expect(tenureOf(sights, "c")).toBeUndefined();
    expect(tenureOf([], "a")).toBeUndefined();
  });

  it("[T5] counts two heads of one second as a break for both, since GitHub's seconds do not order them", () => {
    const sights = [sight("a", 0), sight("a", 10), sight("b", 10)];
    expect(tenureOf(sights, "a")?.since).toBe(noon + 10_000);
    expect(tenureOf(sights, "b")?.since).toBe(noon + 10_000);
  });

  const anySights = fc.array(
    fc.record({
      headSha: fc.constantFrom("a", "b", "c"),
      seenAt: fc.integer({ min: 0, max: 6 }).map((second) => noon + second * 1000),
      pusher: fc.constantFrom(undefined, ann, bob),
    }),
    { maxLength: 8 },
  );

  it("[T17] does not depend on the order in which the sights arrived, nor on hearing of one twice", () => {
    const shuffled = anySights.chain((sights) =>
      fc.tuple(
        fc.constant(sights),
        fc.shuffledSubarray([...sights, ...sights], { minLength: sights.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([sights, again]) => {
        for (const sha of ["a", "b", "c"]) expect(tenureOf(again, sha)).toEqual(tenureOf(sights, sha));
      }),
      { numRuns: 3000 },
    );
  });

  it("begins no earlier than the newest sight of any other commit", () => {
    fc.assert(
      fc.property(anySights, (sights) => {
        const tenure = tenureOf(sights, "a");
        const others = sights.filter((one) => one.headSha !== "a").map((one) => one.seenAt);
        expect(tenure === undefined || tenure.since >= Math.max(0, ...others)).toBe(true);
      }),
    );
  });
});
