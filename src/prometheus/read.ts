/**
 * Series → measurement: every way of not being a number has its own name, and none is a pass. [T36–T41]
 *
 * The order matters, since one answer can be wrong in several ways: what was not answered exactly once (nothing in it can
 * be told apart), then what is too old, then what belongs to another revision, then what is no number, then too little
 * history.
 */
import { roughDuration } from "../domain/duration.ts";
import type { MeasuredWay, Measurement, Question, UnmeasuredKind } from "../domain/measurement.ts";
import type { Weighting } from "../domain/recording.ts";
import type { AskableSli } from "../domain/sli.ts";
import { eventUnitOf } from "../slo/event-unit.ts";
import { type Ask, type AskedWindow, weightingOf } from "./ask.ts";
import type { Expression } from "./expressions.ts";
import { groupsIn, groupText, maxGroups } from "./groups.ts";
import { numberOf, ratioOf, type RatioParts } from "./ratio.ts";
import type { Series } from "./reply.ts";

/** The oldest that the newest sample may be: Prometheus' own lookback. */
const maxAgeSeconds = 300;

/** The least share of the objective's window that must have history before its budget is spoken of. */
export const minReachShare = 0.1;

/** The series that answered one expression. */
export type Answers = (id: string) => readonly Series[];

/** What was asked, and what came back. */
export interface Reading {
  readonly ask: Ask;
  readonly expressions: readonly Expression[];
  readonly answers: Answers;
}

/**
 * Reads the answer for one objective and window: one measurement, or one for each group that had traffic where the
 * objective is split into groups.
 */
export function readMeasurements(
  question: Question,
  window: AskedWindow,
  reading: Reading,
): readonly Measurement[] {
  const { groupedBy } = reading.ask.objective;
  if (groupedBy === undefined) return [readOne(question, window, reading)];
  const seriesOf = (...roles: readonly Expression["role"][]): readonly Series[] =>
    expressionsFor(reading, window)
      .filter(({ role }) => roles.includes(role))
      .flatMap(({ id }) => reading.answers(id));
  const groups = groupsIn(seriesOf("total", "ratio"), seriesOf("bad", "good"), groupedBy);
  if (groups.length > maxGroups) {
    const detail = `${groups.length} groups by ${groupedBy.join(", ")}; ${maxGroups} at most`;
    return [{ ...question, kind: "unmeasured", why: "ambiguous", detail }];
  }
  const found = groups.map((group) =>
    readOne({ ...question, group }, window, {
      ...reading,
      answers: (id) =>
        isOfAll(reading, id)
          ? reading.answers(id)
          : reading.answers(id).filter((one) => groupText(one, groupedBy) === group),
    }),
  );
  const busy = found.filter((one) => one.kind === "measured" || one.why !== "no_traffic");
  if (busy.length > 0) return busy;
  const answers: Answers = (id) => reading.answers(id).slice(0, isOfAll(reading, id) ? undefined : 1);
  return [readOne(question, window, { ...reading, answers })];
}

/** Whether what an expression says is said of all groups. */
function isOfAll({ expressions }: Reading, id: string): boolean {
  const role = expressions.find((one) => one.id === id)?.role;
  return role === "age" || role === "reach" || role === "target";
}

function readOne(question: Question, window: AskedWindow, reading: Reading): Measurement {
  const { ask, answers } = reading;
  const { objective, way } = ask;
  const unmeasured = (why: UnmeasuredKind, detail: string): Measurement => ({
    ...question,
    kind: "unmeasured",
    why,
    detail,
  });
  const ours = expressionsFor(reading, window);
  for (const { role, id } of ours) {
    const count = answers(id).length;
    if (count > 1)
      return unmeasured("ambiguous", `${partWords(way, role)} gives ${count} series, must give one`);
  }
  const first = (role: Expression["role"]): string | undefined => {
    const expression = ours.find((one) => one.role === role);
    return expression === undefined ? undefined : answers(expression.id)[0]?.value;
  };
  const base = window.sli.kind === "ratio" ? first("ratio") : first("total");
  const lives = agesOf(reading);
  const dead = lives.find(({ ageSeconds, reachSeconds }) =>
    // What once was and is no more is a dead scrape, also where a short window has already emptied.
    ageSeconds === undefined ? reachSeconds !== undefined : ageSeconds > maxAgeSeconds,
  );
  if (dead !== undefined) return unmeasured("stale", deathWords(dead));
  if (base !== undefined && lives.length > 0 && lives.every(({ ageSeconds }) => ageSeconds === undefined))
    return unmeasured("stale", "no sample in the last hour");
  const drift = driftOf(reading);
  if (drift !== undefined) return unmeasured(drift.why, drift.detail);
  if (base === undefined) {
    const counted = first("bad") ?? first("good");
    if (counted !== undefined) return unmeasured("no_data", `${counted} events are counted, of no total`);
    return unmeasured("no_data", way === "recorded" ? "nothing is recorded" : "the query gives nothing");
  }
  const ratio = ratioOf(window.sli, partsOf(window.sli, first, base));
  if (typeof ratio !== "number") return unmeasured(ratio.why, ratio.detail);
  if (question.windowMs === objective.windowMs) {
    const reachMs = Math.max(0, ...lives.map(({ reachSeconds }) => reachSeconds ?? 0)) * 1000;
    if (lives.length > 0 && reachMs < minReachShare * objective.windowMs) {
      const needed = roughDuration(minReachShare * objective.windowMs);
      return unmeasured("warming_up", `${roughDuration(reachMs)} of history, needs ${needed}`);
    }
  }
  const totalEvents = window.sli.kind === "ratio" ? undefined : eventsOf(window, ours, base);
  const weighting = weightingOf(ask, question.windowMs);
  const isPlain = way === "direct" && weighting === "events";
  return {
    ...question,
    kind: "measured",
    errorRatio: ratio,
    ...(totalEvents === undefined ? {} : { totalEvents }),
    ...(isPlain ? {} : { way: { kind: way, weighting, ...quietOf(ask, weighting) } }),
  };
}

