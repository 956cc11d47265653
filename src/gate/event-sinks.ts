/**
 * Telling other systems what was decided, as CloudEvents.
 *
 * Wants: every verdict arrives at every sink, in order, at least once, and no sink makes a gate wait.
 * Keeps: a sink's place in the ledger's own verdicts is its outbox: what is decided is told by being kept, so no crash loses it. A
 * place moves on only when the sink has taken the event, or has said that it never will. Events have the same id however often they are
 * sent, so a receiver can tell a repetition.
 * Races: *two replicas*: a verdict is sent by who has claimed it, under a lease; who is overtaken changes nothing. *Late rows*: PostgreSQL may show a later
 * verdict before an earlier one, so only those that are some seconds old are sent.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import { matchesGlob, type Repository, type Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Events } from "./events.ts";
import type { Clock } from "./ports.ts";

/** A verdict as it was kept. */
export interface KeptVerdict {
  readonly id: number;
  readonly verdict: Verdict;
  readonly evidence: MeasurementSet;
}

/** How far a sink has come. */
export interface SinkPlace {
  /** The last verdict that it was told of. */
  readonly verdictId: number;
  /** Budgets that it was told are spent: `repository branch objective`. */
  readonly open: readonly string[];
  /** How often the next one was refused or not answered. */
  readonly failures: number;
  /** Not before this moment: it rests after a failure, or somebody sends just now. */
  readonly notBefore: Instant;
}

/** Places of sinks in the ledger. */
export interface SinkPlaces {
  /** A sink's place; one that is new begins after the newest verdict. */
  find(sink: string): Promise<SinkPlace>;
  /** Moves a place on, if nobody has moved it since; false: somebody has. */
  move(sink: string, from: SinkPlace, to: SinkPlace): Promise<boolean>;
  /** Verdicts after one, that were reached before a moment, in order. */
  after(verdictId: number, before: Instant, most: number): Promise<readonly KeptVerdict[]>;
}

/** What came of sending. */
export type Sending =
  | { readonly kind: "sent" }
  /** It will never be taken. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string; readonly retryAfterMs?: DurationMs };

/** Somebody who wants to be told. */
export interface EventSink {
  readonly id: string;
  /** Globs of `owner/name`. */
  readonly repositories: readonly string[];
  /** Sends everything that there is to tell of a verdict; `opened` and `closed` are budgets that are spent now, or no more. */
  send(told: ToldVerdict, now: Instant, signal: AbortSignal): Promise<Sending>;
}

