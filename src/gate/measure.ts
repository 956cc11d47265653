/**
 * Measurements that are shared: asked once per policy revision and tick, however many pull requests depend on
 * them.
 *
 * Wants: a thousand subjects, one question to Prometheus.
 * Keeps: what is given out is at most `freshMs` old, or was just asked. One failed look at an unreachable
 * Prometheus does not turn everything red: the last good numbers stand until they are two looks old; then it
 * is *not measured*. An answer, good or bad, is asked for once a tick, however many subjects want it.
 * Numbers whose successor another process asks for right now stand until then, too: at the end of a tick not everybody asks.
 * Races: *two askers* of one revision share one request; *two writers* keep the newer set.
 * *Another's look*: what this process has asked itself serves it only until another one has kept newer numbers, or a red that
 * was noticed there would be judged green here.
 * *Clock set back*, or behind another's: numbers dated after now are not looked back at, or they would count as fresh until
 * then; since when something has been so is remembered all the same.
 */
import { decisionClass, type Decision } from "../domain/decide.ts";
import type { DurationMs } from "../domain/duration.ts";
import { holdsAfter } from "../domain/finding.ts";
import type { Holds } from "../domain/hold.ts";
import type { Instant } from "../domain/instant.ts";
import { renewedAfter } from "../domain/lease.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { Policy, PolicyOrigin } from "../domain/policy.ts";
import { decideBy, findingsOf } from "./evaluate.ts";
import type { Events } from "./events.ts";
import type { KnownMeasurements, Ledger } from "./ledger.ts";
import { type LookWorld, measurePolicy } from "./measure-policy.ts";
import type { Clock } from "./ports.ts";

/** Shared measurements of policies. */
export interface SharedMeasurements {
  /** The newest measurements if they are fresh, else new ones. */
  recent(repositoryId: number, policy: Policy, origin: PolicyOrigin): Promise<KnownMeasurements>;
  /**
   * Measurements at most `maxAgeMs` old, for who is judged at the moment of use: if they cannot be had, then
   * *not measured*, however good the last ones were.
   */
  exact(
    repositoryId: number,
    policy: Policy,
    origin: PolicyOrigin,
    maxAgeMs: DurationMs,
  ): Promise<KnownMeasurements>;
  /** New measurements, whatever is known. */
  fresh(repositoryId: number, policy: Policy, origin: PolicyOrigin): Promise<KnownMeasurements>;
}

/** Wires the sharing. `freshMs` is the watch's tick. */
export function shareMeasurements(
  { measurements, looks, evaluations }: Pick<Ledger, "measurements" | "looks" | "evaluations">,
  measurer: LookWorld["measurer"],
  clock: Clock,
  events: Events,
  freshMs: DurationMs,
): SharedMeasurements {
  const asking = new Map<string, Promise<Look>>();
  const asked = new Map<string, Look>();

  const ask = async (repositoryId: number, policy: Policy, revision: string): Promise<Omit<Look, "at">> => {
    const found = await measurements.find(repositoryId, revision);
    const at = clock.now();
    const before = found !== undefined && found.set.at <= at ? found : undefined;
    const set = await measurePolicy({ measurer, evaluations }, policy, at, repositoryId);
    events.measured(
      policy.dataSource,
      clock.now() - at,
      set.measurements.filter(isUnmeasured).length,
      set.measurements.length,
    );
    const holds = notAfter(at, found?.holds ?? new Map());
    const findings = findingsOf(policy, set, holds);
    const renewedAt = renewedAfter(set, found && Math.min(found.renewedAt, at));
    const decision = decideBy(policy, findings, set, renewedAt);
    const said = toldClass(revision, decision);
    const exact = { set, holds: holdsAfter(findings, holds), renewedAt, toldClass: said };
    const isPassing =
      before !== undefined &&
      at - before.set.at < 2 * freshMs &&
      isUnreachable(set) &&
      !isUnreachable(before.set);
    if (isPassing) return { shared: before, exact };
    await measurements.keep(repositoryId, revision, exact, clock.now());
    return { shared: exact, exact };
  };

  const look = (repositoryId: number, policy: Policy, { revision }: PolicyOrigin): Promise<Look> => {
    const key = `${repositoryId} ${revision}`;
    const running = asking.get(key);
    if (running !== undefined) return running;
    const started = ask(repositoryId, policy, revision)
      .then((known) => {
        for (const [old, { at }] of asked) if (clock.now() - at >= freshMs) asked.delete(old);
        const seen = { at: clock.now(), ...known };
        asked.set(key, seen);
        return seen;
      })
      .finally(() => asking.delete(key));
    asking.set(key, started);
    return started;
  };

  const isWithin = (at: Instant, ageMs: DurationMs): boolean => {
    const now = clock.now();
    return now - at < ageMs && at <= now;
  };

  /** Whether the watch of any process has taken its look within this tick. */
  const isBeingAsked = async (repositoryId: number, revision: string): Promise<boolean> => {
    const takenAt = await looks.takenAt({ repositoryId, revision, cause: "tick" }, clock.now());
    return takenAt !== undefined && isWithin(takenAt, freshMs);
  };

  return {
    async fresh(repositoryId, policy, origin) {
      return (await look(repositoryId, policy, origin)).shared;
    },
    async recent(repositoryId, policy, origin) {
      const last = asked.get(`${repositoryId} ${origin.revision}`);
      if (last !== undefined && isWithin(last.at, freshMs)) {
        const keptAt = (await measurements.measuredAt(repositoryId, origin.revision)) ?? 0;
        if (keptAt <= last.shared.set.at || keptAt > clock.now()) return last.shared;
      }
      const known = await measurements.find(repositoryId, origin.revision);
      if (known !== undefined && isWithin(known.set.at, freshMs)) return known;
      const isRunning = asking.has(`${repositoryId} ${origin.revision}`);
      if (known !== undefined && !isRunning && isWithin(known.set.at, 2 * freshMs)) {
        if (await isBeingAsked(repositoryId, origin.revision)) return known;
      }
      return (await look(repositoryId, policy, origin)).shared;
    },
    async exact(repositoryId, policy, origin, maxAgeMs) {
      const last = asked.get(`${repositoryId} ${origin.revision}`);
      if (last !== undefined && isWithin(last.exact.set.at, maxAgeMs)) return last.exact;
      return (await look(repositoryId, policy, origin)).exact;
    },
  };
}

/** What one look gave: what is shared by all, and what was answered then. */
interface Look {
  readonly at: Instant;
  readonly shared: KnownMeasurements;
  readonly exact: KnownMeasurements;
}

/**
 * Names what a subject is told under one policy revision: subjects that were told something else are out of
 * date.
 */
export function toldClass(revision: string, decision: Decision): string {
  return `${revision} ${decisionClass(decision)}`;
}

/**
 * What is remembered, for a look at a moment. What a clock that is ahead of ours, or was, has dated later is still so, since
 * this look: were it forgotten, a rule with `for` would never speak where two such processes look by turns.
 */
function notAfter(at: Instant, holds: Holds): Holds {
  return new Map([...holds].map(([key, since]) => [key, Math.min(since, at)]));
}

const isUnmeasured = ({ kind }: { kind: string }): boolean => kind === "unmeasured";

function isUnreachable({ measurements, quality = [] }: MeasurementSet): boolean {
  return (
    measurements.length + quality.length > 0 &&
    quality.every(({ result }) => result === "error") &&
    measurements.every(
      (one) => one.kind === "unmeasured" && (one.why === "unreachable" || one.why === "query_limit"),
    )
  );
}
