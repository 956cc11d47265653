/** Mistakes of a Keptn `slo.yaml`, which leave its verdicts as Keptn's. */
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import { criteriaProblems } from "./criteria-lint.ts";
import { keyProblems } from "./key-lint.ts";
import { parseGoFloat } from "./go-number.ts";
import { parseSlo } from "./parse.ts";
import { repairSlo } from "./repair.ts";
import { filterProblems, sliProblems } from "./sli-lint.ts";
import { type KeptnObjective, type KeptnSlo, wholeGroups } from "./slo-file.ts";
import { placesIn, type YamlPlaces } from "./yaml-places.ts";

type Tell = (
  path: readonly PropertyKey[],
  code: ProblemCode,
  message: string,
  severity?: Problem["severity"],
) => void;

/** So many problems are told. [T33] */
const maxTold = 200;

/** Lints a text. `indicators` are the queries of all files of such that are looked at with it; absent: there is no such file. */
export function lintSlo(
  file: string,
  text: string,
  indicators: ReadonlyMap<string, string> | undefined,
): readonly Problem[] {
  const places = placesIn(file, text);
  const reading = parseSlo(text);
  if (reading.kind === "invalid") return [refusal(places, text, reading.why)];
  const { slo } = reading;
  const problems: Problem[] = [...keyProblems(places)];
  const tell: Tell = (...problem) => {
    if (problems.length < maxTold) problems.push(places.problem(...problem));
  };
  comparisonProblems(slo, places, tell);
  scoreProblems(slo, tell);
  filterProblems(slo.filter ?? [], tell);
  if (slo.objectives.length === 0)
    tell(["objectives"], "no_objectives", "are none, so every evaluation fails", "error");
  const indexes = places.filled(["objectives"]);
  const seen = new Set<string>();
  slo.objectives.forEach((objective, index) => {
    const path = ["objectives", indexes[index] ?? index];
    const own: Tell = (below, ...rest) => tell([...path, ...below], ...rest);
    if (seen.has(objective.sli))
      own(
        ["sli"],
        "duplicate_name",
        `\`${objective.sli}\` is an objective twice, so it counts twice; put both into one`,
      );
    seen.add(objective.sli);
    objectiveProblems(objective, places.source([...path, "weight"]), own);
    const passes = [...(objective.pass ?? []), ...(objective.warning ?? [])].flatMap((group) => group ?? []);
    sliProblems(objective.sli, passes, slo.filter ?? [], indicators, own);
  });
  return problems;
}

/** What Keptn does not read; shown as it was meant, where that is plain. */
function refusal(places: YamlPlaces, text: string, why: string): Problem {
  const quotes = /^\s*-\s*>/m.test(text) ? "; put criteria that begin with `>` in quotes" : "";
  const problem = places.problem([], "not_yaml", `is refused by Keptn: ${why}${quotes}`, "error");
  const repair = repairSlo(text);
  if (repair.kind !== "repaired") return problem;
  const guess = repair.isGuessed ? "; which criteria warn is guessed" : "";
  return {
    ...problem,
    message: `is refused by Keptn: ${why}${quotes}; with \`tolerant: true\` a policy reads it as below${guess}`,
    excerpt: repair.text.trimEnd(),
  };
}

function comparisonProblems(slo: KeptnSlo, places: YamlPlaces, tell: Tell): void {
  const { comparison } = slo;
  const keys = places.keys(["comparison"]);
  if (keys.length === 0) return;
  const at = (key: string): readonly PropertyKey[] => ["comparison", ...(keys.includes(key) ? [key] : [])];
  const { compareWith, includeResultWithScore, aggregateFunction, count } = comparison;
  if (compareWith === "")
    tell(
      at("compare_with"),
      "hidden_default",
      "says no `compare_with`, and then three results are compared with; write `single_result` or `several_results`",
    );
  else if (compareWith !== "single_result" && compareWith !== "several_results")
    tell(
      at("compare_with"),
      "hidden_default",
      `\`${compareWith}\` is taken for three results; write \`single_result\` or \`several_results\``,
    );
  if (!["all", "pass", "pass_or_warn"].includes(includeResultWithScore.toLowerCase()))
    tell(
      at("include_result_with_score"),
      "hidden_default",
      `\`${includeResultWithScore}\` is taken for \`all\`; write \`all\`, \`pass\` or \`pass_or_warn\``,
    );
  if (!["avg", "p50", "p90", "p95"].includes(aggregateFunction))
    tell(
      at("aggregate_function"),
      "wrong_value",
      `\`${aggregateFunction}\` makes 0 of all earlier values; write \`avg\`, \`p50\`, \`p90\` or \`p95\``,
    );
  if (compareWith === "single_result" && keys.includes("number_of_comparison_results") && count !== 1)
    tell(
      at("number_of_comparison_results"),
      "contradiction",
      "is ignored with `single_result`; write `several_results`, or take it out",
    );
}

