/** Files of delivery tools, each told by its content, and their mistakes. Those of one run are looked at together. */
import type { Problem } from "../domain/problem.ts";
import { burnClaimProblems } from "../slo/burn-claim.ts";
import { maxSloBytes, type SloFile } from "../slo/reading.ts";
import { templateFault, textLints } from "../slo/text-lint.ts";
import { readYaml } from "../slo/yaml-text.ts";
import { lintArgo } from "./argo/lint.ts";
import { lintFlagger } from "./flagger/lint.ts";
import { parseSli } from "./keptn/sli-file.ts";
import { lintSli } from "./keptn/sli-lint.ts";
import { lintSlo } from "./keptn/slo-lint.ts";
import { openKubernetesFile } from "./kubernetes-file.ts";
import { isWorkflow, lintWorkflow } from "./workflow-lint.ts";

/** A kind of file that delivery tools have. */
type QualityFileKind = "argo" | "flagger" | "keptn-slo" | "keptn-sli" | "alerts" | "workflow";

/** Of which tool a text is; `undefined`: of none of these. A policy of ours has its version at the top, which no file of Keptn's has. */
export function qualityFileKind(text: string): QualityFileKind | undefined {
  if (/^[ \t"'{[-]*apiVersion["']?:[ \t]*["']?flagger\.app\//m.test(text)) return "flagger";
  if (/^[ \t"'{[-]*kind["']?:[ \t]*["']?(?:Cluster)?AnalysisTemplate\b/m.test(text)) return "argo";
  if (/^[ \t"'{[-]*kind["']?:[ \t]*["']?PrometheusRule\b/m.test(text) || /^groups:/m.test(text))
    return "alerts";
  if (/^["']?version["']?:|^[ \t"'{[-]*apiVersion["']?:/m.test(text)) return undefined;
  if (isWorkflow(text)) return "workflow";
  if (/^indicators:/m.test(text)) return "keptn-sli";
  // A policy's `sli` is a mapping.
  return /^(?:spec_version|total_score|comparison):|^[ \t]*(?:- )?sli:[ \t]*["']?\w[\w.-]*["']?[ \t\r]*$/m.test(
    text,
  )
    ? "keptn-slo"
    : undefined;
}

/** Lints files of which each is of a kind. */
export function lintQualityFiles(files: readonly SloFile[]): readonly Problem[] {
  const sliFiles = files.filter(({ text }) => qualityFileKind(text) === "keptn-sli");
  const indicators =
    sliFiles.length === 0
      ? undefined
      : new Map(
          sliFiles.flatMap(({ text }) => {
            const reading = parseSli(text);
            return reading.kind === "read" ? [...reading.indicators] : [];
          }),
        );
  return files.flatMap((file) => lintFile(file, indicators));
}

function lintFile(
  { file, text }: SloFile,
  indicators: ReadonlyMap<string, string> | undefined,
): readonly Problem[] {
  const kind = qualityFileKind(text);
  switch (kind) {
    case "argo":
    case "flagger": {
      const opened = openKubernetesFile(file, text);
      lintArgo(opened);
      lintFlagger(opened);
      return opened.told.problems;
    }
    case "alerts": {
      const read = readYaml(file, text, { maxBytes: maxSloBytes, maxDocuments: 100 });
      const template = templateFault(text, read.problems);
      if (template !== undefined) return [template];
      return [...textLints(file, text), ...read.problems, ...burnClaimProblems(read.documents)];
    }
    case "workflow":
      return lintWorkflow(file, text);
    case "keptn-sli":
      return lintSli(file, text);
    case "keptn-slo":
      return lintSlo(file, text, indicators);
    case undefined:
      return [];
  }
}
