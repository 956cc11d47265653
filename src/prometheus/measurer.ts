/**
 * Measuring at the operator's data sources.
 *
 * Wants: what another tool already records is read, all objectives of a policy in one request; what that does not tell is
 * asked by the objectives' own queries, in one request more and one for the budgets' whole days, and the reason is told.
 * Keeps: several series under one identity never fall back, in no window: the file's query would merge what two
 * environments count. What Prometheus would not answer is not asked a second time in other words.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { MeasuredWay, Measurement, UnmeasuredKind } from "../domain/measurement.ts";
import type { Objective } from "../domain/objective.ts";
import type { BudgetDays } from "../gate/budget-days.ts";
import type { MeasurementRequest, Measurer } from "../gate/ports.ts";
import { directAsk, recordedAsk } from "./ask.ts";
import { askSliOver } from "./ask-sli.ts";
import { askAll } from "./asking.ts";
import { measureByDays } from "./budget-days.ts";
import { connectionOf } from "./client.ts";
import { withComposites } from "./composites.ts";
import type { DataSource } from "./data-source.ts";
import type { DayWorld } from "./day-counts.ts";
import { guarded, type GuardWorld, plainGuardWorld } from "./guard.ts";
import { historyFrom } from "./history.ts";
import { ownWindow } from "./own-window.ts";
import { sentQueries } from "./sent-queries.ts";

/** A measurer with something to close. */
export interface PrometheusMeasurer extends Measurer {
  /** Closes idle connections. */
  close(): void;
}

/** Measures at the operator's data sources, behind their guards. `days` is where the days of budgets are kept. */
export function measurerOf(
  sources: readonly DataSource[],
  days: BudgetDays,
  guardWorld: GuardWorld = plainGuardWorld,
): PrometheusMeasurer {
  const worlds = new Map(
    sources.map((source) => {
      const connection = connectionOf(source);
      return [source.id, { source, connection, guard: guarded(source, connection, guardWorld) }];
    }),
  );
  return withComposites({
    close: () => worlds.forEach(({ connection }) => connection.close()),
    async measure(request) {
      const world = worlds.get(request.dataSource);
      if (world === undefined) return measure(undefined, request);
      return measure({ source: world.source, client: world.guard.look(request.repositoryId), days }, request);
    },
    history: async (request) =>
      historyFrom(worlds.get(request.dataSource)?.guard.look(request.repositoryId), request),
    values(dataSource, repositoryId) {
      const guard = worlds.get(dataSource)?.guard;
      return guard === undefined
        ? async () => ({ error: "the data source is not configured" })
        : askSliOver(guard.look(repositoryId));
    },
    queries: sentQueries,
  });
}

async function measure(
  world: DayWorld | undefined,
  request: MeasurementRequest,
): Promise<readonly Measurement[]> {
  if (world === undefined)
    return request.questions.flatMap(({ objective, windowsMs }) =>
      windowsMs.map((windowMs) => missing(request, objective, windowMs, "unreachable", "is not configured")),
    );
  const { client } = world;
  const recordedAsks = request.questions.flatMap(({ objective, windowsMs }) => {
    const windows = countsMaintenance(request, objective)
      ? windowsMs.filter((one) => one !== objective.windowMs)
      : windowsMs;
    return objective.measure === "direct" ? [] : (recordedAsk(objective, windows) ?? []);
  });
  const recorded = await askAll(client, request, recordedAsks);
  const plans = request.questions.map((question) => planOf(request, question, recorded));
  const left = plans.flatMap(({ question }) => (question.windowsMs.length === 0 ? [] : [question]));
  const direct = await measureByDays(world, { ...request, questions: left }, async (asked) => {
    const asks = asked.questions.flatMap((one) => directAsk(one.objective, one.windowsMs) ?? []);
    return askAll(client, asked, asks);
  });
  return plans.flatMap((plan) => answered(plan, direct));
}

/** What stands of one question, and what is still to be asked. */
interface Plan {
  readonly objective: Objective;
  readonly windows: readonly WindowPlan[];
  readonly question: MeasurementRequest["questions"][number];
}

type WindowPlan =
  | { readonly kind: "stands"; readonly measurements: readonly Measurement[] }
  | { readonly kind: "to_ask"; readonly windowMs: DurationMs; readonly insteadOf: string | undefined };

