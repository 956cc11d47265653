import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { actorOf, fromFull, installation, name, repository, sha, user } from "./payload.ts";
import { isContextOfOurs } from "./status.ts";

const context = z.object({ context: z.string() });

const statusEvent = z.object({
  context: name,
  sha,
  state: name,
  repository,
  installation,
  sender: user,
});

/** The hint in a `status` event. Every status of every CI sends one, so all but ours are dropped first. */
export function statusHint(payload: unknown): Hint | undefined {
  if (!isContextOfOurs(context.parse(payload).context)) return undefined;
  const event = statusEvent.parse(payload);
  return {
    kind: "status",
    repository: fromFull(event.repository, event.installation.id),
    headSha: event.sha,
    context: event.context,
    state: event.state,
    sender: actorOf(event.sender),
  };
}
