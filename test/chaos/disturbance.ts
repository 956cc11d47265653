/** What goes wrong around the app: each begins at once and ends when it is told to. */
import type { Next } from "../world/generator.ts";
import type { GitHub } from "../world/github.ts";
import type { AppProcess } from "../world/process.ts";
import type { Fleet } from "./fleet.ts";
import { worstSkewMs } from "./ledger-claims.ts";
import type { RatioSource } from "./ratio-source.ts";
import type { WorldClock } from "./world-clock.ts";

/** Everything that can go wrong. */
export const disturbances = [
  "github_fails",
  "github_resets",
  "github_hangs",
  "status_answer_lost",
  "status_never_arrives",
  "status_answer_late",
  "prometheus_fails",
  "prometheus_resets",
  "prometheus_hangs",
  "process_paused",
  "clock_ahead",
  "clock_behind",
  "disk_full",
  "connections_lost",
] as const;

export type Disturbance = (typeof disturbances)[number];

/** What can be disturbed. */
export interface Disturbed {
  readonly github: GitHub;
  readonly source: RatioSource;
  readonly fleet: Fleet;
  readonly clock: WorldClock;
}

/** One that the store can suffer. */
export function pickDisturbance(next: Next, { store }: Fleet): Disturbance {
  const foreign: Disturbance = store === "sqlite" ? "connections_lost" : "disk_full";
  const possible = disturbances.filter((one) => one !== foreign);
  return possible[next(possible.length)] ?? "github_fails";
}

/** Lets it go wrong for one process or for all; gives what ends it. */
export async function disturb(
  kind: Disturbance,
  { github, source, fleet, clock }: Disturbed,
  sufferer: AppProcess,
): Promise<() => void> {
  const everywhere = { path: /./, times: Infinity };
  const statuses = { method: "POST", path: /\/statuses\//, times: Infinity };
  switch (kind) {
    case "github_fails":
      return github.fail({ ...everywhere, status: 502 });
    case "github_resets":
      return github.fail({ ...everywhere, destroySocket: true });
    case "github_hangs":
      return github.fail({ ...everywhere, delayMs: 1000, destroySocket: true });
    case "status_answer_lost":
      return github.fail({ ...statuses, destroySocket: true, afterEffect: true });
    case "status_never_arrives":
      return github.fail({ ...statuses, delayMs: 300, destroySocket: true });
    case "status_answer_late":
      return github.fail({ ...statuses, holdMs: 300 });
    case "prometheus_fails":
      return moody(source, "fails");
    case "prometheus_resets":
      return moody(source, "resets");
    case "prometheus_hangs":
      return moody(source, "hangs");
    case "process_paused":
      sufferer.signal("SIGSTOP");
      return () => sufferer.signal("SIGCONT");
    case "clock_ahead":
      clock.skew(worstSkewMs);
      return () => {
        // The world catches up with what the process believed; a clock that is set back is the next one.
        clock.leap(worstSkewMs);
        clock.skew(0);
      };
    case "clock_behind":
      clock.skew(-worstSkewMs);
      return () => clock.skew(0);
    case "disk_full":
      return fleet.fillDisk(sufferer);
    case "connections_lost":
      await fleet.cutConnections();
      return () => {};
  }
}

function moody(source: RatioSource, mood: "fails" | "resets" | "hangs"): () => void {
  source.behave(mood);
  return () => source.behave("answers");
}
