import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { PlainEvent, Pull } from "./github-pull.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { pullBody } from "./github-shapes-pull.ts";

/** Makes a `pull_request` webhook; `more` is what the action tells beyond the pull request. */
export function send(
  repository: Repository,
  pull: Pull,
  action: string,
  sender: Account,
  more: Body = {},
): void {
  const details = (): Body => ({
    number: pull.number,
    pull_request: pullBody(repository.world, repository, pull),
    ...more,
  });
  announce(repository, "pull_request", action, details, sender);
}

/** Moves `updated_at` to now, and gives it. */
export function touch(repository: Repository, pull: Pull): number {
  pull.updatedAt = repository.world.now();
  return pull.updatedAt;
}

/** Adds an event to the timeline that is told by name only. */
export function tell(
  repository: Repository,
  pull: Pull,
  event: PlainEvent,
  actor: Account,
  commitSha?: string,
): void {
  const id = repository.world.ids.next("event");
  pull.timeline.push({ event, id, actor, at: touch(repository, pull), app: undefined, commitSha });
}
