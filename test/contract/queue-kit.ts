/** What tests of the simulation's merge queue have in common. */
import type { Acme } from "../world/github-acme.ts";
import { at } from "../world/github-client.ts";
import type { GitHubOptions } from "../world/github-desk.ts";
import type { GitHub } from "../world/github.ts";
import { mergeQueue, requiredChecks, type MergeQueueParameters } from "../world/github-rule.ts";
import type { StatusState } from "../world/github-status.ts";

/** The status that the queue waits for. */
export const gate = "error-budget: main";

/** A world whose shop has a merge queue. */
export type Queueing = Acme & {
  /** The head of main before anything merged. */
  tip: string;
  /** Sets the status on the head of a pull request's group, as the app. */
  judge: (number: number, state: StatusState) => void;
  /** The numbers in the queue, first to merge first. */
  waiting: () => number[];
};

/** Starts a world in which pull requests 1 to `pulls` are queued. */
export async function queueing(
  acme: (options: Partial<GitHubOptions>) => Promise<Acme>,
  parameters: Partial<MergeQueueParameters> = {},
  pulls = 3,
): Promise<Queueing> {
  const permissions = { pull_requests: "read", contents: "read", statuses: "write" } as const;
  const world = await acme({
    permissions: { ...permissions, merge_queues: "read" },
    events: ["pull_request", "merge_group", "push"],
  });
  const { github, shop } = world;
  const required = requiredChecks([{ context: gate, integration_id: github.appId }]);
  shop.rules.set("main", [required, mergeQueue(parameters)]);
  for (let number = 1; number <= pulls; number += 1)
    shop.openPull({ head: `fix-${number}`, author: "bob", files: { [`${number}.txt`]: "new\n" } });
  const tip = shop.branches.get("main") ?? "";
  for (let number = 1; number <= pulls; number += 1) shop.queue.add(number, { by: "ann" });
  return {
    ...world,
    tip,
    judge: (number, state) =>
      shop.setStatus(shop.queue.group(number).headSha, { state, context: gate }, { by: "burngate[bot]" }),
    waiting: () => shop.queue.entries("main").map((entry) => entry.number),
  };
}

/** What happened to pull requests and groups since the index given: `merge_group.destroyed merged 2`. */
export function events(github: GitHub, from: number): string[] {
  return github.deliveries.slice(from).flatMap(({ event, action, payload }) => {
    if (event === "push") return [];
    const { number, reason } = payload as { number?: number; reason?: string };
    const branch = String(at(payload, "merge_group", "head_ref"));
    const which = number ?? Number(/pr-(\d+)-/.exec(branch)?.[1]);
    return [[`${event}.${action}`, reason, which].filter((part) => part !== undefined).join(" ")];
  });
}
