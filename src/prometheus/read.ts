/**
 * Series → measurement: every way of not being a number has its own name, and none is a pass. [T36–T41]
 *
 * The order matters, since one answer can be wrong in several ways: partial data first (nothing in it can be
 * trusted), then what was not answered exactly once, then what is too old, then what is no number, then too
 * little history.
 */
import { roughDuration } from "../domain/duration.ts";
import type { Measurement, Question, UnmeasuredKind } from "../domain/measurement.ts";
import type { Objective } from "../domain/objective.ts";
import { eventUnitOf } from "../slo/event-unit.ts";
import type { Expression } from "./expressions.ts";
import type { Series } from "./reply.ts";
import { askedSli } from "./slices.ts";

/** The oldest that the newest sample may be: Prometheus' own lookback. */
const maxAgeSeconds = 300;

/** The least share of the objective's window that must have history before its budget is spoken of. */
const minReachShare = 0.1;

/** A rate may miss zero by this share of the total, for rounding. */
const rounding = 1e-9;

/** The series that answered one expression. */
export type Answers = (id: string) => readonly Series[];

/** Reads the answer for one objective and window. */
export function readMeasurement(
  question: Question,
  objective: Objective,
  expressions: readonly Expression[],
  answers: Answers,
): Measurement {
  const unmeasured = (why: UnmeasuredKind, detail: string): Measurement => ({
    ...question,
    kind: "unmeasured",
    why,
    detail,
  });
  const ours = expressions.filter(
    (one) => one.objective === objective.name && one.windowMs === question.windowMs,
  );
  for (const { role, id } of ours) {
    if (role !== "bad" && role !== "total" && role !== "ratio") continue;
    const count = answers(id).length;
    if (count > 1) return unmeasured("ambiguous", `${roleWords[role]} gives ${count} series, must give one`);
  }
  const first = (role: Expression["role"]): string | undefined => {
    const expression = ours.find((one) => one.role === role);
    return expression === undefined ? undefined : answers(expression.id)[0]?.value;
  };
  const base = askedSli(objective)?.kind === "events" ? first("total") : first("ratio");
  const lives = livesOf(objective, expressions, answers);
  const dead = lives.find(({ ageSeconds, reachSeconds }) =>
    // What once was and is no more is a dead scrape, also where a short window has already emptied.
    ageSeconds === undefined ? reachSeconds !== undefined : ageSeconds > maxAgeSeconds,
  );
  if (dead !== undefined) return unmeasured("stale", deathWords(dead));
  if (base !== undefined && lives.length > 0 && lives.every(({ ageSeconds }) => ageSeconds === undefined))
    return unmeasured("stale", "no sample in the last hour");
  if (base === undefined) return unmeasured("no_data", "the query gives nothing");
  const ratio = ratioOf(objective, first("bad"), base);
  if (typeof ratio !== "number") return unmeasured(ratio.why, ratio.detail);
  if (question.windowMs === objective.windowMs) {
    const reachMs = Math.max(0, ...lives.map(({ reachSeconds }) => reachSeconds ?? 0)) * 1000;
    if (lives.length > 0 && reachMs < minReachShare * objective.windowMs) {
      const needed = roughDuration(minReachShare * objective.windowMs);
      return unmeasured("warming_up", `${roughDuration(reachMs)} of history, needs ${needed}`);
    }
  }
  const total = ours.find(({ role }) => role === "total");
  const totalEvents = total === undefined ? undefined : eventsOf(total, base);
  return {
    ...question,
    kind: "measured",
    errorRatio: ratio,
    ...(totalEvents === undefined ? {} : { totalEvents }),
  };
}

/** How many events a total stands for, or `undefined` where its query does not show what it counts. */
function eventsOf({ query, windowMs }: Expression, total: string): number | undefined {
  const unit = eventUnitOf(query);
  const value = numberOf(total);
  if (unit === undefined || value === undefined) return undefined;
  const events = unit === "per_second" ? (value * windowMs) / 1000 : value;
  return Number.isFinite(events) ? events : undefined;
}

const roleWords = {
  bad: "the error query",
  total: "the total query",
  ratio: "the error ratio query",
} as const;

/** Why values are no ratio. */
export interface NoNumber {
  readonly why: UnmeasuredKind;
  readonly detail: string;
}

/** The error ratio in what was answered: `base` is the total of an objective that counts events, else the ratio itself. */
export function ratioOf(objective: Objective, bad: string | undefined, base: string): number | NoNumber {
  return askedSli(objective)?.kind === "events" ? eventRatio(bad, base) : plainRatio(base);
}

/** No bad series at all is zero errors: the total proves that somebody was asking. */
function eventRatio(bad: string | undefined, total: string): number | NoNumber {
  const all = numberOf(total);
  if (all === undefined || all < 0) return { why: "not_a_number", detail: `total is ${total}` };
  const failed = bad === undefined || (all === 0 && bad === "NaN") ? 0 : numberOf(bad);
  if (failed === undefined || failed < -rounding * all)
    return { why: "not_a_number", detail: `errors are ${bad}` };
  // Errors of a total of zero: the two queries do not count the same events, and an outage could look like a
  // quiet night.
  if (!Number.isFinite(failed / all) && failed > 0)
    return { why: "not_a_number", detail: `errors are ${bad} of a total of ${total}` };
  if (all === 0) return { why: "no_traffic", detail: "nobody asked" };
  return Math.max(0, failed / all);
}

function plainRatio(text: string): number | NoNumber {
  const ratio = numberOf(text);
  if (ratio === undefined || ratio < -rounding)
    return { why: "not_a_number", detail: `error ratio is ${text}` };
  return Math.max(0, ratio);
}

/** A finite number in the forms that Prometheus prints (`0.001`, `1e-07`), else `undefined`. */
export function numberOf(text: string): number | undefined {
  if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** What must be alive: the ages of the newest and the oldest sample of any of its series. */
interface Life {
  readonly kin: string;
  readonly ageSeconds: number | undefined;
  readonly reachSeconds: number | undefined;
}

function livesOf(
  objective: Objective,
  expressions: readonly Expression[],
  answers: Answers,
): readonly Life[] {
  const ours = expressions.filter((one) => one.objective === objective.name && one.kin !== undefined);
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

function deathWords({ kin, ageSeconds }: Life): string {
  const what =
    ageSeconds === undefined
      ? "no sample in the last hour"
      : `newest sample is ${roughDuration(ageSeconds * 1000)} old`;
  return kin === "" ? what : `${what}: ${kin}`;
}
