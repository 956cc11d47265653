/**
 * GitHub's webhook → our hint: only what the gate needs, each field checked, nothing else kept. What no
 * handler wants is `undefined` and dropped before any work.
 */
import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import type { Actor, Repository } from "../domain/subject.ts";
import { ghost } from "./pulls.ts";

/** Events that we handle; all others are acknowledged and dropped unread. */
export const handledEvents: ReadonlySet<string> = new Set([
  "ping",
  "pull_request",
  "push",
  "installation",
  "installation_repositories",
  "repository",
]);

/**
 * Actions of `pull_request` that can change a verdict; `edited` only when the base changed, or the text,
 * which may hold the reason of a bypass.
 */
const pullActions = new Set([
  "opened",
  "reopened",
  "ready_for_review",
  "synchronize",
  "edited",
  "labeled",
  "unlabeled",
  "closed",
]);

const user = z.object({ id: z.int(), login: z.string(), type: z.string().optional() });
const installation = z.object({ id: z.int() });
const repository = z.object({
  id: z.int(),
  name: z.string(),
  private: z.boolean(),
  owner: z.object({ login: z.string() }),
});

const pullEvent = z.object({
  action: z.string(),
  changes: z.object({ base: z.unknown().optional(), body: z.unknown().optional() }).optional(),
  pull_request: z.object({
    number: z.int(),
    state: z.string(),
    draft: z.boolean().optional(),
    updated_at: z.string(),
    user: user.nullable(),
    labels: z.array(z.object({ name: z.string() })),
    head: z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }),
    base: z.object({ ref: z.string().min(1), repo: z.object({ id: z.int() }) }),
  }),
  repository,
  installation,
  sender: user,
});

const pushEvent = z.object({
  ref: z.string(),
  created: z.boolean(),
  forced: z.boolean(),
  deleted: z.boolean(),
  commits: z.array(
    z.object({
      added: z.array(z.string()).optional(),
      modified: z.array(z.string()).optional(),
      removed: z.array(z.string()).optional(),
    }),
  ),
  repository,
  installation,
});

const brief = z.object({ id: z.int(), full_name: z.string(), private: z.boolean() });

const installationEvent = z.object({
  action: z.string(),
  installation,
  repositories: z.array(brief).optional(),
});

const installationRepositoriesEvent = z.object({
  installation,
  repositories_added: z.array(brief),
  repositories_removed: z.array(z.object({ id: z.int() })),
});

const repositoryEvent = z.object({ action: z.string(), repository, installation });

/** GitHub lists at most so many commits in a push; beyond that it cannot tell what was touched. */
const maxListedCommits = 2048;

/**
 * The hint in a webhook, or `undefined` when nobody needs it. Throws a `ZodError` when the body is not what
 * GitHub sends.
 */
export function hintOf(event: string, payload: unknown): Hint | undefined {
  switch (event) {
    case "ping":
      return { kind: "ping" };
    case "pull_request":
      return pullHint(payload);
    case "push":
      return pushHint(payload);
    case "installation":
      return installationHint(payload);
    case "installation_repositories": {
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
    case "repository":
      return repositoryHint(payload);
    default:
      return undefined;
  }
}

function pullHint(payload: unknown): Hint | undefined {
  const action = z.object({ action: z.string() }).parse(payload).action;
  if (!pullActions.has(action)) return undefined;
  const event = pullEvent.parse(payload);
  if (action === "edited" && event.changes?.base === undefined && event.changes?.body === undefined)
    return undefined;
  const { pull_request: pull, sender } = event;
  // A pull request belongs to the repository it wants to enter; anything else is a confusion we take no part
  // in. [T4]
  if (pull.base.repo.id !== event.repository.id) return undefined;
  return {
    kind: "pull_request",
    repository: fromFull(event.repository, event.installation.id),
    pull: {
      repositoryId: event.repository.id,
      number: pull.number,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      author: pull.user === null ? ghost : actorOf(pull.user),
      isOpen: pull.state === "open",
      isDraft: pull.draft === true,
      labels: pull.labels.map(({ name }) => name),
      updatedAt: Date.parse(pull.updated_at),
    },
    pusher: action === "opened" || action === "synchronize" ? actorOf(sender) : undefined,
  };
}

function pushHint(payload: unknown): Hint | undefined {
  const event = pushEvent.parse(payload);
  const prefix = "refs/heads/";
  if (!event.ref.startsWith(prefix) || event.deleted) return undefined;
  const isListed = !event.created && !event.forced && event.commits.length < maxListedCommits;
  const touched = event.commits.flatMap(({ added = [], modified = [], removed = [] }) => [
    ...added,
    ...modified,
    ...removed,
  ]);
  return {
    kind: "push",
    repository: fromFull(event.repository, event.installation.id),
    branch: event.ref.slice(prefix.length),
    touched: isListed ? [...new Set(touched)] : "unknown",
  };
}

function installationHint(payload: unknown): Hint | undefined {
  const { action, installation: at, repositories = [] } = installationEvent.parse(payload);
  const standings: Readonly<Record<string, "active" | "suspended" | "deleted">> = {
    created: "active",
    unsuspend: "active",
    new_permissions_accepted: "active",
    suspend: "suspended",
    deleted: "deleted",
  };
  const change = standings[action];
  if (change === undefined) return undefined;
  return {
    kind: "installation",
    installationId: at.id,
    change,
    repositories: repositories.map((one) => fromBrief(one, at.id)),
  };
}

function repositoryHint(payload: unknown): Hint | undefined {
  const { action, repository: about, installation: at } = repositoryEvent.parse(payload);
  const changes: Readonly<Record<string, "changed" | "transferred" | "deleted">> = {
    renamed: "changed",
    publicized: "changed",
    privatized: "changed",
    transferred: "transferred",
    deleted: "deleted",
  };
  const change = changes[action];
  return change === undefined
    ? undefined
    : { kind: "repository", repository: fromFull(about, at.id), change };
}

function fromFull(from: z.infer<typeof repository>, installationId: number): Repository {
  return { id: from.id, owner: from.owner.login, name: from.name, isPublic: !from.private, installationId };
}

function fromBrief(
  { id, full_name: fullName, private: isPrivate }: z.infer<typeof brief>,
  installationId: number,
): Repository {
  const [owner = "", name = ""] = fullName.split("/");
  return { id, owner, name, isPublic: !isPrivate, installationId };
}

function actorOf({ id, login, type }: z.infer<typeof user>): Actor {
  return { id, login, isBot: type !== "User" };
}
