/**
 * Pyrra's files, `kind: ServiceLevelObjective`, as objectives.
 *
 * Keeps: what Pyrra divides is asked apart and divided by us, so that a service without any error series is healthy and a
 * success series that is missing is *not measured*, where Pyrra's own query reads a full outage. The namespace is in no
 * series, so two SLOs of one name are one to Prometheus and are refused.
 */
import type { MeasureMode, Objective } from "../domain/objective.ts";
import { ratioOfPercent } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { SloOptions, SloOrigin, SloReading } from "./reading.ts";
import { burnrateTemplate, periodSli, pyrraSli } from "./pyrra-records.ts";
import { type PyrraSlo, pyrraSloIn } from "./pyrra-slo.ts";
import { arePyrraTiersWhole, pyrraRules, pyrraWindows } from "./pyrra-windows.ts";
import type { Matcher } from "./vector-selector.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Reads Pyrra documents. */
export function readPyrra(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const problems: Problem[] = [];
  const names = new Set<string>();
  const origins = new Map<Objective, SloOrigin>();
  const objectives = documents.flatMap((document): readonly Objective[] => {
    const { slo, problems: found } = pyrraSloIn(document);
    problems.push(...found);
    if (slo === undefined) return [];
    problems.push(...lints(slo));
    if (names.has(slo.name)) {
      const message = `\`${slo.name}\` is another SLO's name; the series of the two cannot be told apart, whatever their namespaces`;
      problems.push(document.problem("duplicate_name", ["metadata", "name"], message));
      return [];
    }
    names.add(slo.name);
    const objective = objectiveOf(slo, options);
    origins.set(objective, { document, path: [] });
    return [objective];
  });
  return { objectives, problems, origins };
}

function objectiveOf(slo: PyrraSlo, { measure, matchers = {} }: SloOptions): Objective {
  const more = Object.entries(matchers).map(([name, value]): Matcher => ({ name, op: "=", value }));
  const mode: { measure?: MeasureMode } = measure === undefined ? {} : { measure };
  return {
    name: slo.name,
    targetRatio: ratioOfPercent(slo.percent),
    windowMs: slo.windowMs,
    sli: pyrraSli(slo),
    ...(slo.grouping.length === 0 ? {} : { groupedBy: slo.grouping }),
    ...(slo.isAlerting && arePyrraTiersWhole(slo.windowMs) ? { ownRules: pyrraRules(slo.windowMs) } : {}),
    recording: {
      tool: "pyrra",
      errorRatio: burnrateTemplate(slo, more),
      windowsMs: pyrraWindows(slo.windowMs),
      period: { sli: periodSli(slo, more), weighting: "events" },
      target: undefined,
    },
    ...mode,
  };
}

/** Mistakes that Pyrra takes as they are. */
function lints({ document, percent, windowMs, indicator }: PyrraSlo): readonly Problem[] {
  const problems: Problem[] = [];
  const warn = (code: Problem["code"], path: readonly PropertyKey[], message: string): void =>
    void problems.push(document.problem(code, ["spec", ...path], message, "warning"));
  if (percent < 1)
    warn(
      "bad_target",
      ["target"],
      `is a percentage: at ${percent}% nearly every event may fail; 0.99 is written 99`,
    );
  if (!arePyrraTiersWhole(windowMs))
    warn(
      "bad_windows",
      ["window"],
      "is so short that Pyrra's own alert windows round to nothing; our rules apply",
    );
  if (indicator.kind === "latency") {
    const extra = indicator.success.matchers.filter(
      ({ name, op, value }) =>
        name !== "le" &&
        !indicator.total.matchers.some((one) => one.name === name && one.op === op && one.value === value),
    );
    for (const { name, op, value } of extra) {
      const message = `counts only ${name}${op}${JSON.stringify(value)} as good, which \`total\` does not ask for: all else is an error`;
      warn("contradiction", ["indicator", "latency", "success", "metric"], message);
    }
  }
  return problems;
}
