import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Gate,
  matchesBranch,
  matchesGlob,
  parseSubjectKey,
  type Subject,
  subjectKey,
  subjectOf,
} from "../../../src/domain/subject.ts";
import { ann, noon } from "./made-verdict.ts";

const sha = fc.stringMatching(/^[0-9a-f]{40}$/);
const name = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom("main", "release/1:2", "a:b:c", "ünï/🔥", "4:x"),
);
const anyGate: fc.Arbitrary<Gate> = fc.oneof(
  fc.constantFrom({ kind: "pull_request" } as const, { kind: "merge_group" } as const),
  fc.record({ kind: fc.constant("environment" as const), environment: name, runId: fc.nat() }),
  fc.record({ kind: fc.constant("deployment" as const), environment: name }),
);
const anySubject: fc.Arbitrary<Subject> = fc.record({
  repositoryId: fc.nat(3),
  headSha: sha,
  baseRef: name,
  gate: anyGate,
});

describe("a subject's key", () => {
  it("[T4] reads back to the same subject, whatever the branch is called", () => {
    fc.assert(
      fc.property(anySubject, (subject) => {
        expect(parseSubjectKey(subjectKey(subject))).toEqual(subject);
      }),
    );
  });

  it("[T3] differs wherever repository, head, base or gate differ", () => {
    fc.assert(
      fc.property(anySubject, anySubject, (a, b) => {
        expect(subjectKey(a) === subjectKey({ ...b, headSha: a.headSha })).toBe(
          isDeepStrictEqual({ ...a }, { ...b, headSha: a.headSha }),
        );
        expect(subjectKey(a) === subjectKey(b)).toBe(isDeepStrictEqual({ ...a }, { ...b }));
      }),
    );
  });

  it.each([
    "",
    "1",
    "1:abc:pull_request:main",
    `x:${"a".repeat(40)}:pull_request:main`,
    `1:${"a".repeat(40)}:pull_request:`,
    `1:${"a".repeat(40)}:main`,
    `1:${"a".repeat(40)}:mountain_gate:main`,
    `1:${"G".repeat(40)}:pull_request:main`,
    `1:${"a".repeat(40)}:environment:x:4:mainprod`,
    `1:${"a".repeat(40)}:environment:5:9:mainprod`,
    `1:${"a".repeat(40)}:deployment:4:main`,
    `1:${"a".repeat(40)}:deployment:mainprod`,
  ])("is not read from %j", (key) => {
    expect(parseSubjectKey(key)).toBeUndefined();
  });

  it("[T3] keeps two pull requests with one head apart by their base", () => {
    const pull = {
      repositoryId: 5,
      number: 1,
      headSha: "a".repeat(40),
      baseRef: "main",
      author: ann,
      isOpen: true,
      isDraft: false,
      labels: [],
      updatedAt: noon,
    };
    expect(subjectKey(subjectOf(pull))).toBe(subjectKey(subjectOf({ ...pull, number: 2 })));
    expect(subjectKey(subjectOf(pull))).not.toBe(subjectKey(subjectOf({ ...pull, baseRef: "release/1" })));
  });
});

describe("a branch glob", () => {
  it.each([
    ["main", "main", true],
    ["main", "Main", false],
    ["mainline", "main", false],
    ["release/1", "release/*", true],
    ["release/", "release/*", true],
    ["release/1/hotfix", "release/*", false],
    ["release/1/hotfix", "release/**", true],
    ["release/1/hotfix", "**/hotfix", true],
    ["release/1/hotfix", "release/*/hotfix", true],
    ["feature/a-b", "*/a-*", true],
    ["anything/at/all", "**", true],
    ["", "**", true],
    ["a", "", false],
    ["", "", true],
    ["a.c", "a?c", false],
    ["abc", "a.c", false],
    ["a+b(c)[d]{e}|f^$", "a+b(c)[d]{e}|f^$", true],
    ["a/b", "***", true],
    ["ab", "a**b", true],
    ["a/x/b", "a**b", true],
    ["a/x/b", "a*b", false],
  ])("says of %j and %j: %s", (name, glob, isMatch) => {
    expect(matchesGlob(name, glob)).toBe(isMatch);
  });

  it("is one of several", () => {
    expect(matchesBranch("release/2", ["main", "release/*"])).toBe(true);
    expect(matchesBranch("topic", ["main", "release/*"])).toBe(false);
    expect(matchesBranch("main", [])).toBe(false);
  });

  // A few stars and slashes on short names, so that an expression engine may be trusted with the truth.
  it("[T34] agrees with the regular expression that it means, without being one", () => {
    const letters = (alphabet: string[], maxLength: number) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength }).map((all) => all.join(""));
    fc.assert(
      fc.property(letters(["a", "b", "/"], 8), letters(["a", "b", "/", "*", "**"], 6), (name, glob) => {
        const meant = glob.replaceAll(/\*\*|\*/g, (star) => (star === "**" ? ".*" : "[^/]*"));
        expect(matchesGlob(name, glob), `${name} ~ ${glob}`).toBe(new RegExp(`^${meant}$`).test(name));
      }),
      { numRuns: 5000 },
    );
  });

  it("[T34] answers about a name of 10,000 letters and a glob of 200 stars", () => {
    const name = "a".repeat(10_000);
    for (const star of ["*", "**", "a*", "*a", "**a*"]) {
      expect(matchesGlob(name, `${star.repeat(200)}b`), star).toBe(false);
      expect(matchesGlob(name, star.repeat(200)), star).toBe(true);
    }
    expect(matchesGlob(`${"a".repeat(5000)}/${"a".repeat(5000)}`, "*".repeat(199))).toBe(true);
    expect(matchesGlob(`${"a".repeat(5000)}/${"a".repeat(5000)}`, "*a".repeat(100))).toBe(false);
  });
});
