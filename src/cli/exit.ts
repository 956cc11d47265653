import type { Evaluation } from "../gate/evaluate.ts";

/** Exit codes. 64 and 70 are sysexits.h's EX_USAGE and EX_SOFTWARE. */
export const exit = { open: 0, held: 1, inconclusive: 2, usage: 64, fault: 70 } as const;

/** One of the exit codes. */
export type ExitCode = (typeof exit)[keyof typeof exit];

/** The exit code of an evaluation. Nothing that was not judged is a pass. */
export function exitOf(evaluation: Evaluation): ExitCode {
  if (evaluation.kind !== "judged") return exit.inconclusive;
  if (evaluation.verdict.mode === "observe") return exit.open;
  switch (evaluation.decision.outcome) {
    case "allow":
    case "warn":
      return exit.open;
    case "block":
      return exit.held;
    case "inconclusive":
      return exit.inconclusive;
  }
}

/** A wrong call: the message tells what and how to mend it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
