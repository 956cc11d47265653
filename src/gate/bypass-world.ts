import type { GrantWorld } from "./bypass-grant.ts";
import type { Ledger } from "./ledger.ts";
import type { GitHubReader } from "./ports.ts";

/** What the question whether somebody has opened a gate needs. */
export interface BypassWorld extends GrantWorld {
  readonly ledger: Pick<
    Ledger,
    "askers" | "audit" | "grants" | "presses" | "pulls" | "registry" | "remarks" | "tags"
  >;
  readonly github: Pick<
    GitHubReader,
    | "pull"
    | "timeline"
    | "pusher"
    | "entitlement"
    | "groupMembers"
    | "madeBy"
    | "tag"
    | "tagsUnder"
    | "tagNote"
    | "tagGuard"
  >;
}
