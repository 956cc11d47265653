/**
 * Budgets over their own window, counted by whole days that are kept.
 *
 * Wants: a month's budget at the price of two short questions, and nothing that reads a month of samples at once.
 * Keeps: the sum is the window's, or there is none: a day or an end that was not answered makes the whole *not
 * measured*, with its reason, and is not kept. Days are asked about only when the present was answered, so that neither
 * a clock that runs ahead nor a Prometheus that has lost its data fills the ledger with empty days.
 * Leaves out: objectives whose numbers do not add up over time (ratios, slices, groups, queries of unknown units); they
 * are asked over the whole window as ever.
 */
import { type DurationMs, roughDuration } from "../domain/duration.ts";
import { dayMs } from "../domain/budget-day.ts";
import type { MeasuredWay, Measurement, Question, UnmeasuredKind } from "../domain/measurement.ts";
import type { Objective } from "../domain/objective.ts";
import { renderQuery } from "../domain/query-template.ts";
import { lengthOf } from "../domain/stretch.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import { dayCounts, type DayWorld } from "./day-counts.ts";
import { type CountAnswer, isCount } from "./event-count.ts";
import { type OwnWindow, ownWindow, shortestElapsedMs } from "./own-window.ts";
import type { NoNumber } from "./ratio.ts";
import { minReachShare } from "./read.ts";
import { countStretches, sumOf } from "./stretch-counts.ts";

type Counted = Extract<OwnWindow, { kind: "counted" }>;

/** A budget whose latest time was answered. */
interface Answered {
  readonly objective: Objective;
  readonly own: Counted;
  readonly latest: Measurement;
}

/**
 * Measures a request with the help of `ask`, which measures any window in one question each and is asked once. It gets
 * the windows of the rules as they are, and in place of each objective's own what of it is asked about now.
 */
export async function measureByDays(
  world: DayWorld,
  request: MeasurementRequest,
  ask: (request: MeasurementRequest) => Promise<readonly Measurement[]>,
): Promise<readonly Measurement[]> {
  const { at, maintenance = [] } = request;
  const owns = new Map(
    request.questions.map(({ objective }) => [objective, ownWindow(objective, maintenance, at)] as const),
  );
  const measurements = await ask(nowAsked(request, owns));
  const find = ({ name }: Objective, windowMs: DurationMs): readonly Measurement[] =>
    measurements.filter((one) => one.objective === name && one.windowMs === windowMs);
  const answered = request.questions.flatMap(({ objective, windowsMs }): readonly Answered[] => {
    const own = owns.get(objective);
    if (own?.kind !== "counted" || !windowsMs.includes(objective.windowMs)) return [];
    const [latest] = find(objective, askedLength(own));
    return latest?.kind === "measured" || latest?.why === "no_traffic" ? [{ objective, own, latest }] : [];
  });
  const budgets = await budgetsOf(world, answered);
  return request.questions.flatMap(({ objective, windowsMs }) =>
    windowsMs.flatMap((windowMs) => {
      const own = owns.get(objective);
      const isOwn = own !== undefined && windowMs === objective.windowMs;
      const found = find(objective, isOwn ? askedLength(own) : windowMs);
      if (!isOwn) return found;
      const budget = budgets.get(objective);
      return budget === undefined ? found.map((one) => asked({ ...one, windowMs }, own)) : [budget];
    }),
  );
}

/** What was asked in one question, unless the window has only begun. */
function asked(found: Measurement, own: OwnWindow): Measurement {
  if (own.kind !== "begun") return found;
  const detail = `the window began ${roughDuration(own.lengthMs)} ago, needs ${roughDuration(shortestElapsedMs)}`;
  return unmeasured(found, "warming_up", detail);
}

/** How long the time is that an objective is asked about now in place of its own window. */
function askedLength(own: OwnWindow): DurationMs {
  return own.kind === "counted" ? lengthOf([own.plan.live ?? own.plan.latest]) : own.lengthMs;
}

function nowAsked(request: MeasurementRequest, owns: ReadonlyMap<Objective, OwnWindow>): MeasurementRequest {
  const questions = request.questions.map(({ objective, windowsMs }) => {
    const own = owns.get(objective);
    const lengthMs = own === undefined ? objective.windowMs : askedLength(own);
    const windows = windowsMs.map((one) => (one === objective.windowMs ? lengthMs : one));
    return {
      // What a calendar's window needs of history it needs of its part that is over.
      objective: own?.kind === "whole" ? { ...objective, windowMs: lengthMs } : objective,
      windowsMs: [...new Set(windows)].toSorted((a, b) => a - b),
    };
  });
  return { ...request, questions };
}

