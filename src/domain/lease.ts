/**
 * The lease on green: how long a gate stays open on numbers that nothing has renewed.
 *
 * Wants: who excuses an outage of the monitoring (`when_unmeasured`) excuses it for a time and not for ever.
 * Keeps: a look renews the lease only if everything was answered; between two such looks its age grows, whatever becomes of
 * the process. What was never renewed counts from the first look by this revision of the policy.
 * Leaves out: a gate that is held, which needs no lease; and our own bugs, of which the metrics tell.
 */
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";
import type { Measurement, MeasurementSet, UnmeasuredKind } from "./measurement.ts";

/** A lease, at a moment. */
export interface Lease {
  readonly leaseMs: DurationMs;
  /** When numbers last renewed it. */
  readonly renewedAt: Instant;
  /** The moment of the look that it is held against. */
  readonly at: Instant;
}

/** Ways of not knowing that are answers by live numbers: nobody asked, or not for long enough yet. */
const answers: ReadonlySet<UnmeasuredKind> = new Set(["no_traffic", "warming_up"]);

/** When the lease was last renewed, after a look; `before` is what the look before it knew. */
export function renewedAfter(
  { at, measurements, quality = [] }: MeasurementSet,
  before: Instant | undefined,
): Instant {
  const isAll = measurements.every(isAnswered) && quality.every(({ result }) => result !== "error");
  return before === undefined || isAll ? at : before;
}

/** Whether a gate may no longer be open by it. */
export function hasEnded({ leaseMs, renewedAt, at }: Lease): boolean {
  return at - renewedAt > leaseMs;
}

function isAnswered(measurement: Measurement): boolean {
  return measurement.kind === "measured" || answers.has(measurement.why);
}
