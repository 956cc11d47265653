import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cut,
  fitSentence,
  formatRate,
  formatShare,
  maxDescriptionLength,
  oneLine,
} from "../../../src/domain/sentence.ts";

const filler = (length: number): string => "x".repeat(length);

describe("fitting a sentence into a status", () => {
  it("joins what has room and leaves empty parts out", () => {
    expect(
      fitSentence([
        { text: "a.", spare: 0 },
        { text: "", spare: 0 },
        { text: "b.", spare: 3 },
      ]),
    ).toBe("a. b.");
  });

  it("gives up the most spare part first, then the next, and never the cause", () => {
    const parts = [
      { text: "cause", spare: 0 },
      { text: filler(70), spare: 3 },
      { text: filler(60), spare: 1 },
      { text: "end", spare: 2 },
    ];
    expect(fitSentence(parts)).toBe(`cause ${filler(60)} end`);
    expect(fitSentence([...parts, { text: filler(130), spare: 0 }])).toBe(`cause ${filler(130)}`);
  });

  it("cuts what is still too long, and shows that it did", () => {
    const text = fitSentence([{ text: filler(300), spare: 0 }]);
    expect([...text]).toHaveLength(maxDescriptionLength);
    expect(text.endsWith("…")).toBe(true);
  });

  it("counts code points, as GitHub does: 140 faces fit, 141 do not", () => {
    expect(fitSentence([{ text: "🔥".repeat(140), spare: 0 }])).toBe("🔥".repeat(140));
    expect(fitSentence([{ text: "🔥".repeat(141), spare: 0 }])).toBe(`${"🔥".repeat(139)}…`);
    expect(cut("🔥🔥🔥", 2)).toBe("🔥…");
  });

  it("is one line of at most 140 code points for any parts", () => {
    const part = fc.record({ text: fc.string({ unit: "binary", maxLength: 90 }), spare: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = fitSentence(parts);
        expect([...text].length).toBeLessThanOrEqual(maxDescriptionLength);
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("text on one line", () => {
  it.each([
    ["a\r\nb", "a b"],
    ["a\u2028b\u2029c", "a b c"],
    ["a\u0000\u001b[31mb", "a [31mb"],
    ["\u202Eevil\u202C", "evil"],
    ["a\u200F\u200E\u061Cb", "a b"],
    ["a\u2066b\u2069c", "a b c"],
    ["half \uD83D pair", "half pair"],
    ["  a   b  ", "a b"],
  ])("turns %j into %j", (raw, clean) => {
    expect(oneLine(raw)).toBe(clean);
  });
});

describe("a burn rate in words", () => {
  it("has as few digits as still tell it from the threshold", () => {
    expect(formatRate(7.2345, 6)).toBe("7.23x");
    expect(formatRate(6.0001, 6)).toBe("6.0001x");
    expect(formatRate(6, 6.0001)).toBe("6x");
    expect(formatRate(14.4)).toBe("14.4x");
    expect(formatRate(0)).toBe("0x");
  });

  it("never reads `6x > 6x`: a larger rate reads larger, however close", () => {
    const rate = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(rate, fc.double({ min: 1e-12, max: 1, noNaN: true }), (threshold, excess) => {
        const burn = threshold * (1 + excess);
        fc.pre(burn > threshold);
        const [a, b] = [formatRate(burn, threshold), formatRate(threshold, burn)];
        expect(Number.parseFloat(a), `${a} > ${b}`).toBeGreaterThan(Number.parseFloat(b));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a share in words", () => {
  it.each([
    [1, "100%"],
    [0.319, "31%"],
    [0.31, "31%"],
    [0.0449, "4.4%"],
    [0.0004, "0%"],
    [0, "0%"],
    [-0.0001, "-0.1%"],
    [-0.121, "-13%"],
    [-249, "-24900%"],
  ])("says %d as %s, never more than there is", (ratio, text) => {
    expect(formatShare(ratio)).toBe(text);
  });

  it("never flatters", () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1, noNaN: true }), (ratio) => {
        expect(Number.parseFloat(formatShare(ratio))).toBeLessThanOrEqual(ratio * 100 + 1e-6);
      }),
    );
  });
});
