/** Mistakes of an objective's criteria, found by reading them as Keptn does. */
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import type { Group } from "./criteria.ts";
import { judgeGroups } from "./criteria.ts";
import { type Criterion, isError, parseCriterion } from "./criterion.ts";

/** Tells a mistake at a key of the objective. */
export type TellCriterion = (
  path: readonly PropertyKey[],
  code: ProblemCode,
  message: string,
  severity?: Problem["severity"],
) => void;

/** Tells what is wrong with the groups of an objective. */
export function criteriaProblems(
  pass: readonly Group[],
  warning: readonly Group[],
  tell: TellCriterion,
): void {
  for (const [list, groups] of [
    ["pass", pass],
    ["warning", warning],
  ] as const)
    groups.forEach((group, index) => {
      const path = [list, index];
      if (group.length === 0)
        tell(path, "decides_nothing", "is an empty group, which always holds; write `criteria`");
      group.forEach((text, at) => {
        criterionProblem(text, list, (code, message, severity) =>
          tell([...path, "criteria", at], code, message, severity),
        );
      });
    });
  const parsed = pass.map((group) => group.map((text) => parseCriterion(text)));
  const isRelative = parsed.some(
    (group) => group.length > 0 && group.every((one) => !isError(one) && one.isRelative),
  );
  if (isRelative)
    tell(
      ["pass"],
      "passes_without_data",
      "has a group of relative criteria alone, which holds when there is nothing to compare with: the first run always passes; add a limit such as `<600`",
    );
  if (warning.length > 0 && pass.length > 0 && isIdle(pass, warning))
    tell(
      ["warning"],
      "decides_nothing",
      "never warns, since whatever it allows passes already; make it wider than `pass`",
    );
}

function criterionProblem(
  text: string,
  list: "pass" | "warning",
  tell: (code: ProblemCode, message: string, severity?: Problem["severity"]) => void,
): void {
  const criterion = parseCriterion(text);
  if (isError(criterion)) {
    const cure =
      text === ""
        ? "an unquoted `>` begins a block of text; write it in quotes"
        : "write such as `<=600` or `<=+10%`";
    if (list === "pass")
      tell("wrong_value", `fails every evaluation, as \`${text}\` is no criterion: ${cure}`, "error");
    else tell("decides_nothing", `never holds, as \`${text}\` is no criterion, and nobody is told: ${cure}`);
    return;
  }
  const said = text.replaceAll(" ", "");
  if (criterion.isRelative && !said.endsWith("%"))
    tell(
      "hidden_default",
      `is relative: a sign compares with earlier evaluations; write \`${withoutSign(said)}\` for a limit, \`${said}%\` for percent`,
    );
  if (criterion.operator === "=")
    tell(
      "threshold_unreachable",
      "asks for equality, which a measured number hardly ever meets; write `<=` or `>=`",
    );
  if (failsAtZero(criterion)) tell("threshold_unreachable", "cannot hold once the value was 0; write `<=`");
}

function withoutSign(text: string): string {
  return text.replace(/[+-]/, "");
}

function failsAtZero({ isRelative, isPercent, operator }: Criterion): boolean {
  return isRelative && isPercent && operator === "<";
}

/** Whether there is no value that warns and does not pass. Held against values about all limits, with an earlier value of 100. */
function isIdle(pass: readonly Group[], warning: readonly Group[]): boolean {
  const before = { kind: "value", value: 100 } as const;
  const targets = [pass, warning].map((groups) => judgeGroups(groups, 0, before));
  if (targets.some((one) => isError(one))) return false;
  const limits = targets.flatMap((one) =>
    isError(one) ? [] : one.targets.map(({ targetValue }) => targetValue),
  );
  const sorted = [...new Set(limits)].toSorted((a, b) => a - b);
  const between = sorted.map((limit, index) => (limit + (sorted[index + 1] ?? limit + 2)) / 2);
  const values = [(sorted[0] ?? 0) - 1, ...sorted, ...between];
  const holds = (groups: readonly Group[], value: number): boolean => {
    const outcome = judgeGroups(groups, value, before);
    return !isError(outcome) && outcome.isSatisfied;
  };
  return !values.some((value) => holds(warning, value) && !holds(pass, value));
}
