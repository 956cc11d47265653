/** Evaluations of quality gates that are kept: what later ones are compared with, and what an auditor asks for. */
import type { Instant } from "../domain/instant.ts";
import type { EvaluationData } from "../quality/keptn/evaluation.ts";
import type { EarlierEvaluation } from "../quality/keptn/history.ts";

/** Evaluations that are compared with each other: Keptn's project, stage and service in one repository. */
export interface EvaluationSeries {
  readonly repositoryId: number;
  readonly project: string;
  readonly stage: string;
  readonly service: string;
}

/** An evaluation to keep. */
export interface NewEvaluation {
  readonly series: EvaluationSeries;
  /** How the policy names the gate. */
  readonly gate: string;
  /** Names what it was about, such as one deployment: the same one is kept once, however often it is told. */
  readonly key: string;
  readonly environment: string | undefined;
  readonly headSha: string | undefined;
  readonly at: Instant;
  readonly data: EvaluationData;
}

/** An evaluation as it was kept. */
export interface KeptEvaluation extends Omit<NewEvaluation, "key"> {
  readonly id: string;
  readonly invalidated: { readonly at: Instant; readonly because: string } | undefined;
}

/** How many earlier evaluations are looked at: more than any gate compares with. */
export const maxEarlier = 500;

/** For who keeps none: every evaluation is a first one. */
export const noEvaluations: Pick<Evaluations, "earlier" | "find" | "keep"> = {
  earlier: () => Promise.resolve([]),
  find: () => Promise.resolve(undefined),
  keep: () => Promise.resolve(""),
};

/** Evaluations in the ledger. */
export interface Evaluations {
  /** Keeps an evaluation and gives its id; what was kept under its key stays. */
  keep(evaluation: NewEvaluation): Promise<string>;
  /** The newest of a series that nobody took back, at most `maxEarlier`, newest first. */
  earlier(series: EvaluationSeries): Promise<readonly EarlierEvaluation[]>;
  /** One of a repository by its id, taken back or not. */
  find(repositoryId: number, id: string): Promise<KeptEvaluation | undefined>;
  /** The newest of a repository, newest first. */
  newest(repositoryId: number, count: number): Promise<readonly KeptEvaluation[]>;
  /** Takes one back, so that nothing is compared with it; false: there is none, or it was taken back before. */
  invalidate(id: string, because: string, now: Instant): Promise<boolean>;
}
