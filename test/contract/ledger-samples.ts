/** Rows for tests of the ledger: one of each kind, each with what may be odd about it (quotes, colons, letters beyond ASCII). */
import type { Asker } from "../../src/domain/asker.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import type { Bypass } from "../../src/domain/bypass.ts";
import { defaultBypassTerms } from "../../src/domain/bypass-terms.ts";
import type { Delivery } from "../../src/domain/delivery.ts";
import type { MeasurementSet } from "../../src/domain/measurement.ts";
import { defaultWhenUnmeasured, type PolicyAnswer } from "../../src/domain/policy.ts";
import { type Actor, type Pull, type Repository, type Subject, subjectOf } from "../../src/domain/subject.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { priority, type NewJob } from "../../src/gate/queue.ts";
import type { TagSight } from "../../src/gate/bypass-memory.ts";
import { commentPlace } from "../../src/gate/postings.ts";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { ReportIntent } from "../../src/gate/reports.ts";

/** The moment at which the samples play; whole seconds, as GitHub's times are. */
export const noon = Date.parse("2026-11-22T12:00:00Z");

/** A commit's name out of a small number. */
export const sha = (number: number): string => number.toString(16).padStart(40, "a");

export const ann: Actor = { id: 1, login: "ann", isBot: false };
export const bob: Actor = { id: 2, login: "bob", isBot: false };

export const shop: Repository = { id: 7, owner: "acme", name: "shop", isPublic: false, installationId: 70 };

/** A pull request as GitHub described it at noon. */
export function pullAt(updatedAt: number, more: Partial<Pull> = {}): Pull {
  return {
    repositoryId: shop.id,
    number: 1,
    headSha: sha(1),
    baseRef: "release/ü:1",
    author: bob,
    isOpen: true,
    isDraft: false,
    labels: [],
    updatedAt,
    ...more,
  };
}

export const subject: Subject = subjectOf(pullAt(noon));

/** A delivery that asks for work. */
export function deliveryOf(id: string): Delivery {
  const hint = { kind: "pull_request", repository: shop, pull: pullAt(noon), pusher: bob } as const;
  return { id, name: "pull_request.opened", hint };
}

/** A job for a pull request of the shop. */
export function jobFor(number: number, more: Partial<NewJob> = {}): NewJob {
  const task = { kind: "pull", repositoryId: shop.id, number } as const;
  return {
    task,
    installationId: undefined,
    priority: priority.event,
    notBefore: noon,
    revive: true,
    ...more,
  };
}

const origin = { file: ".github/slo-policy.yml", commitSha: sha(9), revision: "abc+def" };

/** A usable policy of one revision. */
export function presentPolicy(revision = "abc+def"): Extract<PolicyAnswer, { kind: "present" }> {
  const policy = {
    mode: "enforce",
    dataSource: "main",
    objectives: [],
    rules: [],
    pullRequestBranches: ["**"],
    deployments: { environments: ["production"], holdMs: 0 },
    deploymentsApi: [],
    holdMs: 0,
    whenUnmeasured: defaultWhenUnmeasured,
    disclose: false,
    comment: "none",
    bypass: { ...defaultBypassTerms, quota: { max: 3, per: "quarter" }, ticket: "INC-*" },
  } as const;
  return { kind: "present", policy, origin: { ...origin, revision } };
}

/** Measurements of one moment. */
export function measurementsAt(at: number): MeasurementSet {
  const question = { objective: "o'brien", windowMs: 3_600_000, dataSource: "main", query: 'up{a="ü"}', at };
  return { at, measurements: [{ ...question, kind: "measured", errorRatio: 0.25 }] };
}

export const bypass: Bypass = {
  means: { kind: "label", label: "hotfix" },
  actor: ann,
  pull: 1,
  commitSha: sha(1),
  appliedAt: noon - 60_000,
  until: noon + 3_600_000,
  reason: "INC-42; drop table jobs",
  entitledThrough: "team acme/sre",
  second: undefined,
  quota: undefined,
};

