import { dayMs } from "../domain/budget-day.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import type { SentQuery } from "../domain/sent-query.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import { sentQueriesOf } from "./expressions.ts";
import { ownWindow } from "./own-window.ts";

/**
 * The expressions that the measurements of a request may be read from, as they are sent: of a budget that is counted by
 * days, the expressions of a day; of a window of the calendar, those of what is over.
 */
export function sentQueries(request: MeasurementRequest): readonly SentQuery[] {
  return request.questions.flatMap((question) => {
    const { objective } = question;
    const sent = sentQueriesOf({ ...request, questions: [question] });
    const own = { objective, windowsMs: [lengthSent(request, objective)] };
    const now = sentQueriesOf({ ...request, questions: [own] }).filter((one) => one.isRecorded !== true);
    return sent.map((one) => {
      if (one.windowMs !== objective.windowMs || one.isRecorded === true) return one;
      return { ...one, text: now.find(({ role }) => role === one.role)?.text ?? one.text };
    });
  });
}

function lengthSent({ maintenance = [], at }: MeasurementRequest, objective: Objective): DurationMs {
  const own = ownWindow(objective, maintenance, at);
  if (own.kind !== "counted") return own.lengthMs;
  return own.plan.days.length > 0 ? dayMs : own.plan.latest.to - own.plan.latest.from;
}
