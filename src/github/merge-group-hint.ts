import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { fromFull, installation, name, repository, sha } from "./payload.ts";

const mergeGroupEvent = z.object({
  action: z.string(),
  merge_group: z.object({
    head_sha: sha,
    head_ref: name.min(1),
    base_ref: name.regex(/^refs\/heads\/./),
  }),
  repository,
  installation,
});

/** The hint in a `merge_group` event. GitHub does not tell in it which pull requests the group holds. */
export function mergeGroupHint(payload: unknown): Hint | undefined {
  const { action, merge_group: group, repository: at, installation: of } = mergeGroupEvent.parse(payload);
  if (action !== "checks_requested" && action !== "destroyed") return undefined;
  return {
    kind: "merge_group",
    repository: fromFull(at, of.id),
    change: action === "destroyed" ? "ended" : "requested",
    headSha: group.head_sha,
    headRef: group.head_ref,
    baseRef: group.base_ref.slice("refs/heads/".length),
  };
}
