import { timesOf } from "../calendar/maintenance-times.ts";
import { windowSpan } from "../calendar/window-span.ts";
import { dayMs } from "../domain/budget-day.ts";
import { type BudgetPlan, planBudget } from "../domain/budget-plan.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { isAbout, type Maintenance } from "../domain/maintenance.ts";
import type { Objective } from "../domain/objective.ts";
import { lengthOf, type Stretch, without } from "../domain/stretch.ts";
import { wholeName } from "./composites.ts";
import { type CountedEvents, countedEvents } from "../slo/counted-events.ts";

/** How an objective's own window is asked about at a moment. */
export type OwnWindow =
  /** In one question over so long. */
  | { readonly kind: "whole"; readonly lengthMs: DurationMs }
  /** Not yet: it began only so long ago. */
  | { readonly kind: "begun"; readonly lengthMs: DurationMs }
  /** By counts of stretches that add up. */
  | {
      readonly kind: "counted";
      readonly counted: CountedEvents;
      readonly plan: BudgetPlan;
      /** How long the maintenance is that is not counted. */
      readonly leftOutMs: DurationMs;
    };

/** From which length on a window is counted by days: a shorter one holds hardly any whole day. */
const shortestByDaysMs: DurationMs = 3 * dayMs;

/** How much of a calendar's window must be over before it is judged. */
export const shortestElapsedMs: DurationMs = 3_600_000;

/** An objective's own window at a moment: of a calendar's window what is over. */
export function ownWindow(objective: Objective, maintenance: readonly Maintenance[], at: Instant): OwnWindow {
  const { calendar, windowMs } = objective;
  const from = calendar === undefined ? at - windowMs : windowSpan(calendar, at).from;
  const lengthMs = at - from;
  if (calendar !== undefined && lengthMs < shortestElapsedMs) return { kind: "begun", lengthMs };
  const counted = countedEvents(objective);
  if (counted === undefined) return { kind: "whole", lengthMs };
  const window: Stretch = { from, to: at };
  const leftOut = maintenance
    .filter((one) => isAbout(one, wholeName(objective.name)))
    .flatMap((one) => timesOf(one, window) ?? []);
  if (leftOut.length === 0 && lengthMs < shortestByDaysMs) return { kind: "whole", lengthMs };
  const leftOutMs = lengthMs - lengthOf(without(window, leftOut));
  return { kind: "counted", counted, plan: planBudget(window, leftOut), leftOutMs };
}
