/** The keys of one piece of planned work in the policy file, and what they mean. */
import { z } from "zod";
import { ruleFault } from "../calendar/maintenance-times.ts";
import type { Maintenance } from "../domain/maintenance.ts";
import { fault } from "../slo/shape.ts";
import { milliseconds } from "./accepted.ts";
import { localTime, timeZone } from "./calendar-value.ts";
import { duration, hour } from "./value.ts";

const rrule = z
  .string()
  .check((context) => {
    const found = ruleFault(context.value);
    if (found !== undefined) context.issues.push(fault("wrong_value", context.value, found));
  })
  .meta({
    description:
      "Recurrence rule of RFC 5545 by which it comes again, such as FREQ=WEEKLY;BYDAY=SU. Daily at the most. Default: once.",
  });

const objectiveGlob = z
  .string()
  .check((context) => {
    if (/^[A-Za-z0-9*][A-Za-z0-9 _.:/*-]{0,127}$/.test(context.value)) return;
    const message = "must be an objective's name or a glob with `*` and `**`, such as `shop-*`";
    context.issues.push(fault("bad_pattern", context.value, message));
  })
  .meta({
    description:
      "Objectives that it is about: `*` is anything but a slash, `**` anything at all. Default: all.",
  });

const name = z.string().min(1).max(60).meta({ description: "Unique name of the work, for people." });

/** A list of planned work. */
export const maintenanceKeys = z
  .array(
    z.strictObject({
      name,
      start: localTime("When it begins, or first began, by the clock of time_zone: 2026-01-04T02:00:00."),
      time_zone: timeZone("The place whose clock that is, by its IANA name, such as Europe/Berlin or UTC."),
      duration: duration(
        5 * 60_000,
        7 * 24 * hour,
        "between `5m` and `7d`",
        "How long it lasts each time, such as 2h.",
      ),
      rrule: rrule.optional(),
      objectives: objectiveGlob.optional(),
    }),
  )
  .min(1)
  .max(20);

/** What planned work means. */
export function maintenanceOf(text: z.infer<typeof maintenanceKeys>[number]): Maintenance {
  return {
    name: text.name,
    startLocal: text.start,
    timeZone: text.time_zone,
    durationMs: milliseconds(text.duration),
    ...(text.rrule === undefined ? {} : { rrule: text.rrule }),
    ...(text.objectives === undefined ? {} : { objectives: text.objectives }),
  };
}
