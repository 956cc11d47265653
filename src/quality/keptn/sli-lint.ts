/** Mistakes of Keptn's queries, and of what fills in their placeholders. */
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import { maxQueryLength, promqlFault } from "../../slo/promql.ts";
import { seriesCount } from "../../slo/series-count.ts";
import { isError, parseCriterion } from "./criterion.ts";
import { parseSli } from "./sli-file.ts";
import { placesIn } from "./yaml-places.ts";

type Tell = (
  path: readonly PropertyKey[],
  code: ProblemCode,
  message: string,
  severity?: Problem["severity"],
) => void;
type Filters = readonly (readonly [string, string])[];

const builtIn: ReadonlySet<string> = new Set([
  "throughput",
  "error_rate",
  "response_time_p50",
  "response_time_p90",
  "response_time_p95",
]);

/** Tells what is wrong with asking for an objective's SLI. */
export function sliProblems(
  sli: string,
  criteria: readonly string[],
  filters: Filters,
  indicators: ReadonlyMap<string, string> | undefined,
  tell: Tell,
): void {
  if (indicators?.get(sli)) return;
  if (!builtIn.has(sli)) {
    if (indicators !== undefined)
      tell(
        ["sli"],
        "missing_reference",
        `\`${sli}\` has no query in sli.yaml, and is none of Keptn's own five, so it is never measured`,
      );
    return;
  }
  if (sli === "error_rate") {
    const limits = criteria.map((text) => parseCriterion(text));
    const isPercent = limits.some(
      (one) => !isError(one) && !one.isRelative && one.value > 1 && one.operator.startsWith("<"),
    );
    const unless = indicators === undefined ? ", unless sli.yaml has another" : "";
    const message = `is a ratio of 0 to 1 in Keptn's own query${unless}, so a limit above 1 never fails; write \`<=0.05\` for 5 %`;
    if (isPercent) tell(["sli"], "wrong_unit", message);
  }
  if (indicators !== undefined && !filters.some(([key]) => key === "job"))
    tell(
      ["sli"],
      "hidden_default",
      "is asked of `job='<service>-<project>-<stage>-canary'` by Keptn's own query; name `job` in `filter` if yours is another",
    );
}

/** Tells which filters damage placeholders of other names. */
export function filterProblems(filters: Filters, tell: Tell): void {
  const others = [
    "project",
    "stage",
    "service",
    "deployment",
    "DURATION_SECONDS",
    "LABEL",
    ...filters.map(([key]) => key),
  ];
  for (const [key] of filters) {
    const damaged = others.find(
      (other) =>
        other !== key &&
        (other.startsWith(key) || other.toUpperCase().startsWith(key.toUpperCase())) &&
        other.length > key.length,
    );
    if (damaged !== undefined)
      tell(
        ["filter", key],
        "contradiction",
        `is also filled in within \`$${damaged}\`, which begins alike; rename it`,
      );
  }
}

/** Lints a text of queries. */
export function lintSli(file: string, text: string): readonly Problem[] {
  const places = placesIn(file, text);
  const reading = parseSli(text);
  if (reading.kind === "invalid")
    return [places.problem([], "not_yaml", `is refused by Keptn: ${reading.why}`, "error")];
  return [...reading.indicators].flatMap(([name, query]) =>
    queryMistakes(name, query).map(([code, message]) => places.problem(["indicators", name], code, message)),
  );
}

function queryMistakes(name: string, query: string): readonly (readonly [ProblemCode, string])[] {
  if (query.trim() === "")
    return builtIn.has(name)
      ? []
      : [["missing_key", "is empty, so the SLI is never measured; write its query"]];
  if (query.length > maxQueryLength) return [["bad_query", `is longer than ${maxQueryLength} characters`]];
  const found: (readonly [ProblemCode, string])[] = [];
  const outside = query.replaceAll(/\[[^\]]*\]/g, "");
  if (outside.includes("$DURATION_SECONDS"))
    found.push([
      "wrong_unit",
      "uses `$DURATION_SECONDS` outside of `[…]`, where its `s` makes it no number; write the number, or use `rate`",
    ]);
  // In the place of a time any time does, elsewhere any word.
  const filled = query.replaceAll("$DURATION_SECONDS", "60s").replaceAll(/\$[\w.]+/g, "x");
  const fault = promqlFault(filled);
  if (fault !== undefined)
    return found.length > 0 ? found : [["bad_query", `is no PromQL: ${fault.message}`]];
  if (["some", "any"].includes(seriesCount(filled)) && !/\bor\s+vector\s*\(/.test(filled))
    found.push([
      "any_series",
      "may give several series, and then the SLI fails; aggregate them, as `sum(…)`",
    ]);
  if (hasErrorsAbove(filled) && !/\bor\s+(?:on\s*\(\s*\)\s*)?vector\s*\(/.test(filled))
    found.push([
      "contradiction",
      "gives nothing while there is no error at all, and then the SLI fails; write `(sum(…) or vector(0)) / …`",
    ]);
  return found;
}

/** Whether errors alone are divided by something. */
function hasErrorsAbove(query: string): boolean {
  const slash = query.indexOf("/");
  return (
    slash > 0 &&
    /(?:status|code)\w*\s*(?:=~?|!~|!=)\s*["'][^"']*[2-5][^"']*["']|error|fail/i.test(query.slice(0, slash))
  );
}
