/** What GitHub's webhooks have in common: the parts of a payload that several events carry, each field checked. */
import { z } from "zod";
import type { Actor, Repository } from "../domain/subject.ts";

/**
 * What somebody called something. GitHub takes no name above 255 bytes; what is far longer is not GitHub's, and would be
 * stored. [T18]
 */
export const name = z.string().max(1000);

const login = z.string().max(100);

/** An account. */
export const user = z.object({ id: z.int(), login, type: name.optional() });

/** The installation that an event was sent for. */
export const installation = z.object({ id: z.int() });

/** A repository as most events describe it. */
export const repository = z.object({
  id: z.int(),
  name: name.max(200),
  private: z.boolean(),
  owner: z.object({ login }),
  default_branch: name.min(1).optional(),
});

/** A repository where an event is about its default branch too, which GitHub's description promises. */
export const homeRepository = repository.required({ default_branch: true });

/** A repository as events about installations describe it. */
export const brief = z.object({ id: z.int(), full_name: name.max(301), private: z.boolean() });

/** A commit's name. */
export const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** A described repository as ours. */
export function fromFull(from: z.infer<typeof repository>, installationId: number): Repository {
  const { id, name, owner, default_branch: defaultBranch } = from;
  const known = { id, owner: owner.login, name, isPublic: !from.private, installationId };
  return defaultBranch === undefined ? known : { ...known, defaultBranch };
}

/** A briefly described repository as ours. */
export function fromBrief(
  { id, full_name: fullName, private: isPrivate }: z.infer<typeof brief>,
  installationId: number,
): Repository {
  const [owner = "", name = ""] = fullName.split("/");
  return { id, owner, name, isPublic: !isPrivate, installationId };
}

/** An account as ours. */
export function actorOf({ id, login, type }: z.infer<typeof user>): Actor {
  return { id, login, isBot: type !== "User" };
}
