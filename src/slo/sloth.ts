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
import { droppedKeys } from "./sloth-lint.ts";
import { errorRatioStem, slothId, slothSelector } from "./sloth-records.ts";
import { slothSli } from "./sloth-sli.ts";
import { type SlothSlo, slothSlosIn } from "./sloth-slo.ts";
import {
  defaultSlothWindows,
  readSlothWindows,
  type SlothWindows,
  tierRules,
  tierWindows,
} from "./sloth-windows.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** The period of an SLO where nobody states one: Sloth's own default. */
export const slothDefaultPeriodMs: DurationMs = 30 * 86_400_000;

/** Reads Sloth documents of one set: SLOs, and alert windows that hold for the SLOs of their period. */
export function readSlothDocuments(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const problems: Problem[] = [];
  const windows: SlothWindows[] = [];
  const slos: SlothSlo[] = [];
  for (const document of documents) {
    if (formatOf(document.value) === "sloth-windows") {
      const read = readSlothWindows(document);
      problems.push(...read.problems);
      if (read.windows !== undefined) windows.push(read.windows);
      continue;
    }
    const read = slothSlosIn(document);
    problems.push(
      ...read.problems,
      ...droppedKeys(document, "version" in Object(document.value) ? "plain" : "custom"),
    );
    slos.push(...read.slos);
  }
  const periodMs = options.windowMs ?? slothDefaultPeriodMs;
  const own = windows.find((one) => one.periodMs === periodMs);
  const seen = new Set<string>();
  const origins = new Map<Objective, SloOrigin>();
  const objectives = slos.flatMap((slo) => {
    const found = faultsOf(slo, seen);
    const sli = slothSli(slo, found);
    problems.push(...found);
    if (sli === undefined || found.some(({ severity }) => severity === "error")) return [];
    const objective = objectiveOf(slo, sli, periodMs, own, options);
    const { document, path, service } = slo;
    origins.set(objective, { document, path, service });
    return [objective];
  });
  return { objectives, problems, origins };
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
    ...(windows === undefined ? {} : { ownRules: tierRules(windows) }),
    recording,
    ...(measure === undefined ? {} : { measure }),
  };
}

/** With these plugins the period is no mean of moments: it is asked as events, or each window is weighed by its traffic. */
const eventWeighing: ReadonlySet<string> = new Set([
  "sloth.dev/contrib/denominator_corrected_rules/v1",
  "sloth.dev/core/sli_rules/v1",
]);

function recordingOf(
  slo: SlothSlo,
  windows: SlothWindows,
  matchers: Readonly<Record<string, string>>,
): Recording {
  const identity = { service: slo.service, slo: slo.name };
  const selector = slothSelector("", identity, matchers);
  const errorRatioQuery = { pieces: [errorRatioStem, selector] };
  const period: AskableSli = { kind: "ratio", errorRatioQuery };
  const isByEvents = slo.plugins.some(
    ({ id, config }) =>
      eventWeighing.has(id) && (id !== "sloth.dev/core/sli_rules/v1" || isUnoptimized(config)),
  );
  return {
    tool: "sloth",
    errorRatio: errorRatioQuery,
    windowsMs: tierWindows(windows),
    period: { sli: period, weighting: isByEvents ? "events" : "time" },
    target: slothSelector("slo:objective:ratio", identity, matchers),
  };
}

function isUnoptimized(config: unknown): boolean {
  return (
    typeof config === "object" &&
    config !== null &&
    "disableOptimized" in config &&
    config.disableOptimized === true
  );
}
