/**
 * Pyrra's files, `kind: ServiceLevelObjective`, as objectives.
 *
 * Keeps: what Pyrra divides is asked apart and divided by us, so that a service without any error series is healthy and a
 * success series that is missing is *not measured*, where Pyrra's own query reads a full outage. The namespace is in no
 * series, so two SLOs of one name are one to Prometheus and are refused.
 */
import { type Objective, ratioOfPercent } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { Recording } from "../domain/recording.ts";
import type { SloOptions, SloOrigin, SloReading } from "./reading.ts";
import { pyrraLints, recordingFault } from "./pyrra-lint.ts";
import { burnrateTemplate, periodSli } from "./pyrra-records.ts";
import { pyrraSli } from "./pyrra-sli.ts";
import { type PyrraSlo, pyrraSloIn } from "./pyrra-slo.ts";
import { arePyrraTiersWhole, pyrraRules, pyrraWindows } from "./pyrra-windows.ts";
import type { Matcher } from "./vector-selector.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Reads Pyrra documents. */
export function readPyrra(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const problems: Problem[] = [];
  const slos = new Map<string, PyrraSlo>();
  for (const document of documents) {
    const { slo, problems: found } = pyrraSloIn(document);
    problems.push(...found);
    if (slo === undefined) continue;
    if (slos.has(slo.name)) {
      const message = `\`${slo.name}\` is another SLO's name; the series of the two cannot be told apart, whatever their namespaces`;
      problems.push(document.problem("duplicate_name", ["metadata", "name"], message));
    } else slos.set(slo.name, slo);
  }
  const all = [...slos.values()];
  const origins = new Map<Objective, SloOrigin>();
  for (const slo of all) {
    const fault = recordingFault(slo, all);
    problems.push(...pyrraLints(slo), ...(fault === undefined ? [] : [fault]));
    const recording = fault === undefined ? { recording: recordingOf(slo, options) } : {};
    origins.set({ ...objectiveOf(slo, options), ...recording }, { document: slo.document, path: [] });
  }
  return { objectives: [...origins.keys()], problems, origins };
}

function objectiveOf(slo: PyrraSlo, { measure }: SloOptions): Objective {
  const areRulesWhole = slo.isAlerting && arePyrraTiersWhole(slo.windowMs);
  return {
    name: slo.name,
    targetRatio: ratioOfPercent(slo.percent),
    windowMs: slo.windowMs,
    sli: pyrraSli(slo),
    ...(slo.grouping.length === 0 ? {} : { groupedBy: slo.grouping }),
    ...(areRulesWhole ? { ownRules: pyrraRules(slo) } : {}),
    ...(measure === undefined ? {} : { measure }),
  };
}

function recordingOf(slo: PyrraSlo, { matchers = {} }: SloOptions): Recording {
  const more = Object.entries(matchers).map(([name, value]): Matcher => ({ name, op: "=", value }));
  return {
    tool: "pyrra",
    errorRatio: burnrateTemplate(slo, more),
    windowsMs: pyrraWindows(slo.windowMs),
    period: { sli: periodSli(slo, more), weighting: "events" },
    target: undefined,
  };
}
