import type { Policy } from "../../../src/domain/policy.ts";
import type { Problem } from "../../../src/domain/problem.ts";
import { pointedFile } from "../../../src/gate/pointed-files.ts";
import { assemblePolicy, policyPath, type PolicyReading, readPolicy } from "../../../src/policy/parse.ts";

/** Files that a written policy may point at, by path. */
export type Files = Readonly<Record<string, string>>;

/** Version and one objective of the smallest kind; what a test is about is written below it. */
export const small = "version: 1\nobjectives: [{from: slo/checkout.yaml}]\n";

/** A Sloth file with one objective, `shop-checkout`. */
export const sloth = [
  "version: prometheus/v1",
  "service: shop",
  "slos:",
  "  - name: checkout",
  "    objective: 99.9",
  "    sli:",
  "      events:",
  "        error_query: sum(rate(http_requests_total{code=~'5..'}[{{.window}}]))",
  "        total_query: sum(rate(http_requests_total[{{.window}}]))",
  "",
].join("\n");

/** Reads a policy with the files it may point at, as the gate does. */
export function readWhole(text: string, files: Files = { "slo/checkout.yaml": sloth }): PolicyReading {
  return assemblePolicy(
    readPolicy(policyPath, text),
    (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      const file = pointedFile(text === undefined ? undefined : { kind: "file", text, blobSha: "" });
      return { kind: "files", files: [{ path, file }] };
    },
    {
      id: "main",
      named: (name) => (name === "elsewhere" ? "other" : name === "unknown" ? undefined : "main"),
    },
  );
}

/** The policy, or the test fails with the problems that keep it from being used. */
export function policyOf(text: string, files?: Files): Policy {
  const reading = readWhole(text, files);
  if (reading.kind === "usable") return reading.policy;
  throw new Error(reading.problems.map(printed).join("\n"));
}

/** The problems of a policy, errors and warnings. */
export function problemsOf(text: string, files?: Files): readonly Problem[] {
  const reading = readWhole(text, files);
  return reading.kind === "usable" ? reading.warnings : reading.problems;
}

/** A problem as people see it: place, severity, code, words, and the line with its caret. */
export function printed({ file, position, severity, code, key, message, excerpt }: Problem): string {
  const head = `${file}:${position.line}:${position.column} ${severity} ${code}`;
  return `${head}\n${key === "" ? "" : `${key} `}${message}${excerpt === "" ? "" : `\n${excerpt}`}`;
}
