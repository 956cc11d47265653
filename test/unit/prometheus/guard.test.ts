import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failed } from "../../../src/gate/failure.ts";
import { doubtedAfter } from "../../../src/prometheus/breaker.ts";
import { longestLookMs } from "../../../src/prometheus/guard.ts";
import { longestLine } from "../../../src/prometheus/turns.ts";
import { answer, guardedWorld as world, noon, settled, silence } from "./guarded-world.ts";

const shutUntil = (time: string): string => `unreachable: does not answer and is not asked until ${time}Z`;

describe("a data source that falls silent", () => {
  it("is asked no more after five questions and a probe, and says until when", async () => {
    const { self, sent, ask, askTimes, states, unasked } = world();
    self.reply = failed(silence);
    await askTimes(doubtedAfter);
    expect(await ask()).toBe(shutUntil("12:00:15"));
    expect(sent).toEqual([...Array<string>(5).fill("up"), "vector(1)"]);
    for (let one = 0; one < 3; one += 1) expect(await ask(2)).toBe(shutUntil("12:00:15"));
    expect(sent).toHaveLength(6);
    expect(states).toEqual([{ kind: "half_open" }, { kind: "open", until: noon + 15_000 }]);
    expect(unasked).toEqual([[1, "open"], ...Array.from({ length: 3 }, () => [2, "open"])]);
  });

  it("is asked again once a probe is answered", async () => {
    const { self, sent, ask, askTimes, states } = world();
    self.reply = failed(silence);
    await askTimes(doubtedAfter + 1);
    self.reply = answer;
    self.now += 14_999;
    expect(await ask()).toBe(shutUntil("12:00:15"));
    self.now += 1;
    expect(await ask()).toBe("answered");
    expect(sent.slice(6)).toEqual(["vector(1)", "up"]);
    expect(states.at(-1)).toEqual({ kind: "closed" });
  });

  it("is probed once, and whoever asks meanwhile waits for that", async () => {
    const { self, sent, pending, ask, askTimes } = world();
    self.reply = failed(silence);
    await askTimes(doubtedAfter + 1);
    self.reply = undefined;
    self.now += 15_000;
    const asked = Promise.all([ask(1), ask(2), ask(3)]);
    await settled();
    expect(sent.slice(6)).toEqual(["vector(1)"]);
    pending[0]?.answer(failed(silence));
    expect(await asked).toEqual(Array(3).fill(shutUntil("12:00:45")));
    expect(sent).toHaveLength(7);
  });

  it("is not shut to others by one repository's heavy queries", async () => {
    const { self, pending, ask, askTimes, states } = world();
    self.reply = failed(silence);
    await askTimes(doubtedAfter);
    self.reply = undefined;
    const other = ask(2, "light");
    await settled();
    pending[0]?.answer(answer);
    await settled();
    expect(pending.map(({ expression }) => expression)).toEqual(["light"]);
    pending[0]?.answer(answer);
    expect(await other).toBe("answered");
    expect(states.map(({ kind }) => kind)).toEqual(["half_open", "closed"]);
  });

  it.each(["rejected", "refused", "malformed", "too_large", "gone"] as const)(
    "is not thought silent where it says something: %s",
    async (kind) => {
      const { self, sent, askTimes, states } = world();
      self.reply = failed({ kind, detail: "no" });
      await askTimes(20);
      expect(sent).toEqual(Array(20).fill("up"));
      expect(states).toEqual([]);
    },
  );

  it("lets go at once of all who stand in line", async () => {
    const { pending, sent, ask } = world({ maxConcurrent: 5 });
    const asked = Promise.all(Array.from({ length: 40 }, async () => ask()));
    await settled();
    while (pending.length > 0) {
      pending[0]?.answer(failed(silence));
      await settled();
    }
    const told = await asked;
    expect(told.filter((one) => one === shutUntil("12:00:15"))).toHaveLength(40 - 9);
    expect(sent.filter((one) => one === "up")).toHaveLength(9);
  });
});

