/**
 * Quality gates of a policy: what its keys and the files they name mean together.
 *
 * Keeps: a file that its own tool would refuse is a problem of the policy, found when it is read and not when a canary waits. A
 * file that was repaired is told as a warning, with what was guessed.
 */
import type { Problem, ProblemCode } from "../domain/problem.ts";
import type { ArgoPlan, FlaggerPlan, KeptnPlan, PlanFile, QualityPlan } from "../domain/quality-plan.ts";
import { addressesOf, readQualityFile } from "../quality/gate-file.ts";
import { parseSlo } from "../quality/keptn/parse.ts";
import { repairSlo } from "../quality/keptn/repair.ts";
import { parseSli } from "../quality/keptn/sli-file.ts";
import type { YamlDocument } from "../slo/yaml-text.ts";
import { milliseconds } from "./accepted.ts";
import type { Pointed, PolicySource } from "./pointed.ts";
import { filesOf, type QualityText, slisOf } from "./quality-keys.ts";

/** Of all files together, in characters: Keptn's and Argo's are a few kilobytes each. [T33] */
const maxLength = 256 * 1024;

const defaultTimeframeMs = 10 * 60_000;

/** What was read, and what is wrong with it. */
export interface QualityReading {
  readonly plans: readonly QualityPlan[];
  readonly problems: readonly Problem[];
}

/** Reads the quality gates of a policy. */
export function qualityPlansOf(
  document: YamlDocument,
  texts: readonly QualityText[],
  pointedAt: (path: string) => Pointed,
  source: PolicySource,
): QualityReading {
  const problems: Problem[] = [];
  const files = new Map<string, PlanFile>();
  const tell = (code: ProblemCode, index: number, key: string, message: string, isWarning = false): void => {
    problems.push(
      document.problem(code, ["quality_gates", index, key], message, isWarning ? "warning" : "error"),
    );
  };
  texts.forEach((text, index) => {
    for (const path of filesOf(text)) {
      const file = fileAt(pointedAt(path), path);
      if ("why" in file) tell(file.code, index, keyOf(text, path), `\`${path}\` ${file.why}`);
      else files.set(path, file);
    }
  });
  const length = [...files.values()].reduce((sum, { text }) => sum + text.length, 0);
  if (length > maxLength) {
    const message = `name files of ${Math.ceil(length / 1024)} KB together; ${maxLength / 1024} KB at most`;
    return { plans: [], problems: [document.problem("too_large", ["quality_gates"], message)] };
  }
  const plans = texts.flatMap((text, index): readonly QualityPlan[] => {
    if (!filesOf(text).every((path) => files.has(path))) return [];
    const file = (path: string): PlanFile => files.get(path) ?? { path, text: "" };
    const say = (code: ProblemCode, key: string, message: string, isWarning = false): void =>
      tell(code, index, key, message, isWarning);
    if ("keptn" in text) return [keptnPlan(text, file, source, say)];
    const read = filePlan(text, file, source, say);
    problems.push(...read.problems);
    return read.plan === undefined ? [] : [read.plan];
  });
  const names = plans.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of twice) {
    const message = `hold \`${name}\` twice; give them names`;
    problems.push(document.problem("duplicate_name", ["quality_gates"], message));
  }
  return { plans, problems };
}

type Say = (code: ProblemCode, key: string, message: string, isWarning?: boolean) => void;

function anyPlan(text: Pick<QualityText, "timeframe" | "on_error">) {
  return {
    timeframeMs: text.timeframe === undefined ? defaultTimeframeMs : milliseconds(text.timeframe),
    onWarning: "warn",
    onError: text.on_error ?? "block",
  } as const;
}

