/**
 * Verdicts as CDEvents 0.5.1 (https://github.com/cdevents/spec/tree/v0.5.1): a verdict is a test suite run that has finished, each
 * objective a test case, and a spent budget an incident. A verdict is no approval: nobody could have decided otherwise.
 */
import { formatIso } from "../domain/instant.ts";
import type { Finding } from "../domain/finding.ts";
import { effectOf } from "../domain/objective-standing.ts";
import { sentenceOf } from "../domain/explain.ts";
import { gateKey, noCommit, type Repository } from "../domain/subject.ts";
import { standingOf, type Verdict } from "../domain/verdict.ts";
import type { ToldVerdict } from "../gate/event-sinks.ts";
import type { CloudEvent } from "./cloud-event.ts";

/** What a receiver may want to hear of a verdict: itself, its objectives, budgets that are spent and are not any more. */
export const toldKinds = ["verdict", "objective", "incident"] as const;

/** One of them. */
export type ToldKind = (typeof toldKinds)[number];

/** The events of a verdict that are wanted, in the order in which they are sent. */
export function cdEventsOf(
  told: ToldVerdict,
  source: string,
  wanted: readonly ToldKind[],
): readonly CloudEvent[] {
  const { verdict, opened, closed } = told;
  const events: Readonly<Record<ToldKind, () => readonly CloudEvent[]>> = {
    verdict: () => [suiteEvent(told, source)],
    objective: () => verdict.findings.map((finding) => caseEvent(told, finding, source)),
    incident: () => [
      ...opened.map((objective) => incidentEvent(told, objective, "detected", source)),
      ...closed.map((objective) => incidentEvent(told, objective, "resolved", source)),
    ],
  };
  return toldKinds.flatMap((kind) => (wanted.includes(kind) ? events[kind]() : []));
}

function suiteEvent(told: ToldVerdict, source: string): CloudEvent {
  const { id, verdict } = told;
  const { origin } = verdict;
  return cdEvent(told, source, "testsuiterun.finished.0.3.0", `verdict-${id}`, `verdict-${id}`, {
    outcome: outcomeOf(verdict),
    severity: severityOf(verdict),
    reason: sentenceOf(verdict, "members"),
    environment: { id: environmentOf(verdict) },
    testSuite: { id: origin.file, name: "error budget policy", version: origin.commitSha },
  });
}

function caseEvent(told: ToldVerdict, finding: Finding, source: string): CloudEvent {
  const { id, verdict } = told;
  const effect = effectOf(verdict.decision, finding.objective);
  const outcome = finding.state === "unmeasured" ? "error" : effect === "holds" ? "failure" : "success";
  const name = `verdict-${id}-${finding.objective}`;
  return cdEvent(told, source, "testcaserun.finished.0.3.0", name, name, {
    outcome,
    environment: { id: environmentOf(verdict) },
    testCase: { id: finding.objective, name: finding.objective, type: "other" },
    testSuiteRun: { id: `verdict-${id}` },
  });
}

function incidentEvent(
  told: ToldVerdict,
  objective: string,
  change: "detected" | "resolved",
  source: string,
): CloudEvent {
  const { id, repository, verdict } = told;
  const subject = `budget-${repository.id}-${verdict.subject.baseRef}-${objective}`;
  const words = change === "detected" ? "is spent" : "is not spent any more";
  return cdEvent(told, source, `incident.${change}.0.3.0`, `${subject}-${id}`, subject, {
    description: `The error budget of ${objective} ${words}`,
    environment: { id: environmentOf(verdict) },
    service: { id: objective },
    ...(artifactOf(repository, verdict) === undefined ? {} : { artifactId: artifactOf(repository, verdict) }),
  });
}

function cdEvent(
  { repository, verdict }: ToldVerdict,
  source: string,
  type: string,
  id: string,
  subjectId: string,
  content: object,
): CloudEvent {
  const fullType = `dev.cdevents.${type}`;
  const time = formatIso(verdict.at);
  const { subject, decision, mode } = verdict;
  return {
    id,
    source,
    type: fullType,
    subject: subjectId,
    time,
    data: {
      context: { specversion: "0.5.1", id, source, type: fullType, timestamp: time },
      subject: { id: subjectId, content },
      customData: {
        repository: `${repository.owner}/${repository.name}`,
        sha: subject.headSha === noCommit ? null : subject.headSha,
        gate: gateKey(subject),
        decision: decision.outcome,
        mode,
      },
    },
  };
}

function outcomeOf(verdict: Verdict): "success" | "failure" | "error" | "cancel" {
  switch (standingOf(verdict)) {
    case "open":
      return "success";
    case "bypassed":
      return "cancel";
    case "held":
      return verdict.decision.outcome === "inconclusive" ? "error" : "failure";
  }
}

function severityOf({ decision: { outcome } }: Verdict): "low" | "medium" | "high" {
  return outcome === "allow" ? "low" : outcome === "warn" ? "medium" : "high";
}

/** CDEvents demands one; what is not deployed yet is told by the branch that it goes into. */
function environmentOf({ subject: { gate, baseRef } }: Verdict): string {
  return "environment" in gate && gate.environment !== undefined ? gate.environment : baseRef;
}

/** A purl, in which GitHub's names are lower case. */
function artifactOf({ owner, name }: Repository, { subject: { headSha } }: Verdict): string | undefined {
  return headSha === noCommit ? undefined : `pkg:github/${owner}/${name}`.toLowerCase() + `@${headSha}`;
}
