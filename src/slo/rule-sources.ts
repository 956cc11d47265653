/**
 * SLO files of any tool, as what rules are made of.
 *
 * Wants: every objective that queries of its own can compute. One that cannot be recorded is refused with its reason and
 * does not stop its neighbours.
 * Keeps: what Sloth would record of Sloth's files. Files of other tools are recorded by the same names: their service
 * where they name one, else `burngate`, and their objective's name.
 * Leaves out: slices of time and windows by the calendar. Their rules count events over a rolling window, and say so.
 */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import { formatPercent, type Objective } from "../domain/objective.ts";
import type { Problem, ProblemCode } from "../domain/problem.ts";
import type { AskableSli } from "../domain/sli.ts";
import { formatOf } from "./format.ts";
import { readSlos } from "./read.ts";
import { maxSloBytes, type SloFile, type SloOptions, type SloOrigin } from "./reading.ts";
import { ruleAlerts } from "./rule-alerts.ts";
import { ruleHomeOf } from "./rule-home.ts";
import type { BurnAlert, RuleSource } from "./rule-source.ts";
import { pluginChain } from "./sloth-plugins.ts";
import { slothId, type SlothIdentity } from "./sloth-records.ts";
import { type SlothRuleParts, slothRuleParts, slothSloFinder } from "./sloth-rule-source.ts";
import { defaultSlothWindows, readSlothWindows, type SlothWindows, tierWindows } from "./sloth-windows.ts";
import { readYaml } from "./yaml-text.ts";

/** How rules are wanted. */
export interface RuleOptions extends Pick<SloOptions, "windowMs"> {
  /** Labels that every recorded series gets; they win over a file's own. */
  readonly extraLabels: Readonly<Record<string, string>>;
  /** Whether the period is asked by its own events, where Sloth takes the mean of its moments. */
  readonly isExact: boolean;
}

/** What rules are made of, with where it was read. */
export interface SourcedRules {
  readonly source: RuleSource;
  /** A problem of the objective, at its place in the file. */
  readonly problem: (code: ProblemCode, message: string, severity?: Problem["severity"]) => Problem;
}

/** Reads SLO files, and Sloth's alert windows among them. */
export function readRuleSources(
  files: readonly SloFile[],
  options: RuleOptions,
): { readonly sources: readonly SourcedRules[]; readonly problems: readonly Problem[] } {
  const reading = readSlos(files, options.windowMs === undefined ? {} : { windowMs: options.windowMs });
  const slothSloAt = slothSloFinder();
  const windows = windowsIn(files);
  // That an SLI is read from recordings is no comfort to whoever makes them.
  const problems = reading.problems.filter(({ code }) => code !== "recorded_only");
  const seen = new Set<string>();
  const sources = reading.objectives.flatMap((objective) => {
    const origin = reading.origins.get(objective);
    if (origin === undefined) throw new Error(`nobody says where ${objective.name} was read`);
    const problem = teller(origin);
    const tell: Tell = (...args) => void problems.push(problem(...args));
    const own = windows.find(({ periodMs }) => periodMs === objective.windowMs);
    const used = own ?? defaultSlothWindows(objective.windowMs);
    const slo = slothSloAt(origin);
    const sloth = slo && slothRuleParts(slo, used, options.isExact);
    const source = sourceOf({ objective, origin, sloth, windows: used }, options, tell);
    if (source === undefined) return [];
    const id = slothId(source.identity);
    if (seen.has(id)) {
      tell("duplicate_name", `makes the id \`${id}\`, which another SLO has`);
      return [];
    }
    seen.add(id);
    return [{ source, problem }];
  });
  return { sources, problems };
}

type Tell = (code: ProblemCode, message: string, severity?: Problem["severity"]) => void;

function teller({ document, path }: SloOrigin): SourcedRules["problem"] {
  return (code, message, severity) => document.problem(code, path, message, severity);
}

/** What is known of one objective. */
interface Known {
  readonly objective: Objective;
  readonly origin: SloOrigin;
  readonly sloth: SlothRuleParts | undefined;
  readonly windows: SlothWindows;
}

