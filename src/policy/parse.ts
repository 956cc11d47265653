/**
 * Our own policy file, text → Policy. Two steps, because the file may point at others: `readPolicy` says
 * which, `assemblePolicy` is handed their texts. Both report every problem at once, and only a policy without
 * an error is given out.
 */
import { maxBurnRate } from "../domain/budget.ts";
import { formatDuration } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import { defaultWhenUnmeasured, type Mode, type Policy } from "../domain/policy.ts";
import type { Problem } from "../domain/problem.ts";
import { rulesFor } from "../domain/objective-rules.ts";
import type { Rule } from "../domain/rule.ts";
import { formatRate } from "../domain/sentence.ts";
import { shape } from "../slo/shape.ts";
import { textLints } from "../slo/text-lint.ts";
import { problemAt, readYaml, type YamlDocument } from "../slo/yaml-text.ts";
import { milliseconds } from "./accepted.ts";
import { maintenanceOf } from "./maintenance-keys.ts";
import { maintenanceProblems } from "./maintenance-problems.ts";
import { bypassOf, deploymentsOf, verifyOf } from "./meaning.ts";
import { objectivesOf, type Pointed, type PolicySource } from "./pointed.ts";
import { filesOf } from "./quality-keys.ts";
import { qualityPlansOf } from "./quality-plans.ts";
import { holdOf, ruleOf } from "./rule-keys.ts";
import { policySchema, type PolicyText } from "./schema.ts";

/** The most that a policy file may hold. */
export const maxPolicyBytes = 64 * 1024;

/** So many problems of a policy and its files are told: nobody reads more. [T33] */
const maxProblems = 200;

/** Where a repository keeps its policy. */
export const policyPath = ".github/slo-policy.yml";

/** A policy file read by itself. */
export interface PolicyDraft {
  readonly file: string;
  readonly mode: Mode;
  /** The id it names, if it names one. */
  readonly dataSource: string | undefined;
  /** Paths and globs that it points at, each once, in order. */
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
  readonly document: YamlDocument | undefined;
  readonly text: PolicyText | undefined;
}

/** A policy file together with the files it points at. */
export type PolicyReading =
  | { readonly kind: "usable"; readonly policy: Policy; readonly warnings: readonly Problem[] }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[]; readonly mode: Mode };

/** Reads the policy file alone. */
export function readPolicy(file: string, source: string): PolicyDraft {
  const { documents, problems } = readYaml(file, source, { maxBytes: maxPolicyBytes, maxDocuments: 1 });
  const [document] = documents;
  const empty = {
    file,
    document,
    mode: "enforce",
    dataSource: undefined,
    paths: [],
    text: undefined,
  } as const;
  if (document === undefined) return { ...empty, problems };
  const shaped = shape(document, policySchema);
  const mode: Mode = peek(document.value, "mode") === "observe" ? "observe" : "enforce";
  if (shaped.kind === "misshapen") return { ...empty, mode, problems: inOrder(shaped.problems) };
  const { objectives = [], quality_gates: gates = [] } = shaped.value;
  const paths = [
    ...objectives.flatMap((one) => ("from" in one ? [one.from] : [])),
    ...gates.flatMap((gate) => filesOf(gate)),
  ];
  return {
    file,
    document,
    mode,
    dataSource: shaped.value.data_source,
    paths: [...new Set(paths)],
    problems: textLints(file, source),
    text: shaped.value,
  };
}

/**
 * Puts a policy together. `pointedAt` gives what each of `draft.paths` points at; `source` is what the operator's
 * configuration resolves the draft's data source to.
 */