/** Time that was counted, or not. */
interface Piece {
  readonly lengthMs: DurationMs;
  readonly answer: CountAnswer;
}

async function budgetsOf(
  world: DayWorld,
  answered: readonly Answered[],
): Promise<ReadonlyMap<Objective, Measurement>> {
  const days = await dayCounts(
    world,
    answered.map(({ own: { counted, plan } }) => ({ counted, days: plan.days })),
  );
  const parts = await countStretches(
    world.client,
    answered.flatMap(({ own: { counted, plan } }) => plan.parts.map((part) => ({ ...part, counted }))),
  );
  let taken = 0;
  return new Map(
    answered.map((one, index) => {
      const { live, ...plan } = one.own.plan;
      const counts = [...(days[index] ?? []), ...parts.slice(taken, (taken += plan.parts.length))];
      const stretches = [...plan.days.map((day) => day.stretches), ...plan.parts.map((part) => [part])];
      const pieces = stretches.map((some, place) => ({
        lengthMs: lengthOf(some),
        answer: counts[place] ?? neverAsked,
      }));
      const latest = live === undefined ? [] : [{ lengthMs: lengthOf([live]), answer: countIn(one.latest) }];
      return [one.objective, budgetOf(one, [...latest, ...pieces])] as const;
    }),
  );
}

const neverAsked: NoNumber = { why: "no_data", detail: "was never asked for" };

/** The events behind an error ratio. */
function countIn(measurement: Measurement): CountAnswer {
  if (measurement.kind === "unmeasured") return { badEvents: 0, totalEvents: 0 };
  const { errorRatio, totalEvents } = measurement;
  if (totalEvents === undefined)
    return { why: "not_a_number", detail: "how many events there were is not known" };
  return { badEvents: errorRatio * totalEvents, totalEvents };
}

function budgetOf({ objective, own, latest }: Answered, pieces: readonly Piece[]): Measurement {
  const { counted, plan, leftOutMs } = own;
  const query =
    plan.days.length === 0
      ? latest.query
      : [counted.partQuery, counted.totalQuery].map((one) => `(${renderQuery(one, dayMs)})`).join(" / ");
  const question = { ...latest, windowMs: objective.windowMs, query };
  const none = pieces.map(({ answer }) => answer).find((one): one is NoNumber => !isCount(one));
  if (none !== undefined) return unmeasured(question, none.why, none.detail);
  const { badEvents, totalEvents = 0 } = sumOf(pieces.map(({ answer }) => answer));
  const coveredMs = pieces
    .filter(({ answer }) => isCount(answer) && answer.totalEvents !== undefined)
    .reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const neededMs = minReachShare * plan.countedMs;
  if (plan.countedMs === 0) return unmeasured(question, "warming_up", "all of its window is maintenance");
  if (totalEvents === 0 && badEvents > 0)
    return unmeasured(question, "not_a_number", `errors are ${badEvents} of a total of 0`);
  if (totalEvents === 0) return unmeasured(question, "no_traffic", "nobody asked");
  if (coveredMs < neededMs) {
    const detail = `${roughDuration(coveredMs)} of history, needs ${roughDuration(neededMs)}`;
    return unmeasured(question, "warming_up", detail);
  }
  const { objective: name, dataSource, at } = question;
  const way: MeasuredWay = {
    ...(latest.kind === "measured" ? latest.way : {}),
    kind: plan.days.length === 0 ? "direct" : "days",
    weighting: "events",
    ...(leftOutMs === 0 ? {} : { leftOut: `${roughDuration(leftOutMs)} of maintenance` }),
  };
  return {
    kind: "measured",
    objective: name,
    windowMs: objective.windowMs,
    dataSource,
    query,
    at,
    errorRatio: badEvents / totalEvents,
    totalEvents,
    way,
  };
}

function unmeasured(
  { objective, windowMs, dataSource, query, at }: Question,
  why: UnmeasuredKind,
  detail: string,
): Measurement {
  return { objective, windowMs, dataSource, query, at, kind: "unmeasured", why, detail };
}
