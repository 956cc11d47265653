/**
 * Measurements that are shared: asked once per policy revision and tick, however many pull requests depend on
 * them.
 *
 * Wants: a thousand subjects, one question to Prometheus.
 * Keeps: what is given out is at most `freshMs` old, or was just asked. One failed look at an unreachable
 * Prometheus does not turn everything red: the last good numbers stand until they are two looks old; then it
 * is *not measured*. An answer, good or bad, is asked for once a tick, however many subjects want it.
 * Races: *two askers* of one revision share one request; *two writers* keep the newer set.
 * *Clock set back*: numbers dated after now are not looked back at, or they would count as fresh until then.
 */
import { decide, decisionClass, type Decision } from "../domain/decide.ts";
import type { DurationMs } from "../domain/duration.ts";
import { holdsAfter } from "../domain/finding.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { Policy, PolicyOrigin } from "../domain/policy.ts";
import { windowsOf } from "../domain/rule.ts";
import { findingsOf } from "./evaluate.ts";
import type { Events } from "./events.ts";
import type { KnownMeasurements, Ledger } from "./ledger.ts";
import type { Clock, Measurer } from "./ports.ts";

/** Shared measurements of policies. */
export interface SharedMeasurements {
  /** The newest measurements if they are fresh, else new ones. */
  recent(repositoryId: number, policy: Policy, origin: PolicyOrigin): Promise<KnownMeasurements>;
  /** New measurements, whatever is known. */
  fresh(repositoryId: number, policy: Policy, origin: PolicyOrigin): Promise<KnownMeasurements>;
}

/** Wires the sharing. `freshMs` is the watch's tick. */
export function shareMeasurements(
  { measurements }: Pick<Ledger, "measurements">,
  measurer: Measurer,
  clock: Clock,
  events: Events,
  freshMs: DurationMs,
): SharedMeasurements {
  const asking = new Map<string, Promise<KnownMeasurements>>();
  const asked = new Map<string, { readonly at: number; readonly known: KnownMeasurements }>();

  const ask = async (repositoryId: number, policy: Policy, revision: string): Promise<KnownMeasurements> => {
    const found = await measurements.find(repositoryId, revision);
    const at = clock.now();
    const before = found !== undefined && found.set.at <= at ? found : undefined;
    const set: MeasurementSet = { at, measurements: await measurer.measure(requestOf(policy, at)) };
    events.measured(
      policy.dataSource,
      clock.now() - at,
      set.measurements.filter(isUnmeasured).length,
      set.measurements.length,
    );
    if (
      before !== undefined &&
      at - before.set.at < 2 * freshMs &&
      isUnreachable(set) &&
      !isUnreachable(before.set)
    )
      return before;
    const holds = before?.holds ?? new Map();
    const findings = findingsOf(policy, set, holds);
    const decision = decide(findings, policy.whenUnmeasured);
    const known = { set, holds: holdsAfter(findings, holds), toldClass: toldClass(revision, decision) };
    await measurements.keep(repositoryId, revision, known, clock.now());
    return known;
  };

  const fresh: SharedMeasurements["fresh"] = (repositoryId, policy, { revision }) => {
    const key = `${repositoryId} ${revision}`;
    const running = asking.get(key);
    if (running !== undefined) return running;
    const started = ask(repositoryId, policy, revision)
      .then((known) => {
        for (const [old, { at }] of asked) if (clock.now() - at >= freshMs) asked.delete(old);
        asked.set(key, { at: clock.now(), known });
        return known;
      })
      .finally(() => asking.delete(key));
    asking.set(key, started);
    return started;
  };

  return {
    fresh,
    async recent(repositoryId, policy, origin) {
      const now = clock.now();
      const last = asked.get(`${repositoryId} ${origin.revision}`);
      if (last !== undefined && now - last.at < freshMs && last.at <= now) return last.known;
      const known = await measurements.find(repositoryId, origin.revision);
      const isFresh = known !== undefined && now - known.set.at < freshMs && known.set.at <= now;
      return isFresh ? known : fresh(repositoryId, policy, origin);
    },
  };
}

/**
 * Names what a subject is told under one policy revision: subjects that were told something else are out of
 * date.
 */
export function toldClass(revision: string, decision: Decision): string {
  return `${revision} ${decisionClass(decision)}`;
}

/** What must be measured to judge by a policy. */
export function requestOf(policy: Policy, at: number): Parameters<Measurer["measure"]>[0] {
  const questions = policy.objectives.map((objective) => ({
    objective,
    windowsMs: windowsOf(objective, policy.rules),
  }));
  return { dataSource: policy.dataSource, questions, at };
}

const isUnmeasured = ({ kind }: { kind: string }): boolean => kind === "unmeasured";

function isUnreachable({ measurements }: MeasurementSet): boolean {
  return (
    measurements.length > 0 &&
    measurements.every((one) => one.kind === "unmeasured" && one.why === "unreachable")
  );
}
