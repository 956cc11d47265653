import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  approvalWords,
  gaveUpWords,
  rejectionWords,
  unansweredWords,
  waitingWords,
} from "../../src/domain/answer-words.ts";
import { defaultBypassTerms } from "../../src/domain/bypass-terms.ts";
import { anyVerdict } from "./arbitrary-verdict.ts";

const audience = fc.constantFrom("members" as const, "public" as const);

it("says no more than GitHub takes, of any verdict", () => {
  fc.assert(
    fc.property(anyVerdict, audience, (one, reader) => {
      for (const words of [
        approvalWords(one, reader),
        rejectionWords(one, reader),
        waitingWords(one, reader, one.at + 300_000),
      ])
        expect(words.length).toBeLessThanOrEqual(1024);
      expect(rejectionWords(one, reader)).toMatch(/Re-run the failed job when/);
    }),
  );
});

it("gives up reasons before it gives up the way on", () => {
  const reason = {
    kind: "unmeasured",
    objective: "o".repeat(37),
    windowMs: 300_000,
    why: "unreachable",
    detail: "[".repeat(60),
    weight: "block",
  } as const;
  fc.assert(
    fc.property(anyVerdict, fc.integer({ min: 6, max: 50 }), (one, count) => {
      const reasons = Array.from({ length: count }, (_, index) => ({
        ...reason,
        objective: `${reason.objective}${index}`,
      }));
      const words = rejectionWords({ ...one, decision: { outcome: "inconclusive", reasons } }, "members");
      expect(words.length).toBeLessThanOrEqual(1024);
      expect(words).toMatch(/- and \d+ more\n\nRe-run the failed job when/);
    }),
  );
});

it("tells a cause once, with every window that it has", () => {
  const missing = { kind: "unmeasured", why: "no_data", detail: "", weight: "block" } as const;
  const reasons = [300_000, 3_600_000].flatMap((windowMs) =>
    ["cart", "checkout"].map((objective) => ({ ...missing, objective, windowMs })),
  );
  const [verdict] = fc.sample(anyVerdict, 1);
  if (verdict === undefined) throw new Error("no verdict");
  const words = rejectionWords({ ...verdict, decision: { outcome: "inconclusive", reasons } }, "members");
  expect(words.match(/^- .*$/gm)).toEqual([
    "- Not measured&#58; cart 5m, 1h&#58; no data.",
    "- Not measured&#58; checkout 5m, 1h&#58; no data.",
  ]);
});

it("names no tag where two people are needed and only signatures could open the gate", () => {
  const [verdict] = fc.sample(anyVerdict, 1);
  if (verdict === undefined) throw new Error("no verdict");
  const terms = { ...defaultBypassTerms, entitled: { teams: [], users: [], ids: [], permission: undefined } };
  const words = (people: 1 | 2): string =>
    rejectionWords(
      {
        ...verdict,
        bypass: { kind: "none" },
        terms: { ...terms, tags: ["hotfix-*"], signers: ["rel@acme.example"], people },
      },
      "members",
    );
  expect(words(1)).toContain('tag "hotfix-&#42;" on this commit');
  expect(words(2)).toContain("The policy lets nobody open the gate by hand.");
});

it("names a cause, however much room that takes", () => {
  const reason = {
    kind: "unmeasured",
    objective: "[".repeat(200),
    windowMs: 300_000,
    why: "unreachable",
    detail: "[".repeat(200),
    weight: "block",
  } as const;
  const terms = { ...defaultBypassTerms, labels: ["[".repeat(50)], tags: ["[".repeat(50)] };
  fc.assert(
    fc.property(anyVerdict, fc.integer({ min: 1, max: 50 }), (one, count) => {
      const reasons = Array.from({ length: count }, () => reason);
      const verdict = { ...one, terms, decision: { outcome: "inconclusive", reasons } } as const;
      for (const silent of [undefined, "[".repeat(300)]) {
        const words = rejectionWords(verdict, "members", silent);
        expect(words.length).toBeLessThanOrEqual(1024);
        expect(words).toMatch(/^- Not measured[^]*Re-run the failed job when/m);
      }
    }),
  );
});

it("lets what others wrote be no markup, ping nobody and take no room without end", () => {
  const texts = [gaveUpWords, (text: string) => unansweredWords(text, 1, 0)];
  fc.assert(
    fc.property(
      fc.string({ maxLength: 3000, unit: "grapheme" }),
      fc.constantFrom(...texts),
      (text, words) => {
        const said = words(`${text} @ann #1 [a](b) <b>`);
        expect(said.length).toBeLessThanOrEqual(1024);
        expect(said).not.toMatch(/@|(?<!&)#|[[\]<>]/);
      },
    ),
  );
});