function keptnPlan(
  text: Extract<QualityText, { keptn: string }>,
  file: (path: string) => PlanFile,
  source: PolicySource,
  say: Say,
): KeptnPlan {
  const slo = file(text.keptn);
  const slis = slisOf(text).map(file);
  for (const { path, text: sliText } of slis) {
    const reading = parseSli(sliText);
    if (reading.kind === "invalid") say("wrong_value", "sli", `\`${path}\` is no sli.yaml: ${reading.why}`);
  }
  const dataSources: Record<string, string> = {};
  for (const [sli, name] of Object.entries(text.data_sources ?? {})) {
    const id = source.named(name);
    if (id === undefined) {
      const message = `name \`${name}\` for \`${sli}\`, which is no data source open to this repository`;
      say("unknown_data_source", "data_sources", message);
    } else dataSources[sli] = id;
  }
  return {
    ...anyPlan(text),
    onWarning: text.on_warning ?? "warn",
    tool: "keptn",
    name: text.name ?? text.keptn,
    slo: { path: slo.path, text: text.tolerant === true ? repaired(slo, say) : strict(slo, say) },
    slis,
    project: text.project ?? "",
    stage: text.stage ?? "",
    service: text.service,
    deployment: text.deployment ?? "primary",
    labels: text.labels ?? {},
    ignoreIfEmpty: text.ignore_if_empty ?? [],
    ...(text.baseline === undefined ? {} : { baseline: text.baseline }),
    dataSources,
  };
}

/** A plan of Argo's or Flagger's file, with the operator's data source for each address that it names. [T26] */
function filePlan(
  text: Exclude<QualityText, { keptn: string }>,
  file: (path: string) => PlanFile,
  source: PolicySource,
  say: Say,
): { readonly plan?: ArgoPlan | FlaggerPlan; readonly problems: readonly Problem[] } {
  const [tool, path] = "argo" in text ? (["argo", text.argo] as const) : (["flagger", text.flagger] as const);
  const { args = {}, name = path } = text;
  const own = file(path);
  const reading = readQualityFile(tool, own.text, own.path, args);
  if (reading.kind === "unusable") return reading;
  const addresses: Record<string, string> = {};
  for (const address of addressesOf(reading.gate)) {
    const id = source.named(address);
    if (id !== undefined) addresses[address] = id;
    else {
      const message = `\`${path}\` asks \`${address}\`, which is no data source open to this repository; ask the operator for an alias`;
      say("unknown_data_source", tool, message);
    }
  }
  return { plan: { ...anyPlan(text), tool, name, file: own, args, addresses }, problems: reading.problems };
}

function strict({ path, text }: PlanFile, say: Say): string {
  const reading = parseSlo(text);
  if (reading.kind === "invalid") {
    const hint = repairSlo(text).kind === "repaired" ? "; `tolerant: true` repairs it" : "";
    say("wrong_value", "keptn", `\`${path}\` is no slo.yaml: ${reading.why}${hint}`);
  } else if (reading.slo.objectives.length === 0)
    say("wrong_value", "keptn", `\`${path}\` holds no objective, so it would always fail`);
  return text;
}

function repaired({ path, text }: PlanFile, say: Say): string {
  const repair = repairSlo(text);
  switch (repair.kind) {
    case "strict":
      return text;
    case "repaired": {
      const guess = repair.isGuessed ? ", and which criteria warn was guessed" : "";
      say(
        "wrong_value",
        "keptn",
        `\`${path}\` was repaired${guess}; \`burngate lint\` shows the file as it is read`,
        true,
      );
      return repair.text;
    }
    case "hopeless":
      say("wrong_value", "keptn", `\`${path}\` cannot be repaired: ${repair.why}`);
      return text;
  }
}

function fileAt(
  pointed: Pointed,
  path: string,
): PlanFile | { readonly code: ProblemCode; readonly why: string } {
  if (pointed.kind === "unread") return pointed;
  const [found] = pointed.files;
  if (found === undefined) return { code: "file_missing", why: "is not a file at this commit" };
  return found.file.kind === "unread" ? found.file : { path, text: found.file.text };
}

function keyOf(text: QualityText, path: string): string {
  if ("argo" in text) return "argo";
  if ("flagger" in text) return "flagger";
  return text.keptn === path ? "keptn" : "sli";
}
