/**
 * When maintenance is, by recurrence rules of RFC 5545.
 *
 * Keeps: a rule comes from a file that anybody may propose, so nothing in it may take long: a rule repeats daily at the
 * most, counts to a thousand at the most, and the expansion itself stops after a bounded number of steps.
 */
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import type { Maintenance } from "../domain/maintenance.ts";
import type { Stretch } from "../domain/stretch.ts";

const maxRuleLength = 200;
const maxSteps = 20_000;
const count = "[1-9][0-9]{0,2}";
const signed = `[+-]?${count}`;
const list = (item: string): string => `${item}(?:,${item}){0,30}`;

/** The parts that a rule may have. Those that name hours would make several times a day of one. */
const parts: ReadonlyMap<string, RegExp> = new Map([
  ["FREQ", /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/],
  ["INTERVAL", new RegExp(`^${count}$`)],
  ["COUNT", new RegExp(`^${count}$`)],
  ["UNTIL", /^\d{8}T\d{6}Z$/],
  ["BYDAY", new RegExp(`^${list(`(?:${signed})?(?:MO|TU|WE|TH|FR|SA|SU)`)}$`)],
  ["BYMONTHDAY", new RegExp(`^${list("[+-]?(?:[1-9]|[12][0-9]|3[01])")}$`)],
  ["BYMONTH", new RegExp(`^${list("(?:[1-9]|1[0-2])")}$`)],
  ["BYSETPOS", new RegExp(`^${list(signed)}$`)],
  ["WKST", /^(?:MO|TU|WE|TH|FR|SA|SU)$/],
]);

/** What is wrong with a recurrence rule, as the end of a sentence, or `undefined` where it can be followed. */
export function ruleFault(rrule: string): string | undefined {
  if (rrule.length > maxRuleLength) return `must have at most ${maxRuleLength} characters`;
  const names = new Set<string>();
  for (const part of rrule.split(";")) {
    const [name = "", value = "", ...more] = part.split("=");
    const shape = parts.get(name);
    if (shape === undefined)
      return `must be made of ${[...parts.keys()].join(", ")}, such as \`FREQ=WEEKLY;BYDAY=SU\``;
    if (names.has(name)) return `holds ${name} twice`;
    if (more.length > 0 || !shape.test(value)) return `holds \`${part}\`, which cannot be read`;
    names.add(name);
  }
  if (!names.has("FREQ")) return "must say how often: `FREQ=DAILY`, WEEKLY, MONTHLY or YEARLY";
  const sample = { startLocal: "2026-01-01T00:00:00", timeZone: "UTC", durationMs: 1, rrule };
  return timesOf(sample, { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) }) === undefined
    ? "cannot be followed by RFC 5545"
    : undefined;
}

/**
 * The times of maintenance that touch a stretch, whole and in order. `undefined` where its rule cannot be followed. What
 * would begin at an hour that the clock leaves out does not come, as RFC 5545 has it; the start itself does, an hour later.
 */
export function timesOf(
  {
    startLocal,
    timeZone,
    durationMs,
    rrule,
  }: Pick<Maintenance, "startLocal" | "timeZone" | "durationMs" | "rrule">,
  { from, to }: Stretch,
): readonly Stretch[] | undefined {
  const start = Temporal.PlainDateTime.from(startLocal).toZonedDateTime(timeZone);
  const begins =
    rrule === undefined ? [start.epochMilliseconds] : beginnings(rrule, start, from - durationMs, to);
  return begins
    ?.map((at) => ({ from: at, to: at + durationMs }))
    .filter((time) => time.to > from && time.from < to);
}

function beginnings(
  rruleString: string,
  dtstart: Temporal.ZonedDateTime,
  from: number,
  to: number,
): readonly number[] | undefined {
  try {
    const limits = { maxIterations: maxSteps, maxCandidateEvaluations: maxSteps };
    const rule = new RRuleTemporal({ rruleString, dtstart, strict: true, temporal: Temporal, ...limits });
    return rule.between(new Date(from), new Date(to), true).map((one) => one.epochMilliseconds);
  } catch {
    // The library throws at what it cannot follow and at its limits alike; either way there are no times to go by.
    return undefined;
  }
}
