import type { GitHubReader } from "../gate/ports.ts";
import { authorityOver } from "./authority.ts";
import type { GitHubClient } from "./client.ts";
import { filesOver } from "./files.ts";
import { repositoryIdsOver } from "./installation-repositories.ts";
import { mergeQueueOver } from "./merge-queue.ts";
import { openPullsOver } from "./open-pulls.ts";
import { pullsOver } from "./pulls.ts";
import { runsOver } from "./runs.ts";
import { statusOver } from "./status.ts";
import { tagsOver } from "./tags.ts";
import { timelineOver } from "./timeline.ts";

/** Everything the gate reads from GitHub. */
export function readerOver(client: GitHubClient): GitHubReader {
  const pulls = pullsOver(client);
  return {
    ...filesOver(client),
    ...pulls,
    openPulls: openPullsOver(client, pulls.pull),
    ...mergeQueueOver(client),
    ...authorityOver(client),
    ...statusOver(client),
    ...tagsOver(client),
    ...timelineOver(client),
    ...runsOver(client),
    ...repositoryIdsOver(client),
  };
}
