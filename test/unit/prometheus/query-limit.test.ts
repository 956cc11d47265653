import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queryLimitOf } from "../../../src/prometheus/query-limit.ts";

describe("a limit of queries a minute", () => {
  it("lets so many through, and tells when the next one may come", () => {
    const limit = queryLimitOf(2);
    expect([0, 1000, 2000].map((now) => limit.spend("a", now))).toEqual([
      { kind: "spent" },
      { kind: "spent" },
      { kind: "over", until: 60_000 },
    ]);
    expect(limit.spend("a", 59_999).kind).toBe("over");
    expect(limit.spend("a", 60_000).kind).toBe("spent");
    expect(limit.spend("a", 60_000)).toEqual({ kind: "over", until: 61_000 });
  });

  it("is each asker's own", () => {
    const limit = queryLimitOf(1);
    expect(["a", "b", "a"].map((asker) => limit.spend(asker, 0).kind)).toEqual(["spent", "spent", "over"]);
  });

  it("does not hold anybody back after the clock was set back", () => {
    const limit = queryLimitOf(1);
    limit.spend("a", 3_600_000);
    expect(limit.spend("a", 0).kind).toBe("spent");
  });

  it("is kept in any minute, wherever it begins", () => {
    const ask = fc.record({ asker: fc.constantFrom("a", "b"), afterMs: fc.integer({ min: 0, max: 20_000 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(ask, { maxLength: 80 }), (perMinute, asks) => {
        const limit = queryLimitOf(perMinute);
        const sent: Record<string, number[]> = { a: [], b: [] };
        let now = 0;
        for (const { asker, afterMs } of asks) {
          now += afterMs;
          const before = (sent[asker] ?? []).filter((at) => at > now - 60_000).length;
          const { kind } = limit.spend(asker, now);
          expect(kind).toBe(before < perMinute ? "spent" : "over");
          if (kind === "spent") sent[asker]?.push(now);
        }
      }),
    );
  });
});
