import { describe, expect, it } from "vitest";
import {
  bypassMark,
  type Claim,
  grant,
  placeOf,
  refusalFor,
  refusalOf,
  together,
} from "../../../src/domain/bypass.ts";
import {
  type BypassTerms,
  defaultBypassTerms,
  foldLabel,
  isAtLeast,
} from "../../../src/domain/bypass-terms.ts";
import { ann, bob, hour, madeClaim, minute, noon } from "./made-verdict.ts";

const robot = { id: 99, login: "deployer[bot]", isBot: true };

const causeOf = (claim: Partial<Claim>, terms: Partial<BypassTerms> = {}, now = noon): string | undefined =>
  refusalOf(madeClaim(claim), { ...defaultBypassTerms, ...terms }, now)?.cause;

const listing = (...ids: number[]): Partial<BypassTerms> => ({
  entitled: { permission: undefined, teams: [], users: [], ids },
});

describe("a claim to open the gate", () => {
  it("is refused for nothing when only authority is left to ask", () => {
    expect(causeOf({})).toBeUndefined();
  });

  it("[T8] is refused to a bot, and to a person who acts through an app", () => {
    expect(causeOf({ actor: robot })).toBe("bot");
    expect(causeOf({ isThroughApp: true })).toBe("through_app");
  });

  it("[T8] is not refused to a bot or through an app where the account is listed by its id", () => {
    expect(causeOf({ actor: robot }, listing(99))).toBeUndefined();
    expect(causeOf({ isThroughApp: true }, listing(ann.id))).toBeUndefined();
    expect(causeOf({ actor: robot }, listing(98))).toBe("bot");
  });

  it("[T7] is refused to the author, by id and whatever the login", () => {
    expect(causeOf({ author: ann })).toBe("author");
    expect(causeOf({ author: { ...ann, login: "renamed" } })).toBe("author");
    expect(causeOf({ author: { ...ann, id: 77 } })).toBeUndefined();
  });

  it("[T7] is refused to whoever pushed the commit, and where nobody knows who did", () => {
    expect(causeOf({ pusher: ann })).toBe("last_pusher");
    expect(causeOf({ pusher: undefined })).toBe("pusher_unknown");
  });

  it("[T7] is refused to a listed bot for its own change", () => {
    expect(causeOf({ actor: robot, author: robot }, listing(99))).toBe("author");
    expect(causeOf({ actor: robot, pusher: robot }, listing(99))).toBe("last_pusher");
  });

  it("[T7] is not refused for one's own change where the policy allows that", () => {
    const self = { self: "allowed" } as const;
    expect(causeOf({ author: ann }, self)).toBeUndefined();
    expect(causeOf({ pusher: ann }, self)).toBeUndefined();
    expect(causeOf({ pusher: undefined }, self)).toBeUndefined();
  });

  it("[T5] is refused for another commit, and where it is not shown for which", () => {
    expect(causeOf({ onThisHead: "no" })).toBe("other_commit");
    expect(causeOf({ onThisHead: "unknown" })).toBe("commit_unknown");
    expect(causeOf({ onThisHead: "no" }, { self: "allowed" })).toBe("other_commit");
  });

  it("[T9] is refused from the very moment at which it expires", () => {
    expect(causeOf({ appliedAt: noon - 4 * hour + 1 })).toBeUndefined();
    expect(causeOf({ appliedAt: noon - 4 * hour })).toBe("expired");
    expect(causeOf({}, { expiresMs: 30 * minute })).toBe("expired");
  });

  it("[T11] is refused without a reason only where the policy demands one", () => {
    expect(causeOf({ reason: undefined })).toBeUndefined();
    expect(causeOf({ reason: undefined }, { reason: "required" })).toBe("no_reason");
    expect(causeOf({ reason: "INC-42" }, { reason: "required" })).toBeUndefined();
  });

  it("[T6] is refused in the name of who made it, for the causes that others find", () => {
    for (const cause of ["not_entitled", "shared_commit"] as const) {
      expect(refusalFor(madeClaim(), cause)).toEqual({
        cause,
        means: { kind: "label", label: "hotfix" },
        actor: ann,
        pull: 7,
      });
    }
  });

  it("[T9] grants for a while, counted from when the label was applied", () => {
    const bypass = grant(madeClaim(), defaultBypassTerms, "team acme/sre");
    expect(bypass.until).toBe(noon + 3 * hour);
    expect(bypass).toMatchObject({ actor: ann, reason: "INC-42", entitledThrough: "team acme/sre", pull: 7 });
  });
});

