/**
 * The check run `error-budget report`: the long form of what the status says in a sentence.
 *
 * Wants: whoever is stopped sees what holds the gate, what opens it, and every number and query behind it.
 * Keeps: summary and text at most 65,535 bytes, and so characters, each, whatever the verdict; nothing cut in the
 * middle; words of others stay words [T11]; to the public of a repository that discloses nothing no number, query,
 * series or detail [T31]; nothing from a pull request's own policy, which is never evaluated [T30].
 * Leaves out: posting it.
 */
import { type CheckConclusion, conclusionOf } from "./check-conclusion.ts";
import { isHeld } from "./decide.ts";
import { type Reason, reasonKey } from "./reason.ts";
import type { ErrorHistory } from "./error-history.ts";
import { openers, refusalWords } from "./bypass-words.ts";
import type { Means } from "./bypass.ts";
import type { Audience } from "./audience.ts";
import { historyTable } from "./history-table.ts";
import { formatInstant, formatNear, type Instant } from "./instant.ts";
import { code, link, plain } from "./markdown.ts";
import type { Measurement } from "./measurement.ts";
import { inOrderOfGravity, objectiveStanding } from "./objective-standing.ts";
import { qualityTables } from "./quality-table.ts";
import { numbersLegend, numbersTable, standingTable } from "./objective-table.ts";
import { queryBlocks } from "./query-blocks.ts";
import { problemSentence, reasonSentences } from "./reason-sentence.ts";
import { reportOf } from "./report.ts";
import { joinWithin, paragraph, type Section } from "./section.ts";
import { sentFor, type SentQuery } from "./sent-query.ts";
import { cut, oneLine } from "./sentence.ts";
import { standingOf, type Verdict } from "./verdict.ts";
import { wayNotes } from "./way-words.ts";
import { waysOut } from "./way-out.ts";

/** The most that GitHub takes for a check run's summary, and for its text (https://docs.github.com/rest/checks/runs). */
export const maxOutputLength = 65_535;

/** A verdict with what is told beside it. */
export interface CheckEvidence {
  readonly verdict: Verdict;
  readonly audience: Audience;
  /** The measurements behind the verdict. */
  readonly measurements: readonly Measurement[];
  /** The last day, where it was asked for. */
  readonly history: readonly ErrorHistory[];
  /** What the measurements were read from. */
  readonly queries: readonly SentQuery[];
  /** Where the policy file can be read. */
  readonly policyUrl: string | undefined;
  /** Until when what is not known yet is asked again before the verdict holds; `undefined`: it holds now. */
  readonly waitsUntil: Instant | undefined;
}

/** What GitHub is told in a check run. */
export interface CheckReport {
  /** One line of plain text. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Markdown; empty where there is nothing more to say. */
  readonly text: string;
  /** `undefined`: it goes on, since the answer is still asked for. */
  readonly conclusion: CheckConclusion | undefined;
  /** All that it says but the numbers: a check run is written when this differs from what GitHub has. */
  readonly reportClass: string;
}

/** The check run that says a verdict. */
export function checkReportOf(evidence: CheckEvidence): CheckReport {
  const { verdict, audience, waitsUntil } = evidence;
  const conclusion = waitsUntil === undefined ? conclusionOf(verdict) : undefined;
  return {
    title: waitsUntil === undefined ? titleOf(verdict) : waitingTitle(verdict, waitsUntil),
    summary: joinWithin(summaryOf(evidence), maxOutputLength),
    text: joinWithin(textOf(evidence), maxOutputLength),
    conclusion,
    reportClass: classOf(verdict, audience, conclusion),
  };
}

function waitingTitle({ at }: Verdict, waitsUntil: Instant): string {
  return `Not known yet: asking again until ${formatNear(waitsUntil, at)}`;
}

const inProgress = "in progress";

/** Whether a report of this class left its check run in progress. */
export function isInProgress(reportClass: string | undefined): boolean {
  return reportClass?.startsWith(`${inProgress} |`) === true;
}

function classOf(verdict: Verdict, audience: Audience, conclusion: CheckConclusion | undefined): string {
  const { origin, findings, decision } = verdict;
  const parts = [
    conclusion ?? inProgress,
    reportOf(verdict, audience).reportClass,
    origin.revision,
    ...findings.map((one) => `${one.objective}: ${objectiveStanding(one)}`),
    ...(verdict.quality ?? []).map((one) => `${one.gate}: ${one.result}`),
    ...decision.reasons.map((one) => `${one.weight} ${reasonKey(one)}`),
  ];
  return [...new Set(parts)].join(" | ");
}

function titleOf(verdict: Verdict): string {
  const { findings, decision, bypass, at } = verdict;
  const [reason] = decision.reasons;
  const within = findings.filter((one) => objectiveStanding(one) === "within").length;
  const count = `${within} of ${findings.length} objective${findings.length === 1 ? "" : "s"} within budget`;
  const gates = verdict.quality ?? [];
  const passed = gates.filter(({ result }) => result === "pass").length;
  const quality = `${passed} of ${gates.length} quality gate${gates.length === 1 ? "" : "s"} passed`;
  const known = [...(findings.length === 0 ? [] : [count]), ...(gates.length === 0 ? [] : [quality])];
  const told =
    reason?.kind === "policy_broken"
      ? "policy cannot be used"
      : known.length === 0
        ? "no objective was measured"
        : known.join(", ");
  if (standingOf(verdict) === "bypassed" && bypass.kind === "granted") {
    const { until } = bypass.bypass;
    const who = openers(bypass.bypass).map((one) => cut(one, 40));
    return oneLine(`Bypassed by ${who.join(" and ")} until ${formatNear(until, at)}; ${told}`);
  }
  if (isHeld(decision)) return `${verdict.mode === "observe" ? "Would hold" : "Held"}: ${told}`;
  return decision.outcome === "warn" ? `Warning: ${told}` : told;
}

