import type { DurationMs } from "./duration.ts";
import type { GateAnswer, QualityGateAnswer } from "./gate-answer.ts";

/** A gate's answer, as far as a caller needs it. */
export interface ReadAnswer extends Pick<
  GateAnswer,
  "verdict" | "allow" | "decision" | "reason" | "id" | "url" | "retryAfterSeconds" | "slos"
> {
  readonly qualityGates: readonly (Pick<QualityGateAnswer, "name" | "score" | "message"> & {
    readonly result: string;
  })[];
}

/** What came of asking a gate. */
export type Reply =
  | { readonly kind: "answered"; readonly answer: ReadAnswer; readonly text: string }
  | {
      readonly kind: "unanswered";
      /** For people: one clause. */
      readonly why: string;
      /** Whether asking again may help. */
      readonly isTransient: boolean;
      readonly retryAfterMs?: DurationMs;
    };
