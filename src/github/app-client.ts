/** Asking GitHub as the App itself: its own token (a JWT signed with the App's key), its own lane of the pace. */
import type { Probot } from "probot";
import type { Result } from "../gate/failure.ts";
import type { Clock } from "../gate/ports.ts";
import { installationClient, type Kit } from "./client.ts";
import type { Pace } from "./pace.ts";

/** Runs one call as the App and gives the body of its answer, and its headers. */
export type AskAsApp = <T>(ask: (kit: Kit) => Promise<{ readonly data: T }>) => Promise<Result<T>>;

/** No installation has this id, so the App's own limits are kept apart from everybody's. */
const appLane = 0;

/** Asks as the App. */
export function appClient(probot: Pick<Probot, "auth">, pace: Pace, clock: Clock): AskAsApp {
  const asApp = { auth: () => probot.auth() } as Pick<Probot, "auth">;
  const client = installationClient(asApp, pace, clock);
  return (ask) => client.call(appLane, ask);
}
