import type { DataSourceState, Unasked } from "../../../src/gate/events.ts";
import { type Failure, failed, ok, type Result } from "../../../src/gate/failure.ts";
import { guarded, type GuardWorld } from "../../../src/prometheus/guard.ts";
import type { Reply } from "../../../src/prometheus/reply.ts";

/** Lets everything that can go on go on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export const noon = Date.parse("2026-11-22T12:00:00Z");
/** An answer that says nothing. */
export const answer: Result<Reply> = ok({ series: [], warnings: [] });
/** No answer. */
export const silence: Failure = { kind: "timed_out", detail: "did not answer in time" };

/** A question that waits for its answer. */
interface Pending {
  readonly expression: string;
  answer(reply: Result<Reply>): void;
}

/** A guarded source whose questions wait until they are answered by hand, or by `reply` where it is set. */
export function guardedWorld(
  limits: { readonly maxConcurrent?: number; readonly maxQueriesPerMinute?: number } = {},
) {
  const pending: Pending[] = [];
  const states: DataSourceState[] = [];
  const unasked: [repositoryId: number | undefined, why: Unasked][] = [];
  const sent: string[] = [];
  const self = { now: noon, reply: undefined as Result<Reply> | undefined, looks: [] as AbortController[] };
  const guardWorld: GuardWorld = {
    now: () => self.now,
    random: () => 0,
    lookEnd() {
      const look = new AbortController();
      self.looks.push(look);
      return look.signal;
    },
    events: {
      dataSourceState: (_, state) => void states.push(state),
      queryUnasked: (_, repositoryId, why) => void unasked.push([repositoryId, why]),
    },
  };
  const connection = {
    close() {},
    query(expression: string, _: number, end?: AbortSignal): Promise<Result<Reply>> {
      sent.push(expression);
      if (self.reply !== undefined) return Promise.resolve(self.reply);
      return new Promise((resolve) => {
        const one: Pending = {
          expression,
          answer(reply) {
            if (pending.includes(one)) pending.splice(pending.indexOf(one), 1);
            resolve(reply);
          },
        };
        pending.push(one);
        end?.addEventListener("abort", () => one.answer(failed(silence)), { once: true });
      });
    },
    querySpan: () => Promise.reject(new Error("not asked in these tests")),
  };
  const source = guarded({ id: "main", ...limits }, connection, guardWorld);
  const ask = async (repositoryId = 1, expression = "up"): Promise<string> => {
    const reply = await source.look(repositoryId).query(expression, noon);
    return reply.ok ? "answered" : `${reply.failure.kind}: ${reply.failure.detail}`;
  };
  const askTimes = async (count: number): Promise<void> => {
    for (let one = 0; one < count; one += 1) await ask();
  };
  return { self, source, pending, states, unasked, sent, ask, askTimes };
}
