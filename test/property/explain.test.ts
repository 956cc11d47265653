import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentenceOf } from "../../src/domain/explain.ts";
import { reportOf } from "../../src/domain/report.ts";
import { anyVerdict, detailMark } from "./arbitrary-verdict.ts";

const audience = fc.constantFrom("members" as const, "public" as const);
const numRuns = 10_000;

describe("the sentence of any verdict", () => {
  it("has 140 code points at most, on one line, without a turn of direction or half a character", () => {
    fc.assert(
      fc.property(anyVerdict, audience, (verdict, reader) => {
        const sentence = sentenceOf(verdict, reader);
        expect([...sentence].length).toBeLessThanOrEqual(140);
        expect(sentence).not.toMatch(
          /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u,
        );
        expect(sentence).toBe(sentence.trim());
        expect(sentence).not.toBe("");
      }),
      { numRuns },
    );
  });

  it("[T31] tells the public no percentage, no burn rate and nothing that Prometheus said", () => {
    fc.assert(
      fc.property(anyVerdict, (verdict) => {
        const sentence = sentenceOf(verdict, "public");
        expect(sentence).not.toMatch(/%|\dx|NaN|Infinity|\de[+-]?\d/);
        expect(sentence).not.toContain(detailMark);
      }),
      { numRuns },
    );
  });

  it("[T31] is for the public the same whatever was measured, so that it is no oracle", () => {
    fc.assert(
      fc.property(anyVerdict, fc.double(), (verdict, other) => {
        const moved = JSON.parse(JSON.stringify(verdict), (key, one: unknown) =>
          ["remaining", "longBurn", "shortBurn"].includes(key) && typeof one === "number" ? other : one,
        ) as typeof verdict;
        const same = JSON.parse(JSON.stringify(verdict)) as typeof verdict;
        expect(sentenceOf(moved, "public")).toBe(sentenceOf(same, "public"));
      }),
      { numRuns: 3000 },
    );
  });

  it("gives members the numbers that the public does not get, so that the silence is not an accident", () => {
    const isNumber = /%|\dx/;
    const told = fc
      .sample(anyVerdict, { numRuns: 500, seed: 1 })
      .filter((one) => isNumber.test(sentenceOf(one, "members")));
    expect(told.length).toBeGreaterThan(50);
  });

  it("does not depend on anything but the verdict", () => {
    fc.assert(
      fc.property(anyVerdict, audience, (verdict, reader) => {
        expect(reportOf(structuredClone(verdict), reader)).toEqual(reportOf(verdict, reader));
      }),
    );
  });
});
