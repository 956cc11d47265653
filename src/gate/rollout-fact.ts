import type { Instant } from "../domain/instant.ts";

/** That something was rolled out, as another system tells it. */
export interface RolloutFact {
  readonly from: "github" | "flagger" | "argocd" | "cdevents";
  readonly repositoryId: number;
  readonly environment: string;
  readonly service: string | undefined;
  /** The commit that runs now; `undefined`: nobody told. */
  readonly sha: string | undefined;
  readonly phase: "succeeded" | "failed";
  /** The teller's own name for this rollout: the same one may be told many times. */
  readonly key: string;
  readonly at: Instant;
}
