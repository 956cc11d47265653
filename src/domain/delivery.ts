import type { Actor, Pull, Repository } from "./subject.ts";

/**
 * What one webhook hints at, in our words. Everything it does not need is left behind before it is stored.
 */
export type Hint =
  | { readonly kind: "ping" }
  | {
      readonly kind: "pull_request";
      readonly repository: Repository;
      readonly pull: Pull;
      /** Who pushed the head, when the event tells: the sender of `opened` and `synchronize`. */
      readonly pusher: Actor | undefined;
    }
  | {
      readonly kind: "push";
      readonly repository: Repository;
      /** Short branch name. */
      readonly branch: string;
      /** Paths that the push touched, or `unknown` when the event cannot tell them all. */
      readonly touched: readonly string[] | "unknown";
    }
  | {
      readonly kind: "installation";
      readonly installationId: number;
      readonly change: "active" | "suspended" | "deleted";
      /** Repositories that come with it. */
      readonly repositories: readonly Repository[];
    }
  | {
      readonly kind: "installation_repositories";
      readonly installationId: number;
      readonly added: readonly Repository[];
      readonly removedIds: readonly number[];
    }
  | {
      readonly kind: "repository";
      readonly repository: Repository;
      readonly change: "changed" | "transferred" | "deleted";
    };

/** One verified webhook under GitHub's delivery id. */
export interface Delivery {
  /** `X-GitHub-Delivery`; a redelivery has the same. */
  readonly id: string;
  /** `pull_request.labeled`, for people. */
  readonly name: string;
  readonly hint: Hint;
}