describe("a repository", () => {
  it("is not answered beyond its queries a minute, and others are", async () => {
    const { self, sent, ask, unasked } = world({ maxQueriesPerMinute: 2 });
    self.reply = answer;
    expect([await ask(1), await ask(1), await ask(1), await ask(2)]).toEqual([
      "answered",
      "answered",
      "rate_limited: 2 queries a minute are spent until 12:01:00Z",
      "answered",
    ]);
    expect(sent).toHaveLength(3);
    expect(unasked).toEqual([[1, "limit"]]);
  });

  it("may ask 600 times a minute, eight at once, where nothing else is said", async () => {
    const { self, pending, ask, askTimes } = world();
    const asked = Promise.all(Array.from({ length: 20 }, async () => ask()));
    await settled();
    expect(pending).toHaveLength(8);
    self.reply = answer;
    while (pending.length > 0) {
      pending[0]?.answer(answer);
      await settled();
    }
    await asked;
    await askTimes(579);
    expect([await ask(), await ask()]).toEqual([
      "answered",
      "rate_limited: 600 queries a minute are spent until 12:01:00Z",
    ]);
  });

  it("is told at once when its line is too long", async () => {
    const { ask, unasked } = world({ maxConcurrent: 1 });
    for (let one = 0; one <= longestLine; one += 1) void ask(1);
    expect(await ask(1)).toBe(`rate_limited: ${longestLine} queries wait already`);
    expect(unasked).toEqual([[1, "line"]]);
  });

  it("is told of what one look was not answered once", async () => {
    const { self, source, unasked } = world({ maxQueriesPerMinute: 1 });
    self.reply = answer;
    const look = source.look(1);
    for (let one = 0; one < 4; one += 1) await look.query("up", noon);
    expect(unasked).toEqual([[1, "limit"]]);
  });
});

describe("a look", () => {
  const over = `timed_out: the look took longer than ${longestLookMs / 1000}s`;

  it("ends in time: what is under way, what stands in line, and what comes after", async () => {
    const { self, source, sent, unasked } = world({ maxConcurrent: 1 });
    const look = source.look(1);
    const asked = [look.query("a", noon), look.query("b", noon)];
    await settled();
    self.looks[0]?.abort();
    const replies = [...(await Promise.all(asked)), await look.query("c", noon)];
    expect(replies.map((one) => !one.ok && `${one.failure.kind}: ${one.failure.detail}`)).toEqual([
      over,
      over,
      over,
    ]);
    expect(sent).toEqual(["a"]);
    expect(unasked).toEqual([[1, "look"]]);
  });

  it("ends in time also where it waits for another one's probe, which goes on", async () => {
    const { self, ask, askTimes, pending, states } = world();
    self.reply = failed(silence);
    await askTimes(doubtedAfter);
    self.reply = undefined;
    const asked = ask();
    await settled();
    self.looks.at(-1)?.abort();
    expect(await asked).toBe(over);
    pending[0]?.answer(answer);
    await settled();
    expect(states.at(-1)).toEqual({ kind: "closed" });
  });

  it("that ends tells nothing against the source", async () => {
    const { self, ask, states, sent } = world();
    for (let one = 0; one < 3 * doubtedAfter; one += 1) {
      const asked = ask();
      await settled();
      self.looks.at(-1)?.abort();
      await asked;
    }
    expect(sent).toEqual(Array(3 * doubtedAfter).fill("up"));
    expect(states).toEqual([]);
  });
});

describe("whatever happens", () => {
  it("no more than the cap is under way, one probe at most, and every question ends", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const), repository: fc.nat(3) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("hear" as const), isSilent: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("silence" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), look: fc.nat(30) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { minLength: 10, maxLength: 80 }),
        async (maxConcurrent, steps) => {
          const { self, pending, states, sent, ask } = world({ maxConcurrent });
          const asked: Promise<string>[] = [];
          for (const one of steps) {
            const before = sent.length;
            const wasShut = (states.at(-1) ?? { kind: "closed" as const }).kind === "open";
            if (one.kind === "ask") asked.push(ask(one.repository));
            else if (one.kind === "wait") self.now += one.ms;
            else if (one.kind === "end") self.looks[one.look]?.abort();
            else if (one.kind === "hear") pending[0]?.answer(one.isSilent ? failed(silence) : answer);
            else for (const each of pending.slice()) each.answer(failed(silence));
            await settled();
            expect(pending.length).toBeLessThanOrEqual(maxConcurrent);
            expect(pending.filter(({ expression }) => expression === "vector(1)").length).toBeLessThanOrEqual(
              1,
            );
            if (wasShut && sent.length > before) expect(sent[before]).toBe("vector(1)");
          }
          while (pending.length > 0) {
            pending[0]?.answer(answer);
            await settled();
          }
          expect((await Promise.all(asked)).length).toBe(asked.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
