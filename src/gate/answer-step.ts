import type { Failure } from "./failure.ts";

/** What a job is told in the end. */
export interface Answer {
  readonly state: "approved" | "rejected";
  readonly comment: string;
  /** The same for the audit log: one line, no Markdown. */
  readonly why: string;
}

/** What to do with a job that waits now. */
export type Step =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** Look again at the next tick. `told` names what is said meanwhile, without numbers. */
  | { readonly kind: "hold"; readonly comment: string; readonly told: string }
  /** Ask again soon. */
  | { readonly kind: "ask"; readonly comment: string; readonly failure: Failure };

/** The job goes on. */
export function approved(comment: string, why: string): Step {
  return { kind: "answer", answer: { state: "approved", comment, why } };
}

/** The job fails. */
export function rejected(comment: string, why: string): Step {
  return { kind: "answer", answer: { state: "rejected", comment, why } };
}
