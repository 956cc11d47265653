import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { actorOf, fromFull, installation, name, repository, sha, user } from "./payload.ts";

const pushEvent = z.object({
  ref: name,
  created: z.boolean(),
  forced: z.boolean(),
  deleted: z.boolean(),
  after: sha,
  sender: user,
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

/** GitHub lists at most so many commits in a push; beyond that it cannot tell what was touched. */
const maxListedCommits = 2048;

/** The most that the paths of one push may hold together, in characters: they are stored. [T18] */
const maxPathsLength = 64 * 1024;

/** The hint in a `push` event: a branch that moved, or a tag. */
export function pushHint(payload: unknown): Hint | undefined {
  const event = pushEvent.parse(payload);
  const at = fromFull(event.repository, event.installation.id);
  const tags = "refs/tags/";
  if (event.ref.startsWith(tags)) {
    const objectSha = event.deleted ? undefined : event.after;
    const tag = event.ref.slice(tags.length);
    return { kind: "tag", repository: at, tag, objectSha, pusher: actorOf(event.sender) };
  }
  const prefix = "refs/heads/";
  if (!event.ref.startsWith(prefix) || event.deleted) return undefined;
  const touched = new Set(
    event.commits.flatMap(({ added = [], modified = [], removed = [] }) => [
      ...added,
      ...modified,
      ...removed,
    ]),
  );
  const length = [...touched].reduce((sum, path) => sum + path.length, 0);
  const isListed =
    !event.created && !event.forced && event.commits.length < maxListedCommits && length <= maxPathsLength;
  return {
    kind: "push",
    repository: at,
    branch: event.ref.slice(prefix.length),
    touched: isListed ? [...touched] : "unknown",
    headSha: event.after,
  };
}
