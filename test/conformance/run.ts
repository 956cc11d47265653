/**
 * Runs vectors, what other tools decide for given inputs, through the product's own code.
 *
 *   node test/conformance/run.ts ../shared/vectors/slo.json [--data DIR]
 */
import { parseArgs } from "node:util";
import { askFor } from "./asks.ts";
import { difference, exactDifference } from "./compare.ts";
import { dataIn, readVectors, type Vector, type VectorData } from "./vector.ts";

/** What came of some vectors. */
export interface Tally {
  readonly passed: number;
  /** One text for each failure: id, place, expected and actual. */
  readonly failures: readonly string[];
}

/** Runs vectors. What is not supported has failed. */
export function runVectors(vectors: readonly Vector[], data: VectorData): Tally {
  const failures = vectors.flatMap((vector) => {
    const wrong = failureOf(vector, data);
    return wrong === undefined ? [] : [`${vector.id}: ${wrong}`];
  });
  return { passed: vectors.length - failures.length, failures };
}

function failureOf(vector: Vector, data: VectorData): string | undefined {
  const ask = askFor(vector);
  if (ask === undefined) return `nobody answers \`${vector.ask}\` of ${vector.tool}`;
  try {
    const answer = ask(vector, data);
    return vector.isExact === true
      ? exactDifference(vector.expected, answer)
      : difference(vector.expected, answer);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function main(): void {
  const options = { data: { type: "string", default: "../shared/slo-data" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (positionals.length === 0) {
    process.stderr.write("name at least one file of vectors\n");
    process.exitCode = 64;
    return;
  }
  const tallies = positionals.map((file) => runVectors(readVectors(file), dataIn(values.data)));
  const failures = tallies.flatMap((tally) => tally.failures);
  for (const failure of failures) process.stdout.write(`${failure}\n`);
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