function scoreProblems({ totalScore, objectives }: KeptnSlo, tell: Tell): void {
  if (totalScore === undefined || totalScore.pass === "")
    return tell(
      ["total_score"],
      "missing_key",
      "`total_score.pass` is missing, and Keptn evaluates nothing without",
      "error",
    );
  const marks = (["pass", "warning"] as const).map((key) => {
    const text = totalScore[key];
    const mark = text === "" ? undefined : parseGoFloat(text.replace(/%$/, ""));
    const path = ["total_score", key];
    if (text !== "" && mark === undefined)
      tell(
        path,
        "wrong_value",
        `\`${text}\` is no mark, and fails every evaluation; write such as \`90%\``,
        "error",
      );
    if (mark !== undefined && mark > 0 && mark <= 1)
      tell(
        path,
        "wrong_unit",
        `is ${text.replace(/%$/, "")} percent; write \`${Number((mark * 100).toPrecision(12))}%\``,
      );
    if (mark !== undefined && mark > 100)
      tell(path, "threshold_unreachable", "is above 100 percent, which no score reaches");
    const missed = mark === undefined ? undefined : missedBy(mark, objectives);
    if (missed !== undefined)
      tell(
        path,
        "threshold_unreachable",
        `is missed by the very score it names, which is counted as ${missed}; write a little less`,
      );
    return mark;
  });
  const [pass, warning] = marks;
  if (pass !== undefined && warning !== undefined && warning > pass)
    tell(
      ["total_score", "warning"],
      "contradiction",
      "is above the mark for passing, so nothing warns; exchange them",
    );
}

/** A score that should be the mark and is counted as less: 57 of 100 points are 56.99999999999999. */
function missedBy(mark: number, objectives: readonly KeptnObjective[]): number | undefined {
  const sum = objectives.reduce((all, { weight, pass }) => ((pass ?? []).length > 0 ? all + weight : all), 0);
  if (!(sum > 0 && sum <= 10_000)) return undefined;
  const points = Math.round((mark * sum) / 50) / 2;
  if (Math.abs((points * 100) / sum - mark) > 1e-9) return undefined;
  const score = 100 * (points / sum);
  return score < mark ? score : undefined;
}

function objectiveProblems(objective: KeptnObjective, weight: string | undefined, tell: Tell): void {
  const { displayName, isKey, pass, warning } = objective;
  if (
    weight !== undefined &&
    /^[-+]?0*(?:\.\d*)?$/.test(weight.trim()) &&
    Number(weight) < 1 &&
    weight.trim() !== ""
  )
    tell(
      ["weight"],
      "hidden_default",
      "is counted as 1; take the objective's `pass` out if it should not count",
    );
  else if (weight !== undefined && !Number.isInteger(Number(weight)) && Number.isFinite(Number(weight)))
    tell(["weight"], "hidden_default", `is cut to ${objective.weight}; write a whole number`);
  const hasPass = (pass ?? []).length > 0;
  if (isKey && displayName === "")
    tell(["key_sli"], "missing_key", "`displayName` is missing, so a failure of this key SLI names nothing");
  if (isKey && !hasPass)
    tell(
      ["key_sli"],
      "decides_nothing",
      "has no `pass` beside it, and an objective that only informs never fails",
    );
  if (!hasPass && (warning ?? []).length > 0)
    tell(["warning"], "decides_nothing", "has no `pass` beside it, so the objective only informs");
  const [whole, other] = [wholeGroups(pass), wholeGroups(warning)];
  if (whole === undefined || other === undefined)
    return tell(
      [whole === undefined ? "pass" : "warning"],
      "wrong_value",
      "holds a group that is null, on which Keptn crashes",
      "error",
    );
  criteriaProblems(whole, other, tell);
}
