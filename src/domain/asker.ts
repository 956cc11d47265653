/**
 * Who waits for a verdict and is no pull request: pull requests have a life and a table of their own.
 */
import type { Instant } from "./instant.ts";
import type { Subject } from "./subject.ts";

/** Somebody who waits for a verdict on a subject. */
export interface Asker {
  readonly subject: Subject;
  readonly who: Who;
  readonly askedAt: Instant;
}

/** Who asks. */
export type Who =
  /** An entry of a merge queue; its group has a commit of its own. */
  | { readonly kind: "merge_group"; readonly headRef: string }
  /** A waiting job of a workflow run, and its deployment where the request names one. */
  | { readonly kind: "run"; readonly ref: string; readonly deploymentId?: number | undefined }
  /** A deployment by the Deployments API. One of a job is no asker: the job's protection rule is its gate. */
  | { readonly kind: "deployment"; readonly deploymentId: number; readonly ref: string }
  /** The head of the default branch, for callers of the Deployments API. */
  | { readonly kind: "branch_head" };

/** What an asker has been told so far, beside the commit status. */
export interface Progress {
  /** How many interim answers it was given. */
  readonly count: number;
  /** What the last one said, without numbers. */
  readonly toldClass: string | undefined;
}

/** Names an asker within its repository. GitHub tells environments apart without case. */
export function askerKey({ subject, who }: Pick<Asker, "subject" | "who">): string {
  switch (who.kind) {
    case "merge_group":
      return `${who.kind}:${subject.headSha}`;
    case "run":
      return subject.gate.kind === "environment"
        ? `${who.kind}:${subject.gate.runId}:${subject.gate.environment.toLowerCase()}`
        : `${who.kind}:${subject.headSha}`;
    case "deployment":
      return `${who.kind}:${who.deploymentId}`;
    case "branch_head":
      return subject.gate.kind === "deployment"
        ? `${who.kind}:${subject.gate.environment.toLowerCase()}`
        : `${who.kind}:${subject.baseRef}`;
  }
}
