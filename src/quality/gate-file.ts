/**
 * Files of Argo Rollouts and of Flagger as gates: text → gate → queries → what their tool would make of the answers.
 *
 * Keeps: nothing here asks anybody. Addresses of a file are told and never dialled; the caller looks them up among the operator's data
 * sources, and answers for one that is none of these with an error. [T26] What was not measured never passes.
 */
import type { Problem } from "../domain/problem.ts";
import type { ArgoGate } from "./argo/gate.ts";
import { argoQueries, judgeArgo } from "./argo/judge.ts";
import { readArgo } from "./argo/template.ts";
import { readFlagger } from "./flagger/canary.ts";
import type { FlaggerGate } from "./flagger/gate.ts";
import { flaggerQueries, judgeFlagger } from "./flagger/judge.ts";
import type { GateOutcome } from "./gate-outcome.ts";
import type { GateQuery } from "./gate-query.ts";
import type { PrometheusAnswer } from "./keptn/sli-value.ts";
import type { TimeFrame } from "./keptn/time-frame.ts";

/** A gate that was read. */
export type FileGate = ArgoGate | FlaggerGate;

/** What reading a file came to. */
export type GateFileReading =
  /** `problems` are warnings. */
  | { readonly kind: "read"; readonly gate: FileGate; readonly problems: readonly Problem[] }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[] };

/** Reads a file. `args` are the policy's values for the arguments or variables of the file. */
export function readQualityFile(
  tool: FileGate["tool"],
  text: string,
  file: string,
  args: Readonly<Record<string, string>>,
): GateFileReading {
  switch (tool) {
    case "argo":
      return readArgo(file, text, args);
    case "flagger":
      return readFlagger(file, text, args);
  }
}

/** What is to be asked for a gate, about the end of a time. A metric that cannot be asked for is not among it. */
export function queriesOf(gate: FileGate, frame: TimeFrame): readonly GateQuery[] {
  switch (gate.tool) {
    case "argo":
      return argoQueries(gate, frame.end);
    case "flagger":
      return flaggerQueries(gate, frame.end);
  }
}

/** The addresses that a gate's file names, each once. */
export function addressesOf(gate: FileGate): readonly string[] {
  const addresses = gate.metrics.flatMap(({ source }) =>
    source.kind === "query" ? (source.address ?? []) : [],
  );
  return [...new Set(addresses)];
}

/** Judges by answers, by the metrics' names; a metric without one was not measured. Values stand as Prometheus sent them. */
export function judgeGate(gate: FileGate, answers: ReadonlyMap<string, PrometheusAnswer>): GateOutcome {
  switch (gate.tool) {
    case "argo":
      return judgeArgo(gate, answers);
    case "flagger":
      return judgeFlagger(gate, answers);
  }
}
