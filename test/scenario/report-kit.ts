/** A shop whose installation has accepted everything that is told beside the status. */
import type { CheckRun } from "../world/github-check.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";

/** What the App is registered with. */
export const everything: Pick<ShopOptions, "permissions" | "events"> = {
  permissions: {
    checks: "write",
    contents: "read",
    issues: "read",
    members: "read",
    metadata: "read",
    merge_queues: "read",
    pull_requests: "write",
    statuses: "write",
  },
  events: [
    "check_run",
    "check_suite",
    "issue_comment",
    "merge_group",
    "pull_request",
    "pull_request_review",
    "push",
    "repository",
    "status",
  ],
};

/** Lets the installation accept everything, which the App hears of; gives the shop with its first words said. */
export async function acceptEverything(shop: Shop): Promise<Shop> {
  shop.acme.accept(everything.permissions ?? {});
  await shop.app.settle();
  shop.pass();
  return shop;
}

/** Our check run on a commit. */
export function reportOn(shop: Shop, sha: string): CheckRun | undefined {
  return shop.repository.checks.latest(sha, "error-budget report");
}

/** How often GitHub was asked to make and to change check runs, since `forget`. */
export function checkWrites(shop: Shop): { made: number; changed: number } {
  return {
    made: shop.github.count({ method: "POST", path: /\/check-runs$/ }),
    changed: shop.github.count({ method: "PATCH", path: /\/check-runs\/\d+$/ }),
  };
}
