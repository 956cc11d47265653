/** What the tests of jobs that wait for us stand on: a shop whose environment `production` our rule gates. */
import type { Acme } from "../world/github-acme.ts";
import { at, type Answered } from "../world/github-client.ts";
import type { GitHubOptions } from "../world/github-desk.ts";
import type { GitHub } from "../world/github.ts";
import type { WorkflowRun } from "../world/github-workflow-run.ts";
import { acmeSuite } from "./acme-suite.ts";

/** A push that deploys to production. */
export const push = { ref: "main", environment: "production", by: "ann" } as const;

export const approval = { state: "approved", comment: "the budget is fine" } as const;
export const rejection = { state: "rejected", comment: "the budget is spent" } as const;

/** Starts such worlds; they stop by themselves after each test. Call it once a file. */
export function gatedSuite(): (options?: Partial<GitHubOptions>) => Promise<Acme> {
  const { acme } = acmeSuite();
  return async (options = {}) => {
    const world = await acme({
      permissions: { contents: "read", actions: "read", deployments: "write" },
      events: ["deployment", "deployment_protection_rule", "deployment_status"],
      ...options,
    });
    world.shop.environments.create("production");
    world.shop.environments.enableRule("production");
    return world;
  };
}

/** Every webhook about deployments: the event and, of a status, its state. */
export function heard(github: GitHub): string[] {
  return github.deliveries
    .filter(({ event }) => event.startsWith("deployment"))
    .map(({ event, payload }) => {
      const state = at(payload, "deployment_status", "state");
      return typeof state === "string" ? `${event} ${state}` : event;
    });
}

/** Every request for a review. */
export function requests(github: GitHub): { [key: string]: unknown }[] {
  return github.deliveries
    .filter(({ event }) => event === "deployment_protection_rule")
    .map(({ payload }) => payload);
}

/** Where a run of the shop's is reviewed. */
export function reviewPath(run: WorkflowRun): string {
  return `/repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`;
}

/** Reviews the run's job for production, or reports on it, as the app. */
export async function answerTo({ call }: Acme, run: WorkflowRun, body: object): Promise<Answered> {
  return call(`POST ${reviewPath(run)}`, { environment_name: "production", ...body });
}
