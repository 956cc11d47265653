import type { Probot } from "probot";
import { type GitHubClient, installationClient } from "../../src/github/client.ts";
import { PlainOctokit } from "../../src/github/plain-octokit.ts";
import { lanesInMemory } from "../../src/gate/lanes.ts";
import { paceOf } from "../../src/github/pace.ts";
import { type ManualClock, manualClock } from "../world/clock.ts";

/** When the tests play. */
export const noon = Date.parse("2026-11-22T12:00:00Z");

/** The token that is sent, and that nothing may repeat. */
export const token = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

export const shop = { id: 7, owner: "acme", name: "shop", isPublic: false, installationId: 70 } as const;

/** Probot as the machine has it, talking to `baseUrl` with a token that needs no fetching. */
export function probotTo(baseUrl: string): {
  readonly probot: Pick<Probot, "auth">;
  readonly clock: ManualClock;
} {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const kit = new PlainOctokit({ auth: { token }, baseUrl, log });
  const probot = { auth: () => Promise.resolve(kit) } as unknown as Pick<Probot, "auth">;
  return { probot, clock: manualClock(noon) };
}

/** Our client over such a Probot. */
export function clientTo(baseUrl: string): { readonly client: GitHubClient; readonly clock: ManualClock } {
  const { probot, clock } = probotTo(baseUrl);
  return { client: installationClient(probot, paceOf(3, lanesInMemory()), clock), clock };
}
