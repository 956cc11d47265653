/** Mistakes of Pyrra files that Pyrra takes as they are, and what follows from them for its recordings. */
import type { Problem } from "../domain/problem.ts";
import { countsFault, increaseBase } from "./pyrra-records.ts";
import type { PyrraSlo } from "./pyrra-slo.ts";
import { arePyrraTiersWhole } from "./pyrra-windows.ts";
import { labelNamePattern } from "./selector.ts";

/** What is worth mending in a file that can be used. */
export function pyrraLints({ document, percent, indicator }: PyrraSlo): readonly Problem[] {
  const problems: Problem[] = [];
  if (percent < 1) {
    const message = `is a percentage: at ${percent}% nearly every event may fail; 0.99 is written 99`;
    problems.push(document.problem("bad_target", ["spec", "target"], message, "warning"));
  }
  if (indicator.kind !== "latency") return problems;
  const { success, total } = indicator;
  const extra = success.matchers.filter(
    ({ name, op, value }) =>
      name !== "le" &&
      !total.matchers.some((one) => one.name === name && one.op === op && one.value === value),
  );
  for (const { name, op, value } of extra) {
    const message = `counts only ${name}${op}${JSON.stringify(value)} as good, which \`total\` does not ask for: all else is an error`;
    const path = ["spec", "indicator", "latency", "success", "metric"];
    problems.push(document.problem("contradiction", path, message, "warning"));
  }
  return problems;
}

/**
 * Why what Pyrra records of an SLO is not to be read, as a warning; `undefined` where it is. `others` are the SLOs that are
 * read with it.
 */
export function recordingFault(slo: PyrraSlo, others: readonly PyrraSlo[]): Problem | undefined {
  const { document, indicator, labels } = slo;
  const warning = (code: Problem["code"], path: readonly PropertyKey[], message: string): Problem =>
    document.problem(code, path, message, "warning");
  if (!arePyrraTiersWhole(slo.windowMs))
    return warning(
      "bad_windows",
      ["spec", "window"],
      "is so short that Pyrra's own alert windows round to nothing, and Prometheus refuses its rules; ours apply",
    );
  const odd = Object.keys(labels).find((name) => !labelNamePattern.test(name));
  if (odd !== undefined)
    return warning(
      "bad_label",
      ["metadata", "labels", `pyrra.dev/${odd}`],
      `gives Pyrra's rules the label \`${odd}\`, which is no label's name, and Prometheus refuses them`,
    );
  const fault = countsFault(slo);
  if (fault !== undefined)
    return warning(
      "contradiction",
      ["spec", "indicator", indicator.kind],
      `has selectors of which what Pyrra records over the window ${fault}; it is not read, the queries are asked instead`,
    );
  const twin = others.find((one) => one !== slo && doMix(slo, one));
  if (twin !== undefined)
    return warning(
      "contradiction",
      ["spec", "performanceOverAccuracy"],
      `mixes what Pyrra records over the window with \`${twin.name}\`, which counts the same metric; it is not read, the queries are asked instead`,
    );
  return undefined;
}

/**
 * Whether the recorded counts of two SLOs run into each other: those of five minutes are added up without regard to whose
 * they are. https://github.com/pyrra-dev/pyrra/blob/v0.10.1/docs/performance-mode.md
 */
function doMix(one: PyrraSlo, other: PyrraSlo): boolean {
  if (!one.isCoarse || !other.isCoarse) return false;
  const names = namesOf(other);
  return namesOf(one).some((name) => names.includes(name));
}

function namesOf({ indicator }: PyrraSlo): readonly string[] {
  const all = increaseBase(indicator.total);
  return indicator.kind === "ratio" ? [all, increaseBase(indicator.errors)] : [all];
}
