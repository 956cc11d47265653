/**
 * Events asked about by stretches: what ends at one moment is one request, whatever it is about, and days that follow
 * each other are one request by steps of a day.
 *
 * Keeps: what fails is asked about apart, so that one objective speaks only for its own; the first day of a run that
 * cannot be had ends it, since the next one would take as long.
 */
import { dayMs, dayStart } from "../domain/budget-day.ts";
import type { DurationMs } from "../domain/duration.ts";
import { renderQuery } from "../domain/query-template.ts";
import type { Stretch } from "../domain/stretch.ts";
import type { CountedEvents } from "../slo/counted-events.ts";
import type { PrometheusClient } from "./client.ts";
import { type CountAnswer, type EventCount, isCount, readCount } from "./event-count.ts";
import { joined, nameLabel } from "./expressions.ts";
import type { NoNumber } from "./ratio.ts";
import { mayBeOnesFault, unanswered } from "./unanswered.ts";

/** The most days that are asked for at once: each holds a day's samples of a series in memory at a time. */
const maxRun = 5;

/** A stretch of one objective's events. */
export type AskedStretch = Stretch & { readonly counted: CountedEvents };

/** What several stretches hold together; they have data where any of them has. */
export function sumOf(counts: readonly CountAnswer[]): EventCount {
  const numbers = counts.filter(isCount);
  const totals = numbers.flatMap(({ totalEvents }) => totalEvents ?? []);
  return {
    badEvents: numbers.reduce((sum, { badEvents }) => sum + badEvents, 0),
    totalEvents: totals.length === 0 ? undefined : totals.reduce((sum, one) => sum + one, 0),
  };
}

/** Counts over stretches, in their order: a request for each moment at which some end. */
export async function countStretches(
  client: PrometheusClient,
  asked: readonly AskedStretch[],
): Promise<readonly CountAnswer[]> {
  const found = new Map<AskedStretch, CountAnswer>();
  let lost: CountAnswer | undefined;
  for (const together of Map.groupBy(asked, ({ to }) => to).values()) {
    const answers = lost === undefined ? await countAtOnce(client, together) : [];
    for (const [index, one] of together.entries()) found.set(one, answers[index] ?? lost ?? notAnswered);
    if (isLost(answers.map((one) => [one]))) lost = answers[0];
  }
  return asked.map((one) => found.get(one) ?? notAnswered);
}

const notAnswered: NoNumber = { why: "no_data", detail: "was not answered" };

async function countAtOnce(
  client: PrometheusClient,
  asked: readonly AskedStretch[],
): Promise<readonly CountAnswer[]> {
  const [first, ...others] = asked;
  if (first === undefined) return [];
  const queries = asked.flatMap(({ counted, from, to }, index) => queriesOf(counted, to - from, index));
  const reply = await client.query(joined(queries), first.to);
  if (!reply.ok) {
    if (!mayBeOnesFault(reply.failure) || others.length === 0)
      return asked.map(() => unanswered(reply.failure));
    return (await Promise.all(asked.map(async (one) => countAtOnce(client, [one])))).flat();
  }
  const { series, warnings } = reply.value;
  const [warning] = warnings;
  if (warning !== undefined) return asked.map(() => partial(warning));
  const byName = Map.groupBy(series, ({ labels }) => labels[nameLabel] ?? "");
  const valuesOf = (id: string): readonly string[] => (byName.get(id) ?? []).map(({ value }) => value);
  return asked.map(({ counted, from, to }, index) =>
    readCount(counted, valuesOf(`p${index}`), valuesOf(`t${index}`), to - from),
  );
}

/** Counts over whole days; of each asker as many as could be had, from the first one on. */
export async function countDays(
  client: PrometheusClient,
  asked: readonly CountedEvents[],
  days: readonly number[],
): Promise<readonly (readonly CountAnswer[])[]> {
  const found: CountAnswer[][] = asked.map(() => []);
  for (const run of runsOf(days)) {
    const answers = await countRun(client, asked, run);
    for (const [index, some] of answers.entries()) found[index]?.push(...some);
    if (isLost(answers)) break;
  }
  return found;
}

/** Nobody got an answer about the last day. */
function isLost(answers: readonly (readonly CountAnswer[])[]): boolean {
  return (
    answers.length > 0 &&
    answers.every((some) => {
      const last = some.at(-1);
      return (
        last !== undefined && !isCount(last) && (last.why === "unreachable" || last.why === "query_limit")
      );
    })
  );
}

/** Days that follow each other, so many at once. */
function runsOf(days: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.length < maxRun && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs;
}

async function countRun(
  client: PrometheusClient,
  asked: readonly CountedEvents[],
  run: readonly number[],
): Promise<readonly (readonly CountAnswer[])[]> {
  const first = run[0] ?? 0;
  const span = { from: dayStart(first + 1), to: dayStart(first + run.length), stepMs: dayMs };
  const queries = asked.flatMap((counted, index) => queriesOf(counted, dayMs, index));
  const reply = await client.querySpan(joined(queries), span);
  if (!reply.ok) {
    if (mayBeOnesFault(reply.failure) && asked.length > 1)
      return (await Promise.all(asked.map(async (one) => countRun(client, [one], run)))).flat();
    if (reply.failure.kind === "timed_out" && run.length > 1) {
      const middle = Math.ceil(run.length / 2);
      const earlier = await countRun(client, asked, run.slice(0, middle));
      if (isLost(earlier)) return earlier;
      const later = await countRun(client, asked, run.slice(middle));
      return earlier.map((some, index) => [...some, ...(later[index] ?? [])]);
    }
    return asked.map(() => run.map(() => unanswered(reply.failure)));
  }
  const { series, warnings } = reply.value;
  const [warning] = warnings;
  if (warning !== undefined) return asked.map(() => run.map(() => partial(warning)));
  const byName = Map.groupBy(series, ({ labels }) => labels[nameLabel] ?? "");
  const valuesOf = (id: string, step: number): readonly string[] =>
    (byName.get(id) ?? []).flatMap(({ values }) => values[step] ?? []);
  return asked.map((counted, index) =>
    run.map((_, step) => readCount(counted, valuesOf(`p${index}`, step), valuesOf(`t${index}`, step), dayMs)),
  );
}

function queriesOf(
  { partQuery, totalQuery }: CountedEvents,
  lengthMs: DurationMs,
  index: number,
): readonly { readonly id: string; readonly query: string }[] {
  return [
    { id: `p${index}`, query: renderQuery(partQuery, lengthMs) },
    { id: `t${index}`, query: renderQuery(totalQuery, lengthMs) },
  ];
}

const partial = (warning: string): NoNumber => ({ why: "partial", detail: warning.slice(0, 200) });