export function assemblePolicy(
  draft: PolicyDraft,
  pointedAt: (pattern: string) => Pointed,
  source: PolicySource,
): PolicyReading {
  const { document, text } = draft;
  if (document === undefined || text === undefined)
    return { kind: "unusable", problems: draft.problems, mode: draft.mode };
  const read = objectivesOf(document, text.objectives ?? [], pointedAt, source);
  const quality = qualityPlansOf(document, text.quality_gates ?? [], pointedAt, source);
  const { objectives } = read;
  const problems: Problem[] = [...draft.problems, ...read.problems, ...quality.problems];
  const rules = text.rules?.map((rule) => ruleOf(rule));
  problems.push(
    ...repeated(
      document,
      "objectives",
      objectives.map((one) => one.name),
    ),
  );
  problems.push(...repeated(document, "rules", rules?.map((one) => one.name) ?? []));
  if (objectives.length > 50)
    problems.push(
      document.problem("too_many", ["objectives"], `name ${objectives.length} objectives; 50 at most`),
    );
  problems.push(...unreachable(document, objectives, rules), ...idleSigners(document, text));
  const maintenance = text.maintenance?.map((one) => maintenanceOf(one));
  problems.push(...maintenanceProblems(document, maintenance ?? [], objectives));
  if (problems.some(isError)) return { kind: "unusable", problems: inOrder(problems), mode: draft.mode };
  if (objectives.length + quality.plans.length === 0) {
    return {
      kind: "unusable",
      problems: [document.problem("no_objectives", ["objectives"], "name no objective")],
      mode: draft.mode,
    };
  }
  const verify = verifyOf(text.gates?.verify);
  const policy: Policy = {
    mode: draft.mode,
    dataSource: source.id,
    objectives,
    rules,
    holdMs: holdOf(text.hold),
    pullRequestBranches: text.gates?.pull_request?.branches ?? ["**"],
    deployments: deploymentsOf(text.gates?.deployment),
    deploymentsApi: text.gates?.deployments_api ?? [],
    whenUnmeasured: { ...defaultWhenUnmeasured, ...dropUndefined(text.when_unmeasured ?? {}) },
    ...(text.strict === undefined ? {} : { leaseMs: milliseconds(text.strict.lease) }),
    ...(quality.plans.length === 0 ? {} : { qualityGates: quality.plans }),
    ...(verify === undefined ? {} : { verify }),
    bypass: bypassOf(text.bypass),
    ...(maintenance === undefined ? {} : { maintenance }),
    disclose: text.disclose ?? false,
    comment: text.comment ?? "none",
  };
  return { kind: "usable", policy, warnings: inOrder(problems) };
}

/** A problem with the data source that a policy names, placed at the key. */
export function dataSourceProblem(
  draft: PolicyDraft,
  code: "unknown_data_source" | "data_source_closed",
  message: string,
): Problem {
  return (
    draft.document?.problem(code, ["data_source"], message) ??
    problemAt(draft.file, "", { line: 1, column: 1 }, code, "data_source", message)
  );
}

function repeated(
  document: YamlDocument,
  key: "objectives" | "rules",
  names: readonly string[],
): readonly Problem[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) =>
    document.problem("duplicate_name", [key], `hold \`${name}\` twice; names must be unique`),
  );
}

function unreachable(
  document: YamlDocument,
  objectives: readonly Objective[],
  rules: readonly Rule[] | undefined,
): readonly Problem[] {
  return objectives.flatMap((one) =>
    rulesFor(one, rules).flatMap((rule, index) => {
      const { condition } = rule;
      if (condition.kind !== "burn_rate" || condition.threshold < maxBurnRate(one.targetRatio)) return [];
      const most = Number(maxBurnRate(one.targetRatio).toPrecision(6));
      const never = `can never be reached by \`${one.name}\`: with every event bad it burns ${most}x (over ${formatDuration(condition.longWindowMs)})`;
      if (rules !== undefined)
        return document.problem("threshold_unreachable", ["rules", index, "burn_rate"], never, "warning");
      const isOurs = one.ownRules === undefined;
      return document.problem(
        "threshold_unreachable",
        ["objectives"],
        `have ${isOurs ? "a default rule" : "a rule of their own"}, ${rule.name} above ${formatRate(condition.threshold)}, that ${never}; write ${isOurs ? "rules of your own" : "another threshold there"}`,
        "warning",
      );
    }),
  );
}

function idleSigners(document: YamlDocument, { bypass }: PolicyText): readonly Problem[] {
  if (bypass?.signers === undefined || (bypass.tags ?? []).length > 0) return [];
  const message = "vouch for tags, and `bypass.tags` names none";
  return [document.problem("no_tags", ["bypass", "signers"], message, "warning")];
}

/**
 * The policy's own problems first, each file's from top to bottom. Of very many the warnings are left out first: what is
 * told is stored.
 */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((one) => one.file))];
  const rank = ({ file, position }: Problem): number =>
    files.indexOf(file) * 1e9 + position.line * 1e4 + position.column;
  const warnings = problems.filter((one) => !isError(one));
  const told = [...problems.filter(isError), ...warnings].slice(0, maxProblems);
  return told.toSorted((a, b) => rank(a) - rank(b));
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function peek(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