function summaryOf(evidence: CheckEvidence): readonly Section[] {
  const { verdict, audience, measurements, policyUrl, waitsUntil } = evidence;
  const { decision, bypass, mode, measuredAt, origin, terms } = verdict;
  const refused = bypass.kind === "refused" ? [plain(refusalWords(bypass.refusal, terms))] : [];
  const isShut = standingOf(verdict) === "held" && waitsUntil === undefined;
  const because = (weight: Reason["weight"], title: string): readonly Section[] =>
    list(
      title,
      reasonSentences(
        decision.reasons.filter((one) => one.weight === weight),
        audience,
      ),
    );
  const policy = link(code(origin.file), policyUrl);
  const source = audience === "public" ? undefined : measurements[0]?.dataSource;
  const measured =
    verdict.findings.length + (verdict.quality ?? []).length === 0
      ? "Nothing was measured"
      : `Measured at ${formatInstant(measuredAt)}${source === undefined ? "" : ` by ${code(source)}`}`;
  return [
    paragraph(waitsUntil === undefined ? leadOf(verdict) : waitingLead(verdict, waitsUntil)),
    ...because("block", isShut ? "What holds the gate" : "What would hold the gate"),
    ...because("warn", "What it warns of"),
    ...because("allow", "What is not measured, and the policy lets through"),
    ...(isShut ? list("What opens it", waysOut(verdict, audience)) : []),
    ...list("What did not open it", refused),
    paragraph(`Policy ${policy} at ${code(origin.commitSha.slice(0, 7))}, mode ${code(mode)}. ${measured}.`),
  ];
}

function meansWords(means: Means): string {
  switch (means.kind) {
    case "label":
      return `the label ${code(means.label)}`;
    case "tag":
      return `the tag ${code(means.tag)}`;
    case "comment":
      return "a command in a comment";
    case "review":
      return "a command in a review";
    case "button":
      return "the button of this report";
  }
}

function waitingLead({ at }: Verdict, waitsUntil: Instant): string {
  return `**Not everything is known yet.** It is asked again until ${formatNear(waitsUntil, at)}; only then is the gate held.`;
}

function leadOf(verdict: Verdict): string {
  const { decision, bypass, mode, at } = verdict;
  if (standingOf(verdict) === "bypassed" && bypass.kind === "granted") {
    const { until, means, pull, reason, entitledThrough, second } = bypass.bypass;
    const [first = "", other] = openers(bypass.bypass).map((one) => code(one));
    const also = second === undefined ? "" : ` and ${other} (${plain(second.entitledThrough)})`;
    const where = pull === undefined ? "" : ` on pull request ${pull}`;
    const why = reason === undefined ? "" : ` Reason: ${plain(reason)}`;
    return `**The gate is open until ${formatNear(until, at)}**: bypassed by ${first} (${plain(entitledThrough)})${also} with ${meansWords(means)}${where}.${why}`;
  }
  switch (decision.outcome) {
    case "allow":
      return "**The gate is open.**";
    case "warn":
      return "**The gate is open**, with a warning.";
    case "block":
    case "inconclusive": {
      const why = decision.outcome === "block" ? "" : ", because not everything is known";
      return mode === "observe"
        ? `**The gate would be held**${why}. The policy only observes, so nothing is.`
        : `**The gate is held**${why}.`;
    }
  }
}

function textOf({ verdict, audience, measurements, history, queries }: CheckEvidence): readonly Section[] {
  const problems = verdict.decision.reasons.flatMap((one) =>
    one.kind === "policy_broken" ? one.problems.map(problemSentence) : [],
  );
  const broken = list("Problems of the policy", problems);
  const quality = qualityTables(verdict.quality ?? [], audience);
  if (verdict.findings.length + quality.length === 0) return broken;
  if (audience === "public") {
    const notice = `Details are not shown on a public repository; ${code("disclose: true")} in the policy shows them.`;
    const standing = verdict.findings.length === 0 ? [] : [standingTable(verdict)];
    return [...broken, ...standing, ...quality, paragraph(notice)];
  }
  if (verdict.findings.length === 0) return [...broken, ...quality];
  const order = inOrderOfGravity(verdict.findings).map((one) => one.objective);
  const byGravity = (one: { readonly objective: string }, other: { readonly objective: string }): number =>
    order.indexOf(one.objective) - order.indexOf(other.objective);
  const further = [
    historyTable(history.toSorted(byGravity)),
    queryBlocks(sentFor(queries, measurements).toSorted(byGravity), verdict.measuredAt),
  ];
  return [
    ...broken,
    numbersTable(verdict, measurements),
    paragraph(numbersLegend),
    ...quality,
    ...list(
      "How it was measured",
      wayNotes(measurements).map(({ objective, words }) => `${code(objective)} ${plain(words)}.`),
    ),
    ...further.filter((one) => one !== undefined),
  ];
}

function list(title: string, sentences: readonly string[]): readonly Section[] {
  if (sentences.length === 0) return [];
  return [
    {
      head: `**${title}**\n`,
      items: sentences.map((one) => `- ${one}`),
      between: "\n",
      rest: (count) => `and ${count} more.`,
    },
  ];
}