function sourceOf(
  { objective, origin, sloth, windows }: Known,
  { extraLabels, isExact }: RuleOptions,
  tell: Tell,
): RuleSource | undefined {
  const { windowMs: periodMs } = objective;
  const metricsQl = objective.sli.kind === "recorded_only" ? sloth?.metricsQl : undefined;
  if (metricsQl !== undefined) tell("bad_query", metricsQlWords, "warning");
  const sli = metricsQl ?? askable(objective, tell);
  if (sli === undefined) return undefined;
  const service = origin.service ?? "burngate";
  const identity = identityOf(service, objective.name);
  const alerts = (sloth?.alerts ?? ruleAlerts(objective, identity)).filter((alert) => isUsable(alert, tell));
  const labels = { ...sloth?.labels, ...extraLabels };
  const burnWindows = alerts.flatMap(({ burns }) =>
    burns.flatMap(({ shortMs, longMs }) => [shortMs, longMs]),
  );
  const windowsMs = [...new Set([...tierWindows(windows), ...burnWindows])]
    .filter((windowMs) => windowMs < periodMs)
    .toSorted((a, b) => a - b);
  const currentMs = windows.tiers[0]?.shortMs ?? periodMs;
  if (currentMs >= periodMs) {
    tell(
      "bad_windows",
      `has a budget over ${formatDuration(periodMs)}, no longer than what is recorded of now`,
    );
    return undefined;
  }
  tellOfAlerts(alerts, periodMs, tell);
  const value = origin.document.value;
  return {
    identity,
    spec: specOf(value),
    percent: sloth?.percent ?? Number.parseFloat(formatPercent(objective.targetRatio)),
    periodMs,
    sli,
    windowsMs,
    currentMs,
    labels,
    alerts,
    plugins: sloth?.plugins ?? pluginChain({ plugins: [], hasOwnChain: false }, isExact),
    home: ruleHomeOf(value, service),
  };
}

const metricsQlWords =
  "is checked as MetricsQL, as its plugin wants: vmalert loads its rules, and Prometheus refuses a file that holds any";

/** What can be asked over any window, as one rule must. */
function askable({ sli, budgeting, calendar }: Objective, tell: Tell): AskableSli | undefined {
  switch (sli.kind) {
    case "recorded_only":
      tell("unsupported_sli", `has no rules made of it: it ${sli.why}`);
      return undefined;
    case "composite":
      tell(
        "unsupported_sli",
        "has no rules made of it: it is several SLIs in one, and Sloth's names are for one",
      );
      return undefined;
    case "events":
    case "good_events":
    case "ratio":
      break;
  }
  if (budgeting !== undefined && budgeting.kind !== "occurrences") {
    const message =
      "counts slices of time; its rules count every event alike, so their budget is another one";
    tell("not_counted", message, "warning");
  }
  if (calendar !== undefined) {
    const message = "begins its window by the calendar; its rules look back over a window that rolls";
    tell("not_counted", message, "warning");
  }
  return sli;
}

function isUsable({ name, severity }: BurnAlert, tell: Tell): boolean {
  if (name === "")
    tell("missing_key", `has no \`alerting.name\`, so it gets no ${severity} alert`, "warning");
  return name !== "";
}

function tellOfAlerts(alerts: readonly BurnAlert[], periodMs: DurationMs, tell: Tell): void {
  const factors = alerts.flatMap(({ burns }) => burns.map(({ factor }) => factor));
  const lowest = Math.min(...factors);
  if (lowest >= 0.9) return;
  const message =
    `alerts from a burn rate of ${Number(lowest.toPrecision(3))} on, at which the budget lasts; ` +
    `give alert windows that are made for ${formatDuration(periodMs)}`;
  tell("bad_windows", message, "warning");
}

function specOf(value: unknown): string {
  const { version, apiVersion } = Object(value) as Readonly<Record<string, unknown>>;
  const spec = apiVersion ?? version;
  return typeof spec === "string" ? spec : "burngate";
}

/** Sloth's id is of service and SLO: a name that has the service in it already does not get it twice. */
function identityOf(service: string, name: string): SlothIdentity {
  const has = name.startsWith(`${service}-`) && name.length > service.length + 1;
  return { service, slo: has ? name.slice(service.length + 1) : name };
}

/** Sloth's alert windows among the files; what is wrong with them, their reader has told. */
function windowsIn(files: readonly SloFile[]): readonly SlothWindows[] {
  const limits = { maxBytes: maxSloBytes, maxDocuments: 100 };
  return files
    .flatMap(({ file, text }) => readYaml(file, text, limits).documents)
    .filter((document) => formatOf(document.value) === "sloth-windows")
    .flatMap((document) => readSlothWindows(document).windows ?? []);
}