function quietOf({ objective: { budgeting } }: Ask, weighting: Weighting): Pick<MeasuredWay, "quiet"> {
  if (weighting !== "slices" || budgeting === undefined || budgeting.kind === "occurrences") return {};
  return { quiet: budgeting.quiet };
}

function expressionsFor({ ask, expressions }: Reading, { windowMs }: AskedWindow): readonly Expression[] {
  return expressions.filter(
    (one) =>
      one.objective === ask.objective.name &&
      one.windowMs === windowMs &&
      (one.role === "bad" || one.role === "good" || one.role === "total" || one.role === "ratio"),
  );
}

function partsOf(
  sli: AskableSli,
  first: (role: Expression["role"]) => string | undefined,
  base: string,
): RatioParts {
  switch (sli.kind) {
    case "events":
      return { base, part: first("bad") };
    case "good_events":
      return { base, part: first("good") };
    case "ratio":
      return { base, part: undefined };
  }
}

/** How many events a total stands for, or `undefined` where its query does not show what it counts. */
function eventsOf(
  { sli, windowMs }: AskedWindow,
  expressions: readonly Expression[],
  total: string,
): number | undefined {
  const query = expressions.find(({ role }) => role === "total")?.query ?? "";
  const counted = sli.kind === "ratio" ? undefined : sli.counted;
  const unit = counted ?? eventUnitOf(query);
  const value = numberOf(total);
  if (unit === undefined || value === undefined) return undefined;
  const events = unit === "per_second" ? (value * windowMs) / 1000 : value;
  return Number.isFinite(events) ? events : undefined;
}

function partWords(way: Ask["way"], role: Expression["role"]): string {
  if (way === "recorded") return "the recording";
  const words: Readonly<Record<string, string>> = {
    bad: "the error query",
    good: "the good query",
    total: "the total query",
  };
  return words[role] ?? "the error ratio query";
}

/** Whether the deployed rules are of another revision than the file: they record their target. */
function driftOf({
  ask,
  expressions,
  answers,
}: Reading): { why: UnmeasuredKind; detail: string } | undefined {
  const { objective } = ask;
  const recorded = expressions.find((one) => one.objective === objective.name && one.role === "target");
  const found = recorded === undefined ? [] : answers(recorded.id);
  if (found.length > 1)
    return { why: "ambiguous", detail: `${found.length} targets are recorded, must be one` };
  const [only] = found;
  if (only === undefined) return undefined;
  const target = numberOf(only.value);
  if (target !== undefined && Math.abs(target - objective.targetRatio) <= 1e-9) return undefined;
  const percent = (ratio: number): string => `${Number((ratio * 100).toPrecision(12))}%`;
  const deployed = target === undefined ? only.value : percent(target);
  return {
    why: "drift",
    detail: `the deployed rules are for ${deployed}, the file says ${percent(objective.targetRatio)}`,
  };
}

/** The ages of the newest and the oldest sample of what must be alive. */
interface Age {
  readonly kin: string;
  readonly ageSeconds: number | undefined;
  readonly reachSeconds: number | undefined;
}

function agesOf({ ask, expressions, answers }: Reading): readonly Age[] {
  const ours = expressions.filter((one) => one.objective === ask.objective.name && one.kin !== undefined);
  return [...Map.groupBy(ours, ({ kin }) => kin ?? "")].map(([kin, members]) => {
    const secondsOf = (role: Expression["role"]): readonly number[] =>
      members
        .filter((one) => one.role === role)
        .flatMap(({ id }) => answers(id).flatMap(({ value }) => numberOf(value) ?? []));
    const [ages, reaches] = [secondsOf("age"), secondsOf("reach")];
    return {
      kin,
      ageSeconds: ages.length === 0 ? undefined : Math.min(...ages),
      reachSeconds: reaches.length === 0 ? undefined : Math.max(...reaches),
    };
  });
}

function deathWords({ kin, ageSeconds }: Age): string {
  const what =
    ageSeconds === undefined
      ? "no sample in the last hour"
      : `newest sample is ${roughDuration(ageSeconds * 1000)} old`;
  return kin === "" ? what : `${what}: ${kin}`;
}