function planOf(
  request: MeasurementRequest,
  { objective, windowsMs }: MeasurementRequest["questions"][number],
  recorded: readonly Measurement[],
): Plan {
  const ours = recorded.filter((one) => one.objective === objective.name);
  const isAmbiguous = ours.some((one) => one.kind === "unmeasured" && one.why === "ambiguous");
  const canAsk =
    !isAmbiguous && objective.measure !== "recorded" && directAsk(objective, windowsMs) !== undefined;
  const windows = windowsMs.map((windowMs): WindowPlan => {
    const found = ours.filter((one) => one.windowMs === windowMs);
    if (found.length === 0) {
      const isLeftOut = windowMs === objective.windowMs && countsMaintenance(request, objective);
      const why = isLeftOut ? "they count maintenance too" : notRecorded(objective);
      if (canAsk) return { kind: "to_ask", windowMs, insteadOf: why };
      return {
        kind: "stands",
        measurements: [missing(request, objective, windowMs, "no_data", why ?? "cannot be asked")],
      };
    }
    const miss = found.find((one) => one.kind === "unmeasured");
    if (!canAsk || miss === undefined || isFinal[miss.why])
      return { kind: "stands", measurements: found.map((one) => withCause(one, objective)) };
    return { kind: "to_ask", windowMs, insteadOf: miss.detail };
  });
  const left = windows.flatMap((one) => (one.kind === "to_ask" ? [one.windowMs] : []));
  return { objective, windows, question: { objective, windowsMs: left } };
}

/** Why nothing else could answer, where nothing is recorded of what only another tool can compute. */
function withCause(measurement: Measurement, { sli }: Objective): Measurement {
  if (measurement.kind !== "unmeasured" || measurement.why !== "no_data" || sli.kind !== "recorded_only")
    return measurement;
  return { ...measurement, detail: `${measurement.detail}, and its SLI ${sli.why}` };
}

/** Whether the recorded budget would count maintenance that the objective's own queries can leave out. */
function countsMaintenance({ maintenance = [], at }: MeasurementRequest, objective: Objective): boolean {
  if (objective.recording === undefined || objective.measure === "recorded" || maintenance.length === 0)
    return false;
  const own = ownWindow(objective, maintenance, at);
  return own.kind === "counted" && own.leftOutMs > 0;
}

/** Why no series of this window was looked for; `undefined` where nobody expects one. */
function notRecorded({ recording, measure, sli }: Objective): string | undefined {
  if (recording === undefined || measure === "direct")
    return sli.kind === "recorded_only" ? `its SLI ${sli.why}, and nothing records it` : undefined;
  return `${recording.tool} records nothing for this window`;
}

/** Whether a recorded answer stands although it is none. What is asked of the same Prometheus again would fail again. */
const isFinal: Readonly<Record<UnmeasuredKind, boolean>> = {
  ambiguous: true,
  unreachable: true,
  query_limit: true,
  partial: true,
  no_traffic: true,
  no_data: false,
  not_a_number: false,
  stale: false,
  warming_up: false,
  drift: false,
};

function answered({ objective, windows }: Plan, direct: readonly Measurement[]): readonly Measurement[] {
  return windows.flatMap((window) => {
    if (window.kind === "stands") return window.measurements;
    const { windowMs, insteadOf } = window;
    return direct
      .filter((one) => one.objective === objective.name && one.windowMs === windowMs)
      .map((one) => withReason(one, insteadOf));
  });
}

function withReason(measurement: Measurement, insteadOf: string | undefined): Measurement {
  if (insteadOf === undefined) return measurement;
  if (measurement.kind === "unmeasured") {
    // That nobody asked is known, whatever is recorded.
    if (measurement.why === "no_traffic") return measurement;
    return { ...measurement, detail: `${measurement.detail}; recorded: ${insteadOf}` };
  }
  const way: MeasuredWay = measurement.way ?? { kind: "direct", weighting: "events" };
  return { ...measurement, way: { ...way, insteadOf } };
}

function missing(
  { dataSource, at }: MeasurementRequest,
  objective: Objective,
  windowMs: DurationMs,
  why: UnmeasuredKind,
  detail: string,
): Measurement {
  return { objective: objective.name, windowMs, dataSource, query: "", at, kind: "unmeasured", why, detail };
}
