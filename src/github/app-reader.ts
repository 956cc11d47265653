import type { Probot } from "probot";
import type { DurationMs } from "../domain/duration.ts";
import type { GitHubApp } from "../gate/app-port.ts";
import type { Clock } from "../gate/ports.ts";
import { appClient } from "./app-client.ts";
import { hookDeliveriesOver } from "./hook-deliveries.ts";
import { installationsOver } from "./installations.ts";
import type { Pace } from "./pace.ts";
import { selfOver } from "./self.ts";

/** Everything that the App asks about itself. `memoryMs` is how long GitHub remembers deliveries. */
export function appOver(
  probot: Pick<Probot, "auth">,
  pace: Pace,
  clock: Clock,
  memoryMs: DurationMs,
): GitHubApp {
  const ask = appClient(probot, pace, clock);
  return { memoryMs, ...hookDeliveriesOver(ask), ...installationsOver(ask), ...selfOver(ask, clock) };
}
