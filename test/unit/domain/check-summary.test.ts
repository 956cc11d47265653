import { describe, expect, it } from "vitest";
import { type BypassTerms, defaultBypassTerms } from "../../../src/domain/bypass-terms.ts";
import { type CheckEvidence, checkReportOf } from "../../../src/domain/check-report.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { cho, granted, hour, madeVerdict } from "./made-verdict.ts";
import { evidence } from "./made-evidence.ts";

describe("what is said besides", () => {
  const summaryOf = (verdict: Partial<Verdict>, more: Partial<CheckEvidence> = {}) =>
    checkReportOf(evidence(verdict, more)).summary;

  it("is who opened the gate, until when, with what and why", () => {
    expect(summaryOf({ bypass: granted })).toMatch(
      /^\*\*The gate is open until 14:05Z\*\*: bypassed by <code>ann<\/code> \(team acme\/sre\) with the label <code>hotfix<\/code> on pull request 7\. Reason: INC-42\n\n\*\*What would hold the gate\*\*/,
    );
  });

  it("is that a policy that observes holds nothing, and so nothing needs opening", () => {
    const summary = summaryOf({ mode: "observe" });
    expect(summary).toMatch(/^\*\*The gate would be held\*\*\. The policy only observes, so nothing is\./);
    expect(summary).not.toContain("What opens it");
  });

  it("is when the gate opens by itself, to members", () => {
    expect(summaryOf({})).toContain("- By itself, at about 12:09Z if errors stop now.");
    expect(summaryOf({}, { audience: "public" })).toContain(
      "- By itself, once no rule holds the gate any more.",
    );
  });

  it("[T31] names the rule that holds the gate to members, and not to the public, whom its name would tell how fast", () => {
    expect(summaryOf({})).toContain("(rule <code>");
    expect(summaryOf({}, { audience: "public" })).not.toContain("rule <code>");
  });

  it("is why a label did not open it", () => {
    const bypass = {
      kind: "refused",
      refusal: { cause: "author", means: { kind: "label", label: "hotfix" }, actor: cho, pull: 7 },
    } as const;
    expect(summaryOf({ bypass })).toContain(
      '**What did not open it**\n\n- Label "hotfix" by &#64;\u2060cho refused',
    );
  });

  it("is everybody who may open it and how, or that nobody may", () => {
    const terms = {
      ...defaultBypassTerms,
      labels: ["hotfix", "break|glass"],
      entitled: { permission: "admin", teams: ["acme/sre"], users: ["ann"], ids: [4711] },
      expiresMs: 2 * hour,
      reason: "required",
      self: "allowed",
    } as const;
    expect(summaryOf({ terms })).toContain(
      "- By hand: the label <code>hotfix</code> or <code>break&#124;glass</code> or a comment or review <code>/burngate bypass why</code> on the pull request, by a member of <code>acme/sre</code>, somebody with the role <code>admin</code> or a stronger one, <code>ann</code> or the account 4711; with a reason: in the command or a line <code>Hotfix&#58; why</code> in the description or a comment. It opens the gate for this commit, for 2h.",
    );
    const nobody = { permission: undefined, teams: [], users: [], ids: [] };
    expect(summaryOf({ terms: { ...terms, entitled: nobody } })).toContain(
      "- By hand: the policy lets nobody open it.",
    );
  });

  describe("of a deployment", () => {
    const gate = { kind: "deployment", environment: "prod" } as const;
    const { subject } = madeVerdict();
    const tags = { tags: ["hotfix-*"], signers: ["ann@acme.example"] };
    const byHandIn = (terms: Partial<BypassTerms>): readonly string[] =>
      summaryOf({ subject: { ...subject, gate }, terms: { ...defaultBypassTerms, ...terms } })
        .split("\n")
        .filter((line) => line.startsWith("- By hand"));

    it("names the tag for the people who may, and apart from them who may sign it", () => {
      expect(byHandIn(tags)).toEqual([
        "- By hand: a tag <code>hotfix-&#42;</code> on the commit or the label <code>hotfix</code> or a comment or review <code>/burngate bypass why</code> on the pull request that was merged as it, by somebody with the role <code>maintain</code> or a stronger one; not by the author or who pushed last. It opens the gate for this commit, for 4h.",
        "- By hand: a tag <code>hotfix-&#42;</code> on the commit, signed by <code>ann&#64;\u2060acme.example</code>. It opens the gate for this commit, for 4h.",
      ]);
    });

    it("lets a signature open neither for people nor as one of two", () => {
      const nobody = { permission: undefined, teams: [], users: [], ids: [] };
      expect(byHandIn({ ...tags, entitled: nobody, reason: "required", self: "allowed" })).toEqual([
        "- By hand: a tag <code>hotfix-&#42;</code> on the commit, signed by <code>ann&#64;\u2060acme.example</code>; with a reason in its message. It opens the gate for this commit, for 4h.",
      ]);
      expect(byHandIn({ ...tags, entitled: nobody, people: 2 })).toEqual([
        "- By hand: the policy lets nobody open it.",
      ]);
    });

    it("names neither signers without tags, nor a signature without signers, nor a tag to a pull request", () => {
      expect(byHandIn({ ...tags, tags: [] }).join()).not.toContain("signed");
      expect(byHandIn({ ...tags, signers: [] }).join()).not.toContain("signed");
      expect(summaryOf({ terms: { ...defaultBypassTerms, ...tags } })).not.toContain("a tag");
    });
  });

  it("is, of a merge group, that each of its pull requests needs a bypass", () => {
    const subject = { ...madeVerdict().subject, gate: { kind: "merge_group" } } as const;
    expect(summaryOf({ subject })).toContain("on each pull request of the group, by");
  });
});
