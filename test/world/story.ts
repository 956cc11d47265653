/**
 * The stage on which the stories play, in real time and on real parts: the demo tells them and end-to-end tests
 * assert them.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { GitHubOptions } from "./github-desk.ts";
import type { GitHub } from "./github.ts";
import type { Repository } from "./github-repository.ts";
import type { Traffic } from "./traffic.ts";

/** The service whose budget the story spends. */
export const storyService = "checkout";

/** What Prometheus remembers of the service when the story begins. */
export type StoryHistory = "a month" | "nothing";

/**
 * Its policy. The windows are seconds, so that an outage and its end fit into a minute; a real policy writes
 * no rules and gets 1h and 5m. What is left of a budget can only be asked of a Prometheus that remembers at
 * least a tenth of the 30 days; for one that remembers nothing the policy goes without that rule.
 */
const storyPolicy = (history: StoryHistory): string => `version: 1
objectives:
  - name: checkout
    target: 99.9%
    window: 30d
    sli:
      error_query: sum(rate(http_requests_total{service="checkout",code=~"5.."}[{{window}}]))
      total_query: sum(rate(http_requests_total{service="checkout"}[{{window}}]))
rules:
  - name: fast-burn
    burn_rate: 14.4
    windows: [30s, 10s]
    then: block
${history === "a month" ? remainingRule : ""}gates:
  deployment:
    environments: [production]
bypass:
  labels: [hotfix]
  tags: [hotfix-*]
  teams: [acme/sre]
  expires: 2h
hold: 2s
`;

const remainingRule = `  - name: budget-exhausted
    remaining: 0%
    then: block
`;

/** What happens and what is seen, for whoever tells it. */
export type Told =
  | { readonly kind: "act"; readonly text: string }
  | { readonly kind: "status"; readonly state: string; readonly description: string }
  /** What a job that waited was answered; `comment` is Markdown. */
  | { readonly kind: "answer"; readonly state: string; readonly comment: string };

/** Where the story plays. */
export interface Stage {
  readonly github: GitHub;
  readonly shop: Repository;
  readonly traffic: Traffic;
}

/** What the app is registered with, for the stories. */
export const storyApp: Pick<GitHubOptions, "permissions" | "events"> = {
  permissions: {
    actions: "read",
    contents: "read",
    deployments: "write",
    members: "read",
    merge_queues: "read",
    metadata: "read",
    pull_requests: "read",
    statuses: "write",
  },
  events: ["pull_request", "push", "repository", "status", "merge_group", "deployment_protection_rule"],
};

/** The repository acme/shop with its people and policy, on which the app is installed. */
export function stageShop(github: GitHub, history: StoryHistory): Repository {
  github.team("acme", "sre", { ann: "active" });
  const installation = github.installation({ account: "acme" });
  const shop = github.repository({ owner: "acme", name: "shop", installation });
  shop.permit("bob", "write");
  shop.permit("mallory", "triage");
  shop.permit("cho", "write");
  shop.permit("dan", "write");
  shop.commit("main", { ".github/slo-policy.yml": storyPolicy(history), "README.md": "# shop\n" });
  return shop;
}

/** The status context of pull requests into main, and of its merge queue. */
const storyContext = "error-budget: main";

const patienceMs = 60_000;

/** Looks until something is so. Throws, saying what was last seen, when it does not become so in time. */
export async function until(what: string, look: () => string | undefined, seen: () => string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (look() === undefined) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; ${seen()}`);
    await pause(50);
  }
}

/** Follows the status of one commit: tells each that is new, and waits for one that is as wanted. */
export function follow(
  shop: Repository,
  sha: string,
  tell: (told: Told) => void,
): (what: string, isSo: (state: string, description: string) => boolean) => Promise<void> {
  let shown = 0;
  return async (what, isSo) => {
    const look = (): string | undefined => {
      const ours = shop.statuses(sha).filter(({ context }) => context === storyContext);
      for (const { state, description } of ours.slice(shown))
        tell({ kind: "status", state, description: description ?? "" });
      shown = ours.length;
      const last = ours.at(-1);
      return last !== undefined && isSo(last.state, last.description ?? "") ? last.state : undefined;
    };
    const seen = (): string => {
      const last = shop.latestStatus(sha, storyContext);
      return `the status says ${last?.state ?? "nothing"}: ${last?.description ?? ""}`;
    };
    await until(what, look, seen);
  };
}

/** GitHub's times have whole seconds, so people do not act twice within one. */
export const breathe = (): Promise<void> => pause(1100);