describe("two people's bypass", () => {
  const early = grant(madeClaim(), defaultBypassTerms, "team acme/sre");
  const late = grant(madeClaim({ actor: bob, appliedAt: noon }), defaultBypassTerms, "user bob");

  it("[T9] ends with the first of the two, whichever is named first", () => {
    expect(together(early, late)?.until).toBe(early.until);
    expect(together(late, early)?.until).toBe(early.until);
  });

  it("[T6] is none of one account, nor of what is nobody's", () => {
    expect(together(early, { ...late, actor: { ...ann, login: "renamed" } })).toBeUndefined();
    expect(together(early, { ...late, actor: undefined })).toBeUndefined();
  });

  it("[T8] is none of one person's by two means, of a bot's, or of nobody's, whoever is named first", () => {
    for (const actor of [ann, robot, undefined]) {
      expect(together(early, { ...late, actor })).toBeUndefined();
      expect(together({ ...late, actor }, early)).toBeUndefined();
    }
  });
});

describe("a place of the quota", () => {
  it("is one for each pull request of a commit, however often it is asked for", () => {
    const first = grant(madeClaim(), defaultBypassTerms, "team acme/sre");
    const places = [
      first,
      { ...first, appliedAt: noon },
      { ...first, pull: 8 },
      { ...first, pull: undefined },
    ];
    expect(new Set(places.map((one) => placeOf(one))).size).toBe(3);
    expect(new Set(places.map((one) => bypassMark(one))).size).toBe(4);
  });
});

describe("the terms of a policy that writes none", () => {
  it("[T6] [T7] [T9] entitle maintainers other than the author for four hours, by the label `hotfix`", () => {
    expect(defaultBypassTerms).toEqual({
      labels: ["hotfix"],
      entitled: { permission: "maintain", teams: [], users: [], ids: [] },
      expiresMs: 4 * hour,
      reason: "optional",
      self: "refused",
      people: 1,
      quota: undefined,
      ticket: undefined,
      tags: [],
      signers: [],
    });
  });

  it("[T6] know GitHub's roles in their order, and take an unknown role for none", () => {
    expect(
      ["read", "triage", "write", "maintain", "admin"].map((role) => isAtLeast(role, "maintain")),
    ).toEqual([false, false, false, true, true]);
    for (const role of ["", "owner", "Admin", "admin ", "none"])
      expect(isAtLeast(role, "read"), role).toBe(false);
  });
});

describe("a label's name", () => {
  it.each(["hotfix", "Hotfix", "HOTFIX", " hotfix ", "ｈｏｔｆｉｘ", "hot\uFB01x"])(
    "[T10] %j is `hotfix`",
    (name) => {
      expect(foldLabel(name)).toBe("hotfix");
    },
  );

  it.each([
    ["h\u043Etfix", "a Cyrillic о"],
    ["hotf\u0456x", "a Cyrillic і"],
    ["h\u03BFtfix", "a Greek ο"],
    ["hot\u200Bfix", "a space without width"],
    ["hot\u00ADfix", "a soft hyphen"],
    ["hot\u202Efix", "a turn of direction"],
    ["hot-fix", "a hyphen"],
    ["hotfíx", "an accent"],
  ])("[T10] %j is another label: %s", (name) => {
    expect(foldLabel(name)).not.toBe("hotfix");
  });
});
