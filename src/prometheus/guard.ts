/**
 * What stands in front of a data source: each question passes the breaker, the line and the repository's limit, in this
 * order and within the time of its look, and each of them refuses with a failure of its own.
 *
 * Keeps: nothing here is ever an answer. What was not asked is *not measured*, with its reason; the limits are of this
 * process.
 */
import type { Instant } from "../domain/instant.ts";
import type { DataSourceState, Unasked } from "../gate/events.ts";
import { failed, type Failure, type Result } from "../gate/failure.ts";
import {
  admissionTo,
  afterProbe,
  afterQuestion,
  type Breaker,
  closedBreaker,
  type Heard,
  whileProbed,
} from "./breaker.ts";
import type { PrometheusClient, PrometheusConnection } from "./client.ts";
import { type DataSource, defaultLimits } from "./data-source.ts";
import { queryLimitOf } from "./query-limit.ts";
import { longestLine, turnsOf } from "./turns.ts";

/** The longest that one look at one policy may take. */
export const longestLookMs = 60_000;

/** What guards need of the world. */
export interface GuardWorld {
  now(): Instant;
  /** From 0 to 1. */
  random(): number;
  /** Aborts when a look that begins now has taken long enough. */
  lookEnd(): AbortSignal;
  readonly events: {
    dataSourceState(dataSource: string, state: DataSourceState): void;
    queryUnasked(dataSource: string, repositoryId: number | undefined, why: Unasked): void;
  };
}

/** The world of a process that keeps no clock and tells nobody, such as the command line. */
export const plainGuardWorld: GuardWorld = {
  now: () => Date.now(),
  random: () => Math.random(),
  lookEnd: () => AbortSignal.timeout(longestLookMs),
  events: { dataSourceState() {}, queryUnasked() {} },
};

/** A data source behind its guards. */
export interface GuardedSource {
  /** The data source for one look of a repository, which begins now. Without a repository, for nobody in particular. */
  look(repositoryId: number | undefined): PrometheusClient;
}

/** Puts the guards in front of a connection. */
export function guarded(
  {
    id,
    maxConcurrent,
    maxQueriesPerMinute,
  }: Pick<DataSource, "id" | "maxConcurrent" | "maxQueriesPerMinute">,
  connection: PrometheusConnection,
  world: GuardWorld,
): GuardedSource {
  const perMinute = maxQueriesPerMinute ?? defaultLimits.maxQueriesPerMinute;
  const turns = turnsOf(maxConcurrent ?? defaultLimits.maxConcurrent);
  const limit = queryLimitOf(perMinute);
  let breaker: Breaker = closedBreaker;
  let probing: Promise<void> = Promise.resolve();

  const become = (next: Breaker): void => {
    const isChanged = next.kind !== breaker.kind;
    breaker = next;
    if (isChanged) world.events.dataSourceState(id, stateOf(next));
  };

  /** It needs no turn: whoever was silent last has left a place, and nobody is asked in it before this is answered. */
  const probe = async (): Promise<void> => {
    const reply = await connection.query("vector(1)", world.now());
    become(afterProbe(breaker, heardOf(reply), world.now(), world.random()));
  };

  /** Resolves to why the source may not be asked, if it may not; at the latest when the look ends. */
  const refusal = async (end: AbortSignal): Promise<Failure | undefined> => {
    const admission = admissionTo(breaker, world.now());
    switch (admission.kind) {
      case "ask":
        return undefined;
      case "refuse": {
        const detail = `does not answer and is not asked until ${timeOf(admission.until)}`;
        return { kind: "unreachable", detail, retryAt: admission.until };
      }
      case "probe":
        become(whileProbed(breaker));
        probing = probe();
        break;
      case "join":
        break;
    }
    await Promise.race([probing, aborted(end)]);
    return end.aborted ? undefined : refusal(end);
  };

  return {
    look(repositoryId) {
      const asker = repositoryId === undefined ? "nobody" : String(repositoryId);
      const end = world.lookEnd();
      const told = new Set<Unasked>();
      const unasked = (why: Unasked, failure: Failure): { readonly ok: false; readonly failure: Failure } => {
        if (!told.has(why)) world.events.queryUnasked(id, repositoryId, why);
        told.add(why);
        return failed(failure);
      };

      const send = async <Answer>(
        question: (end: AbortSignal) => Promise<Result<Answer>>,
      ): Promise<Result<Answer>> => {
        const shut = await refusal(end);
        if (shut !== undefined) return unasked("open", shut);
        const turn = await turns.take(asker, end);
        switch (turn.kind) {
          case "full":
            return unasked("line", { kind: "rate_limited", detail: `${longestLine} queries wait already` });
          case "ended":
            return unasked("look", lookIsOver);
          case "turn":
            break;
        }
        // The source may have fallen silent meanwhile, and whoever holds a place keeps the probe from it.
        if (admissionTo(breaker, world.now()).kind !== "ask") {
          turn.release();
          return send(question);
        }
        try {
          const spent = limit.spend(asker, world.now());
          if (spent.kind === "over") {
            const detail = `${perMinute} queries a minute are spent until ${timeOf(spent.until)}`;
            return unasked("limit", { kind: "rate_limited", detail, retryAt: spent.until });
          }
          const reply = await question(end);
          // That a look was broken off tells nothing of the source.
          if (!reply.ok && end.aborted) return unasked("look", lookIsOver);
          become(afterQuestion(breaker, heardOf(reply)));
          return reply;
        } finally {
          turn.release();
        }
      };

      return {
        query: async (expression, at) => send(async (signal) => connection.query(expression, at, signal)),
        querySpan: async (expression, span) =>
          send(async (signal) => connection.querySpan(expression, span, signal)),
      };
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
}

const lookIsOver: Failure = {
  kind: "timed_out",
  detail: `the look took longer than ${longestLookMs / 1000}s`,
};

/** UTC with seconds, since these moments are near. */
function timeOf(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(11, 19)}Z`;
}

/** Whoever refuses us, or finds fault with the question, is there. */
function heardOf(reply: Result<unknown>): Heard {
  if (reply.ok) return "answered";
  return reply.failure.kind === "unreachable" || reply.failure.kind === "timed_out" ? "silent" : "answered";
}

function stateOf(breaker: Breaker): DataSourceState {
  return breaker.kind === "open" ? { kind: "open", until: breaker.until } : { kind: breaker.kind };
}
