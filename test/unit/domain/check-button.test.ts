import { expect, it } from "vitest";
import { type BypassTerms, defaultBypassTerms } from "../../../src/domain/bypass-terms.ts";
import { buttonsOf } from "../../../src/domain/check-button.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { decisions, granted, madeVerdict, terms } from "./made-verdict.ts";

const nobody: BypassTerms["entitled"] = { permission: undefined, teams: [], users: [], ids: [] };
const { subject } = madeVerdict();

const buttons = (verdict: Partial<Verdict>): readonly string[] =>
  buttonsOf(madeVerdict(verdict)).map(({ identifier }) => identifier);
const buttonsUnder = (changes: Partial<BypassTerms>): readonly string[] =>
  buttons({ terms: { ...defaultBypassTerms, entitled: nobody, ...changes } });

it.each<[string, Partial<BypassTerms["entitled"]>]>([
  ["a role", { permission: "maintain" }],
  ["a team", { teams: ["acme/sre"] }],
  ["a login", { users: ["ann"] }],
  ["an account", { ids: [4711] }],
])("a held gate has a bypass button where %s may open it", (_, entitled) => {
  expect(buttonsUnder({ entitled: { ...nobody, ...entitled } })).toEqual(["bypass", "recheck"]);
});

it.each<[string, Partial<Verdict>]>([
  ["nobody may open it", { terms: { ...terms, entitled: nobody } }],
  ["only a tag's signer may", { terms: { ...terms, entitled: nobody, signers: ["ann@acme.example"] } }],
  ["a reason is demanded, which a press does not give", { terms: { ...terms, reason: "required" } }],
  ["a ticket is demanded", { terms: { ...terms, ticket: "INC-*" } }],
  ["each member of a merge group needs its own", { subject: { ...subject, gate: { kind: "merge_group" } } }],
  ["it is open", { decision: decisions.allow }],
  ["it is open already by a bypass", { bypass: granted }],
  ["the policy only observes", { mode: "observe" }],
])("there is only Re-check where %s", (_, verdict) => {
  expect(buttons(verdict)).toEqual(["recheck"]);
});

it("fits what GitHub takes of a button", () => {
  for (const { label, identifier, description } of buttonsOf(madeVerdict())) {
    expect(label.length).toBeLessThanOrEqual(20);
    expect(identifier.length).toBeLessThanOrEqual(20);
    expect(description.length).toBeLessThanOrEqual(40);
  }
});
