/**
 * Sloth's SLO files, plain (`version: prometheus/v1`) and Kubernetes (`kind: PrometheusServiceLevel`), as objectives.
 *
 * Wants: the file a team already has, unchanged. Sloth itself ignores keys that it does not know, so they are ignored here
 * too, but for those that its other form has.
 * Keeps: an objective is read with the meaning Sloth gives it (percent objective, error ÷ total, `<service>-<name>` as its
 * identity) or refused with the reason; never guessed. The period is not in the file: it is Sloth's command-line flag, so
 * the policy states it. What only Sloth can compute, a plugin's Go code or MetricsQL, is read from what Sloth recorded.
 */
import type { Objective } from "../domain/objective.ts";
import { ratioOfPercent } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { Recording } from "../domain/recording.ts";
import type { AskableSli } from "../domain/sli.ts";
import type { DurationMs } from "../domain/duration.ts";
import { formatOf } from "./format.ts";
import type { SloOptions, SloOrigin, SloReading } from "./reading.ts";
import { labelNamePattern } from "./selector.ts";
import { droppedKeys } from "./sloth-lint.ts";
import { pluginChain } from "./sloth-plugins.ts";
import { errorRatioStem, slothId, slothLabels, slothSelector } from "./sloth-records.ts";
import { slothSli } from "./sloth-sli.ts";
import { type SlothSlo, slothSlosIn } from "./sloth-slo.ts";
import { windowsAmong } from "./sloth-window-set.ts";
import { defaultSlothWindows, type SlothWindows, tierRules, tierWindows } from "./sloth-windows.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** The period of an SLO where nobody states one: Sloth's own default. */
export const slothDefaultPeriodMs: DurationMs = 30 * 86_400_000;

/** Reads Sloth documents of one set: SLOs, and alert windows that hold for the SLOs of their period. */
export function readSlothDocuments(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const origins = new Map<Objective, SloOrigin>();
  const wrong = matcherFaults(documents, options.matchers ?? {});
  if (wrong.length > 0) return { objectives: [], problems: wrong, origins };
  const isWindows = ({ value }: YamlDocument): boolean => formatOf(value) === "sloth-windows";
  const written = documents.filter((document) => !isWindows(document));
  const periodMs = options.windowMs ?? slothDefaultPeriodMs;
  const own = windowsAmong(documents.filter(isWindows), periodMs);
  const problems: Problem[] = [...own.problems];
  const slos: SlothSlo[] = [];
  for (const document of written) {
    const read = slothSlosIn(document);
    problems.push(
      ...read.problems,
      ...droppedKeys(document, "version" in Object(document.value) ? "plain" : "custom"),
    );
    slos.push(...read.slos);
  }
  const seen = new Set<string>();
  const objectives = slos.flatMap((slo) => {
    const found = faultsOf(slo, seen);
    const sli = slothSli(slo, found);
    if (sli?.kind === "recorded_only" && options.measure === "direct") {
      const message = "can only be read from what Sloth records, and `measure` is `direct`";
      found.push(slo.document.problem("unsupported_sli", [...slo.path, "sli"], message));
    }
    problems.push(...found);
    if (sli === undefined || found.some(({ severity }) => severity === "error")) return [];
    const objective = objectiveOf(slo, sli, periodMs, own.windows, options);
    const { document, path, service } = slo;
    origins.set(objective, { document, path, service });
    return [objective];
  });
  return { objectives, problems, origins };
}

/** Labels that recorded series cannot be told apart by. */
function matcherFaults(
  [document]: readonly YamlDocument[],
  matchers: Readonly<Record<string, string>>,
): readonly Problem[] {
  const taken = ["__name__", ...Object.keys(slothLabels({ service: "", slo: "" }))];
  const wrong = Object.keys(matchers).filter((name) => !labelNamePattern.test(name) || taken.includes(name));
  if (document === undefined) return [];
  return wrong.map((name) => {
    const message = `is read with a matcher of \`${name.slice(0, 60)}\`, which is no label that tells Sloth's series apart`;
    return document.problem("bad_label", [], message);
  });
}

/** What Sloth itself would refuse of an SLO, and what it should. */
function faultsOf(slo: SlothSlo, seen: Set<string>): Problem[] {
  const problems: Problem[] = [];
  const fault = (code: Problem["code"], key: readonly PropertyKey[], message: string): void =>
    void problems.push(slo.document.problem(code, [...slo.path, ...key], message));
  const { percent } = slo;
  const targetRatio = ratioOfPercent(percent);
  if (!(targetRatio > 0 && targetRatio < 1))
    fault(
      "bad_target",
      ["objective"],
      "must be a percentage above 0 and below 100; at 100 there is no error budget",
    );
  else if (percent < 1) {
    const message = `is a percentage, and at ${percent}% nearly every event may fail; write a ratio of 0.999 as 99.9`;
    fault("bad_target", ["objective"], message);
  }
  const id = slothId({ service: slo.service, slo: slo.name });
  if (seen.has(id)) fault("duplicate_name", ["name"], `makes the id \`${id}\`, which another SLO has`);
  seen.add(id);
  const { name, page, ticket } = slo.alerting;
  // A file that names no alert at all is one that Sloth would not deploy, and a gate can judge by it.
  if (name === "" && !(page.isDisabled && ticket.isDisabled))
    fault("missing_key", ["alerting", "name"], "is empty; Sloth refuses it unless both alerts are disabled");
  return problems;
}

function objectiveOf(
  slo: SlothSlo,
  sli: Objective["sli"],
  periodMs: DurationMs,
  windows: SlothWindows | undefined,
  { measure, matchers = {} }: SloOptions,
): Objective {
  const recording = recordingOf(slo, windows ?? defaultSlothWindows(periodMs), matchers);
  return {
    name: slothId({ service: slo.service, slo: slo.name }),
    targetRatio: ratioOfPercent(slo.percent),
    windowMs: periodMs,
    sli,
    // A disabled alert is nobody's page; the gate has no hole for it.
    ...(windows === undefined ? {} : { ownRules: tierRules(windows) }),
    recording,
    ...(measure === undefined ? {} : { measure }),
  };
}

function recordingOf(
  slo: SlothSlo,
  windows: SlothWindows,
  matchers: Readonly<Record<string, string>>,
): Recording {
  const identity = { service: slo.service, slo: slo.name };
  const selector = slothSelector("", identity, matchers);
  const errorRatioQuery = { pieces: [errorRatioStem, selector] };
  const period: AskableSli = { kind: "ratio", errorRatioQuery };
  return {
    tool: "sloth",
    errorRatio: errorRatioQuery,
    windowsMs: tierWindows(windows).filter((one) => one !== windows.periodMs),
    period: { sli: period, weighting: weightingOf(slo) },
    target: slothSelector("slo:objective:ratio", identity, matchers),
  };
}

const sliRules = "sloth.dev/core/sli_rules/v1";
const correctedRules = "sloth.dev/contrib/denominator_corrected_rules/v1";

/**
 * The mean of moments, unless the period is asked for itself or each window is weighed by its traffic, which only a count
 * of events has. Each of these plugins makes the rules anew, so the last one says.
 */
function weightingOf(slo: SlothSlo): Recording["period"]["weighting"] {
  const last = pluginChain(slo, false).findLast(
    ({ id }) => id === sliRules || (id === correctedRules && slo.way === "events"),
  );
  return last?.id === correctedRules || isUnoptimized(last?.config) ? "events" : "time";
}

function isUnoptimized(config: unknown): boolean {
  return (
    typeof config === "object" &&
    config !== null &&
    "disableOptimized" in config &&
    config.disableOptimized === true
  );
}
