/**
 * Whole days, from what is kept or from Prometheus; what Prometheus answers is kept.
 *
 * Keeps: days that several objectives miss alike are asked about together, so that a first month costs as many requests
 * for fifty objectives as for one. What is no number is not kept and asked about again.
 */
import { type BudgetDay, dayMs, dayStart } from "../domain/budget-day.ts";
import type { PlannedDay } from "../domain/budget-plan.ts";
import { formatInstant } from "../domain/instant.ts";
import { lengthOf } from "../domain/stretch.ts";
import type { BudgetDays } from "../gate/budget-days.ts";
import type { CountedEvents } from "../slo/counted-events.ts";
import type { PrometheusClient } from "./client.ts";
import type { DataSource } from "./data-source.ts";
import { daySeries } from "./day-series.ts";
import { type CountAnswer, isCount } from "./event-count.ts";
import type { NoNumber } from "./ratio.ts";
import { countDays, countStretches, sumOf } from "./stretch-counts.ts";

/** Where days are asked for, and where they are kept. */
export interface DayWorld {
  readonly source: DataSource;
  readonly client: PrometheusClient;
  readonly days: BudgetDays;
}

/** Days of one objective's events. */
export interface WantedDays {
  readonly counted: CountedEvents;
  readonly days: readonly PlannedDay[];
}

/** A day of a series. */
interface Wanted {
  readonly series: string;
  readonly counted: CountedEvents;
  readonly planned: PlannedDay;
}

/** The counts of the days that each one wants, in their order. */
export async function dayCounts(
  world: DayWorld,
  asked: readonly WantedDays[],
): Promise<readonly (readonly CountAnswer[])[]> {
  const wanted = asked.map(({ counted, days }) =>
    days.map((planned): Wanted => ({ series: daySeries(world.source, counted, planned), counted, planned })),
  );
  const all = new Map(
    wanted
      .flat()
      .filter(({ planned }) => planned.stretches.length > 0)
      .map((one) => [keyOf(one), one]),
  );
  const answers = await known(world.days, [...all.values()]);
  const missing = [...all].filter(([key]) => !answers.has(key)).map(([, one]) => one);
  for (const [key, answer] of await asking(world, missing)) answers.set(key, answer);
  return wanted.map((ours) =>
    ours.map((one) =>
      one.planned.stretches.length === 0 ? sumOf([]) : dated(one, answers.get(keyOf(one)) ?? notReached),
    ),
  );
}

const keyOf = ({ series, planned }: Wanted): string => `${series} ${planned.day}`;

/** What comes after a day that could not be had. */
const notReached: NoNumber = { why: "unreachable", detail: "was not asked about yet" };

async function known(days: BudgetDays, wanted: readonly Wanted[]): Promise<Map<string, CountAnswer>> {
  const numbers = wanted.map(({ planned }) => planned.day);
  const found = await days.read(
    [...new Set(wanted.map(({ series }) => series))],
    Math.min(...numbers),
    Math.max(...numbers),
  );
  return new Map(
    [...found].flatMap(([series, some]) => some.map((one) => [`${series} ${one.day}`, one] as const)),
  );
}

/** Asks about days, keeps what is a number, and gives all that was answered. */
async function asking(
  { client, days }: DayWorld,
  missing: readonly Wanted[],
): Promise<ReadonlyMap<string, CountAnswer>> {
  const found = new Map([
    ...(await askWhole(client, missing.filter(isWhole))),
    ...(await askBroken(
      client,
      missing.filter((one) => !isWhole(one)),
    )),
  ]);
  for (const [series, ours] of Map.groupBy(missing, (one) => one.series)) {
    const good = ours.flatMap((one): readonly BudgetDay[] => {
      const answer = found.get(keyOf(one));
      return answer === undefined || !isCount(answer) ? [] : [{ day: one.planned.day, ...answer }];
    });
    await days.keep(series, good);
  }
  return found;
}

type Answered = readonly (readonly [key: string, answer: CountAnswer])[];

function isWhole({ planned: { stretches } }: Wanted): boolean {
  return stretches.length === 1 && lengthOf(stretches) === dayMs;
}

async function askWhole(client: PrometheusClient, missing: readonly Wanted[]): Promise<Answered> {
  const bySeries = [...Map.groupBy(missing, ({ series }) => series).values()];
  const alike = Map.groupBy(bySeries, (ours) => ours.map(({ planned }) => planned.day).join());
  const answered: (readonly [string, CountAnswer])[] = [];
  for (const group of alike.values()) {
    const run = (group[0] ?? []).map(({ planned }) => planned.day);
    const asked = group.flatMap(([first]) => first?.counted ?? []);
    const answers = await countDays(client, asked, run);
    for (const [index, ours] of group.entries())
      for (const [place, one] of ours.entries()) {
        const answer = answers[index]?.[place];
        if (answer !== undefined) answered.push([keyOf(one), answer]);
      }
  }
  return answered;
}

async function askBroken(client: PrometheusClient, missing: readonly Wanted[]): Promise<Answered> {
  const pieces = missing.flatMap(({ counted, planned }) =>
    planned.stretches.map((stretch) => ({ ...stretch, counted })),
  );
  const counts = await countStretches(client, pieces);
  let from = 0;
  return missing.map((one) => {
    const ours = counts.slice(from, (from += one.planned.stretches.length));
    return [keyOf(one), ours.find((count) => !isCount(count)) ?? sumOf(ours)] as const;
  });
}

/** Says on which day it was. */
function dated({ planned }: Wanted, answer: CountAnswer): CountAnswer {
  if (isCount(answer)) return answer;
  const date = formatInstant(dayStart(planned.day)).slice(0, 10);
  return { ...answer, detail: `${date}: ${answer.detail}` };
}
