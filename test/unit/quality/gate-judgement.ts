import { expect } from "vitest";
import { type FileGate, judgeGate, queriesOf, readQualityFile } from "../../../src/quality/gate-file.ts";
import type { GateOutcome } from "../../../src/quality/gate-outcome.ts";
import type { PrometheusAnswer } from "../../../src/quality/keptn/sli-value.ts";

/** The end of the time that tests judge: 2026-01-01T00:00:00Z. */
export const end = 1_767_225_600_000;

type Args = Readonly<Record<string, string>>;

/** A gate of a text that must be one. */
export function gateOf(tool: FileGate["tool"], text: string, args: Args = {}): FileGate {
  const reading = readQualityFile(tool, text, "gate.yaml", args);
  expect(reading.problems).toEqual([]);
  if (reading.kind !== "read") throw new Error("is unusable");
  return reading.gate;
}

/** What is wrong with a text: `code line:column message`. */
export function faultsOf(tool: FileGate["tool"], text: string, args: Args = {}): readonly string[] {
  const { kind, problems } = readQualityFile(tool, text, "gate.yaml", args);
  expect(kind).toBe(problems.some(({ severity }) => severity === "error") ? "unusable" : "read");
  return problems.map(
    ({ code, position: { line, column }, message }) => `${code} ${line}:${column} ${message}`,
  );
}

/** What is asked, in order. */
export function expressionsOf(gate: FileGate): readonly string[] {
  return queriesOf(gate, { start: end - 600_000, end }).map(({ expression }) => expression);
}

/** Judges a gate whose every query is answered alike. */
export function judged(gate: FileGate, answer: PrometheusAnswer | readonly string[]): GateOutcome {
  const given = "length" in answer ? { resultType: "vector", values: answer } : answer;
  return judgeGate(gate, new Map(gate.metrics.map(({ name }) => [name, given])));
}