/** What a sink is told at once. */
export interface ToldVerdict extends KeptVerdict {
  readonly repository: Repository;
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

/** What telling needs. */
export interface SinkWorld {
  readonly ledger: {
    readonly sinks: SinkPlaces;
    readonly registry: { readonly repository: (id: number) => Promise<Repository | undefined> };
  };
  readonly clock: Pick<Clock, "now">;
  readonly events: Events;
}

/** So old is what is told: by then every earlier verdict can be seen. */
const settledMs: DurationMs = 10_000;

/** Verdicts of one sink in one round; the rest comes with the next. */
const mostAtOnce = 200;

/** For how long who sends a verdict has it for himself. A process that dies meanwhile is waited for so long. */
const leaseMs: DurationMs = 60_000;

/** After so many failures in a row an event is given up: a day and a half of pauses. */
const mostFailures = 40;

/** How long a sink is left alone after failures: 5 s, doubled up to an hour. */
export function pauseMs(failures: number): DurationMs {
  return Math.min(3_600_000, 5000 * 2 ** Math.min(20, Math.max(0, failures - 1)));
}

/** One round: tells every sink what is new. No sink waits for another. */
export async function tellSinks(
  world: SinkWorld,
  sinks: readonly EventSink[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    sinks.map(async (sink) => {
      try {
        await tellSink(world, sink, signal);
      } catch (error) {
        world.events.buried(`sink:${sink.id}`, error);
      }
    }),
  );
}

async function tellSink(world: SinkWorld, sink: EventSink, signal: AbortSignal): Promise<void> {
  const { ledger, clock } = world;
  let place = await ledger.sinks.find(sink.id);
  if (clock.now() < place.notBefore) return;
  for (const kept of await ledger.sinks.after(place.verdictId, clock.now() - settledMs, mostAtOnce)) {
    if (signal.aborted) return;
    const claimed: SinkPlace = { ...place, notBefore: clock.now() + leaseMs };
    if (!(await ledger.sinks.move(sink.id, place, claimed))) return;
    const next = await tellOne(world, sink, place, kept, signal);
    if (!(await ledger.sinks.move(sink.id, claimed, next))) return;
    if (next.verdictId === place.verdictId) return;
    place = next;
  }
}

/** Tells of one verdict, and gives where the sink stands afterwards. */
async function tellOne(
  { ledger, clock, events }: SinkWorld,
  sink: EventSink,
  place: SinkPlace,
  kept: KeptVerdict,
  signal: AbortSignal,
): Promise<SinkPlace> {
  const { id, verdict } = kept;
  const passed: SinkPlace = { ...place, verdictId: id, failures: 0, notBefore: 0 };
  const repository = await ledger.registry.repository(verdict.subject.repositoryId);
  if (repository === undefined || !isWanted(sink, repository)) return passed;
  const { opened, closed } = changedBudgets(place.open, verdict);
  const sent = await sink.send({ ...kept, repository, opened, closed }, clock.now(), signal);
  // Who is told to end has not failed: the next process sends it.
  if (signal.aborted && sent.kind === "failed") return { ...place, notBefore: 0 };
  events.eventSent(sink.id, sent.kind);
  switch (sent.kind) {
    case "sent":
      return { ...passed, open: budgetsAfter(place.open, verdict, opened, closed) };
    case "refused":
      events.buried(`sink:${sink.id}`, new Error(`verdict ${id} was refused: ${sent.why}`));
      return passed;
    case "failed": {
      const failures = place.failures + 1;
      if (failures >= mostFailures) {
        events.buried(`sink:${sink.id}`, new Error(`verdict ${id} is given up: ${sent.why}`));
        return passed;
      }
      const pause = Math.max(pauseMs(failures), sent.retryAfterMs ?? 0);
      return { ...place, failures, notBefore: clock.now() + Math.min(pause, 24 * 3_600_000) };
    }
  }
}

function isWanted({ repositories }: EventSink, { owner, name }: Repository): boolean {
  const full = `${owner}/${name}`.toLowerCase();
  return repositories.some((glob) => matchesGlob(full, glob.toLowerCase()));
}

/** Objectives whose budget is spent now and was not when the sink was last told, and the other way round. */
function changedBudgets(
  open: readonly string[],
  { subject, findings }: Verdict,
): { readonly opened: readonly string[]; readonly closed: readonly string[] } {
  const isOpen = (objective: string): boolean => open.includes(budgetKey(subject, objective));
  const measured = findings.filter(({ remaining }) => remaining !== undefined);
  return {
    opened: measured.flatMap(({ state, objective }) =>
      state === "exhausted" && !isOpen(objective) ? [objective] : [],
    ),
    closed: measured.flatMap(({ state, objective }) =>
      state !== "exhausted" && isOpen(objective) ? [objective] : [],
    ),
  };
}

/** The most budgets that are remembered as spent. */
const mostOpen = 2000;

function budgetsAfter(
  open: readonly string[],
  { subject }: Verdict,
  opened: readonly string[],
  closed: readonly string[],
): readonly string[] {
  const keys = (objectives: readonly string[]) => objectives.map((one) => budgetKey(subject, one));
  const gone = new Set(keys(closed));
  return [...open.filter((one) => !gone.has(one)), ...keys(opened)].slice(-mostOpen);
}

/** Each branch has a policy of its own, and so a budget of its own. */
function budgetKey({ repositoryId, baseRef }: Subject, objective: string): string {
  return `${repositoryId} ${baseRef} ${objective}`;
}