/** A held verdict; with a bypass when one is given. */
export function verdictAt(at: number, granted?: Bypass): Verdict {
  return {
    subject,
    decision: { outcome: "inconclusive", reasons: [{ kind: "no_objectives", weight: "block" }] },
    bypass: granted === undefined ? { kind: "none" } : { kind: "granted", bypass: granted },
    mode: "enforce",
    at,
    measuredAt: at,
    origin,
    findings: [],
    terms: defaultBypassTerms,
  };
}

/** An entry of the shop's merge queue. */
export function groupAt(askedAt: number, number = 50): Asker {
  const gate = { kind: "merge_group" } as const;
  return {
    subject: { repositoryId: shop.id, headSha: sha(number), baseRef: subject.baseRef, gate },
    who: { kind: "merge_group", headRef: `refs/heads/gh-readonly-queue/ü:1/pr-${number}` },
    askedAt,
  };
}

/** A line of the audit log. */
export function lineAt(at: number, more: Partial<AuditEntry> = {}): AuditEntry {
  const about = { repositoryId: shop.id, kind: "bypass_used", actor: ann, about: "o'brien" } as const;
  return { at, ...about, detail: "INC-42; drop table audit", mark: "once", ...more };
}

/** A push of a tag. */
export function sightAt(at: number, more: Partial<TagSight> = {}): TagSight {
  const push = { repositoryId: shop.id, tag: "hotfix-ü:1", deliveryId: `d-${at}`, objectSha: sha(5) };
  return { ...push, pusher: ann, at, ...more };
}

/** A report about to be sent. */
export function intentOf(reportClass: string, verdictAt = noon): ReportIntent {
  return { reportClass, state: "failure", sentence: `sentence of ${reportClass}`, verdictAt };
}

/** Puts one row into every table. */
export async function fill(ledger: Ledger): Promise<void> {
  await ledger.deliveries.accept(deliveryOf("d-1"), noon);
  await ledger.registry.setInstallation(shop.installationId, "active", noon);
  await ledger.registry.remember(shop);
  await ledger.pulls.observe(pullAt(noon), bob);
  const known = { answer: presentPolicy(), paths: [".github/slo-policy.yml"], readAt: noon };
  await ledger.policies.keep(shop.id, subject.baseRef, known, undefined);
  const holds = new Map([["o > r", noon]]);
  const measured = { set: measurementsAt(noon), holds, renewedAt: noon, toldClass: "abc block" };
  await ledger.measurements.keep(shop.id, "abc+def", measured, noon);
  await ledger.looks.take({ repositoryId: shop.id, revision: "abc+def", cause: "tick" }, noon, 30_000);
  await ledger.budgetDays.keep("o'brien", [{ day: 20_000, badEvents: 0.5, totalEvents: undefined }]);
  await ledger.verdicts.record(verdictAt(noon, bypass), "success | granted", measurementsAt(noon));
  await ledger.verdicts.recordBypass(verdictAt(noon, bypass), bypass);
  await ledger.subjects.told(subject, "abc block", noon + 3_600_000);
  await ledger.reports.intend(subject, "error-budget: main", intentOf("red"));
  await ledger.askers.ask(groupAt(noon), "once");
  await ledger.audit.note(lineAt(noon));
  const draft = { kind: "comment", postingClass: "o'brien", body: "ü" } as const;
  await ledger.postings.draft(commentPlace(shop.id, 1), draft);
  await ledger.wishes.grant(subject, noon);
  await ledger.welcomes.note(shop, "status");
  const accepted = { permissions: { statuses: "write" }, events: ["push"], page: undefined };
  await ledger.registry.accept(shop.installationId, accepted, noon);
  const lost = { id: 1, guid: "d-2", at: noon, event: "push", action: undefined, installationId: 70 };
  await ledger.gaps.note([lost], noon);
  await ledger.gaps.setMark({ readTo: noon, walk: { cursor: "v1_1", newest: noon } }, noon);
  await ledger.grants.take(shop.id, [bypass], { max: 1, since: noon }, noon);
  await ledger.grants.transferred(shop.id, noon);
  await ledger.remarks.note(shop.id, 1, noon);
  await ledger.tags.note(sightAt(noon));
  const flip = { repositoryId: shop.id, baseRef: "main", revision: "r", toldClass: "r block", isRed: true };
  await ledger.flips.notice(flip, [subject], noon);
}
