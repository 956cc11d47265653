import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  admissionTo,
  afterProbe,
  afterQuestion,
  type Breaker,
  closedBreaker,
  doubtedAfter,
  type Heard,
  pauses,
  whileProbed,
} from "../../../src/prometheus/breaker.ts";

const now = 1_000_000;

/** What a source is after so many questions that came to nothing. */
const silentFor = (count: number): Breaker =>
  Array.from({ length: count }).reduce<Breaker>((breaker) => afterQuestion(breaker, "silent"), closedBreaker);

/** What it is after so many probes that came to nothing, each as soon as it was due. */
function shutBy(probes: number, jitter = 0): Extract<Breaker, { kind: "open" }> {
  let breaker = silentFor(doubtedAfter);
  let at = now;
  for (let probe = 0; probe < probes; probe += 1) {
    breaker = afterProbe(whileProbed(breaker), "silent", at, jitter);
    if (breaker.kind === "open" && probe < probes - 1) at = breaker.until;
  }
  if (breaker.kind !== "open") throw new Error("it is not open");
  return breaker;
}

describe("a data source's breaker", () => {
  it("doubts it after five questions in a row that came to nothing, and not after four", () => {
    expect(admissionTo(silentFor(doubtedAfter - 1), now)).toEqual({ kind: "ask" });
    expect(admissionTo(silentFor(doubtedAfter), now)).toEqual({ kind: "probe" });
    expect(doubtedAfter).toBe(5);
  });

  it("counts anew after any answer", () => {
    const answered = afterQuestion(silentFor(doubtedAfter - 1), "answered");
    expect(admissionTo(afterQuestion(answered, "silent"), now)).toEqual({ kind: "ask" });
  });

  it("opens by a probe that came to nothing, and by nothing else", () => {
    const doubted = whileProbed(silentFor(doubtedAfter));
    expect(afterQuestion(doubted, "silent")).toBe(doubted);
    expect(afterProbe(doubted, "answered", now, 0)).toBe(closedBreaker);
    const until = now + 15_000;
    expect(admissionTo(afterProbe(doubted, "silent", now, 0), now)).toEqual({ kind: "refuse", until });
  });

  it("asks nobody until its pause is over, then sends one probe that the others wait for", () => {
    const shut = shutBy(1);
    expect(admissionTo(shut, shut.until - 1)).toMatchObject({ kind: "refuse" });
    expect(admissionTo(shut, shut.until)).toEqual({ kind: "probe" });
    expect(admissionTo(whileProbed(shut), shut.until)).toEqual({ kind: "join" });
  });

  it("waits twice as long after each probe that came to nothing, up to two minutes", () => {
    const waits = [1, 2, 3, 4, 5, 6].map((probes) => shutBy(probes)).map(({ since, until }) => until - since);
    expect(waits).toEqual([15_000, 30_000, 60_000, 120_000, 120_000, 120_000]);
  });

  it("waits up to a fifth less by chance, and doubles the whole", () => {
    const [first, second] = [shutBy(1, 1), shutBy(2, 0.5)];
    expect(first.until - first.since).toBe(12_000);
    expect(second.until - second.since).toBe(27_000);
  });

  it("begins with the short pause again once it was closed", () => {
    const closed = afterProbe(whileProbed(shutBy(4)), "answered", now, 0);
    expect(closed).toBe(closedBreaker);
    expect(whileProbed(silentFor(doubtedAfter))).toEqual({ kind: "half_open", nextPauseMs: pauses.firstMs });
  });

  it("hears nothing of what was asked before it was shut", () => {
    const shut = shutBy(1);
    expect(afterQuestion(shut, "answered")).toBe(shut);
    expect(afterProbe(shut, "answered", now, 0)).toBe(shut);
  });

  it("is not kept shut by a clock that was set back", () => {
    const shut = shutBy(1);
    expect(admissionTo(shut, shut.since - 1)).toEqual({ kind: "probe" });
  });

  it("never sends two probes at once, whatever is heard in which order", () => {
    const heard = fc.constantFrom<Heard>("answered", "silent");
    const step = fc.oneof(
      fc.record({ kind: fc.constant("question" as const), heard }),
      fc.record({
        kind: fc.constant("probe" as const),
        heard,
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: -5000, max: 60_000 }) }),
      fc.record({ kind: fc.constant("ask" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [breaker, at, probes]: [Breaker, number, number] = [closedBreaker, now, 0];
        for (const one of steps) {
          if (one.kind === "wait") at += one.ms;
          else if (one.kind === "question") breaker = afterQuestion(breaker, one.heard);
          else if (one.kind === "ask" && admissionTo(breaker, at).kind === "probe") {
            probes += 1;
            breaker = whileProbed(breaker);
          } else if (one.kind === "probe" && probes > 0) {
            probes -= 1;
            breaker = afterProbe(breaker, one.heard, at, one.jitter);
          }
          expect(probes).toBeLessThanOrEqual(1);
          expect(breaker.kind === "half_open").toBe(probes === 1);
        }
      }),
    );
  });
});
