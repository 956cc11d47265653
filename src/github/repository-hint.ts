import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { acceptedOf, acceptedShape } from "./installations.ts";
import { brief, fromBrief, fromFull, installation, repository } from "./payload.ts";

const installationEvent = z.object({
  action: z.string(),
  installation: installation.extend(acceptedShape),
  repositories: z.array(brief).optional(),
});

const installationRepositoriesEvent = z.object({
  installation,
  repositories_added: z.array(brief),
  repositories_removed: z.array(z.object({ id: z.int() })),
});

const repositoryEvent = z.object({
  action: z.string(),
  changes: z.object({ default_branch: z.unknown().optional() }).optional(),
  repository,
  installation,
});

/** What each action of `installation` makes of it. */
const standings: Readonly<Record<string, "active" | "suspended" | "deleted">> = {
  created: "active",
  unsuspend: "active",
  new_permissions_accepted: "active",
  suspend: "suspended",
  deleted: "deleted",
};

/** What each action of `repository` means for us. */
const changes: Readonly<Record<string, "changed" | "transferred" | "deleted">> = {
  edited: "changed",
  renamed: "changed",
  publicized: "changed",
  privatized: "changed",
  transferred: "transferred",
  deleted: "deleted",
};

/** Actions of `installation` that we do something with. */
export const installationActions: ReadonlySet<string> = new Set(Object.keys(standings));

/** Actions of `repository` that we do something with. */
export const repositoryActions: ReadonlySet<string> = new Set(Object.keys(changes));

/** The hint in an `installation` event. */
export function installationHint(payload: unknown): Hint | undefined {
  const { action, installation: at, repositories = [] } = installationEvent.parse(payload);
  const change = standings[action];
  if (change === undefined) return undefined;
  return {
    kind: "installation",
    installationId: at.id,
    change,
    repositories: repositories.map((one) => fromBrief(one, at.id)),
    accepted: acceptedOf(at),
  };
}

/** The hint in an `installation_repositories` event. */
export function installationRepositoriesHint(payload: unknown): Hint {
  const {
    installation: at,
    repositories_added: added,
    repositories_removed: removed,
  } = installationRepositoriesEvent.parse(payload);
  return {
    kind: "installation_repositories",
    installationId: at.id,
    added: added.map((one) => fromBrief(one, at.id)),
    removedIds: removed.map(({ id }) => id),
  };
}

/** The hint in a `repository` event. */
export function repositoryHint(payload: unknown): Hint | undefined {
  const { action, changes: edited, repository: about, installation: at } = repositoryEvent.parse(payload);
  // Of what is edited, only another default branch matters: its policy judges deployments.
  if (action === "edited" && edited?.default_branch === undefined) return undefined;
  const change = changes[action];
  return change === undefined
    ? undefined
    : { kind: "repository", repository: fromFull(about, at.id), change };
}
