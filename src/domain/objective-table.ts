/** The objectives of a verdict as a table. Numbers are for those who may see them. [T31] */
import { formatCount, formatTarget } from "./amount.ts";
import { burnRate, errorBudget } from "./budget.ts";
import { type DurationMs, formatDuration, roughDuration } from "./duration.ts";
import { unmeasuredWords } from "./unmeasured-words.ts";
import { type Finding, worstOver } from "./finding.ts";
import type { Measurement } from "./measurement.ts";
import { code, row, tableHead } from "./markdown.ts";
import { type Effect, effectOf, inOrderOfGravity, standingWords } from "./objective-standing.ts";
import type { Section } from "./section.ts";
import { formatRate, formatShare } from "./sentence.ts";
import { outageToExhaust } from "./slice-budget.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/** What stands where there is nothing to say. */
const nothing = "–";

const rest = (count: number): string => `and ${count} more objective${count === 1 ? "" : "s"}.`;

/** How each objective stands, in words alone. */
export function standingTable(verdict: Verdict): Section {
  const items = inOrderOfGravity(verdict.findings).map((one) => row(nameAndState(one, verdict)));
  return { head: tableHead(["Objective", "State"]), items, between: "\n", rest };
}

/** How to read the numbers. */
export const numbersLegend =
  "A burn of 1x spends the budget evenly over the objective's window. **Bold** burns are over the limit of a rule.";

/** How each objective stands and by which numbers: what is left, and the burn rate over every window of its rules. */
export function numbersTable(verdict: Verdict, measurements: readonly Measurement[]): Section {
  const findings = inOrderOfGravity(verdict.findings);
  const windows = [...new Set(findings.flatMap((one) => burnWindows(one)))].toSorted((a, b) => a - b);
  const head = tableHead([
    "Objective",
    "State",
    "Target",
    "Window",
    "Left",
    "Budget left",
    ...windows.map((one) => `Burn ${formatDuration(one)}`),
  ]);
  const items = findings.map((finding) => {
    const over = (windowMs: DurationMs): Measurement | undefined =>
      worstOver(
        measurements.filter((one) => one.objective === finding.objective),
        windowMs,
      );
    return row([
      ...nameAndState(finding, verdict),
      formatTarget(finding.targetRatio),
      formatDuration(finding.windowMs),
      finding.remaining === undefined ? nothing : leftCell(finding.remaining, finding.remainingBy),
      budgetCell(finding, over(finding.windowMs)),
      ...windows.map((windowMs) => burnCell(finding, windowMs, over(windowMs))),
    ]);
  });
  return { head, items, between: "\n", rest };
}

function leftCell(remaining: number, by: Finding["remainingBy"]): string {
  return by === undefined ? formatShare(remaining) : `${formatShare(remaining)} by ${by}`;
}

function nameAndState(finding: Finding, verdict: Verdict): readonly string[] {
  const effect = effectOf(verdict.decision, finding.objective);
  const words = standingWords(finding);
  const isHeld = standingOf(verdict) === "held";
  return [
    code(finding.objective),
    effect === "none" ? words : `**${words}** (${effectWords(effect, isHeld)})`,
  ];
}

function effectWords(effect: Exclude<Effect, "none">, isHeld: boolean): string {
  switch (effect) {
    case "holds":
      return isHeld ? "holds the gate" : "would hold the gate";
    case "warns":
      return "warns";
  }
}

function burnWindows({ outcomes }: Finding, state?: "tripped"): readonly DurationMs[] {
  return outcomes
    .filter((one) => state === undefined || one.state === state)
    .flatMap(({ rule: { condition } }) =>
      condition.kind === "burn_rate" ? [condition.shortWindowMs, condition.longWindowMs] : [],
    );
}

function burnCell(finding: Finding, windowMs: DurationMs, measurement: Measurement | undefined): string {
  if (measurement === undefined) return nothing;
  if (measurement.kind === "unmeasured") return unmeasuredWords[measurement.why];
  const burn = formatRate(burnRate(measurement.errorRatio, finding.targetRatio));
  return burnWindows(finding, "tripped").includes(windowMs) ? `**${burn}**` : burn;
}

/** The rest of the budget as time in which nothing works, and as events where the total is known. */
function budgetCell({ remaining, targetRatio, windowMs }: Finding, budget: Measurement | undefined): string {
  if (remaining === undefined || !Number.isFinite(remaining)) return nothing;
  const share = errorBudget(targetRatio);
  const outageMs = outageToExhaust(targetRatio, windowMs, { errorRatio: 1, usualErrorRatio: 0 });
  const outage = roughDuration(outageMs * Math.abs(remaining));
  const total = budget?.kind === "measured" ? budget.totalEvents : undefined;
  const allowed = (total ?? 0) * share;
  const [left, whole] = [formatCount(allowed * Math.abs(remaining)), formatCount(allowed)];
  const isOver = remaining < 0;
  const events = isOver ? `≈ ${left} bad events over ${whole}` : `≈ ${left} of ${whole} bad events left`;
  const time = isOver ? `overspent by ${outage} of full outage` : `${outage} of full outage`;
  return total === undefined ? time : `${time}, ${events}`;
}
