/** The figures as people read them: goals first, each with what it was held against. */
import type { Ack } from "./ack.ts";
import type { Flip } from "./flip.ts";
import { quantile } from "./load.ts";
import type { AtReplicas } from "./replicas.ts";
import type { AtSubjects } from "./subjects.ts";
import type { Throughput } from "./throughput.ts";
import type { Warm } from "./warm.ts";

/** Whatever was measured. */
export interface Figures {
  readonly floor?: Throughput;
  readonly plain?: Throughput;
  readonly throttled?: Throughput;
  readonly ours?: Throughput;
  readonly ack?: Ack;
  readonly warm?: Warm;
  readonly subjects?: readonly AtSubjects[];
  readonly flip?: Flip;
  readonly smallFlip?: Flip;
  readonly startMs?: readonly number[];
  readonly replicas?: readonly AtReplicas[];
}

/** One goal, held against what was measured. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly isReached: boolean;
}

/** Every goal of which something was measured. */
export function goalsOf(figures: Figures): readonly Goal[] {
  const { floor, plain, ours, ack, warm, subjects = [], flip, smallFlip } = figures;
  const goals: Goal[] = [];
  const add = (what: string, goal: string, measured: string, isReached: boolean): void => {
    goals.push({ what, goal, measured, isReached });
  };
  if (ours !== undefined && floor !== undefined) {
    const ratio = ours.perCpuSecond / floor.perCpuSecond;
    add("ours : floor, deliveries per core", ">= 0.5", ratio.toFixed(3), ratio >= 0.5);
  }
  if (ours !== undefined && plain !== undefined) {
    const ratio = ours.perCpuSecond / plain.perCpuSecond;
    add("ours : plain Probot app, deliveries per core", ">= 5", ratio.toFixed(2), ratio >= 5);
  }
  if (warm !== undefined) {
    add("reads of GitHub, warm event", "0", warm.gitHubReadsEach.toFixed(3), warm.gitHubReadsEach === 0);
    add("writes to GitHub, warm event", "<= 1", warm.gitHubWritesEach.toFixed(3), warm.gitHubWritesEach <= 1);
  }
  if (flip !== undefined && smallFlip !== undefined)
    add(
      `Prometheus requests a tick at ${flip.pulls} : at ${smallFlip.pulls} pull requests`,
      "1",
      `${flip.prometheusRequests} : ${smallFlip.prometheusRequests}`,
      flip.prometheusRequests === smallFlip.prometheusRequests,
    );
  const [few, many] = [subjects[0], subjects.at(-1)];
  if (few !== undefined && many !== undefined && few !== many) {
    const ratio = many.cpuMsEach / few.cpuMsEach;
    add(
      `an event at ${many.subjects} : at ${few.subjects} subjects`,
      "<= 1.2",
      ratio.toFixed(2),
      ratio <= 1.2,
    );
    add(`memory at ${many.subjects} subjects`, "<= 150 MB", `${many.rssMb.toFixed(0)} MB`, many.rssMb <= 150);
  }
  if (flip !== undefined) {
    const share = `${(100 * flip.ceilingShare).toFixed(1)} %`;
    add("flip, share of GitHub's ceiling", ">= 95 %", share, flip.ceilingShare >= 0.95);
    add("flip, lost", "0", String(flip.lost), flip.lost === 0);
  }
  if (ack !== undefined)
    add("acknowledgement, p99 at 200/s", "<= 10 ms", `${ack.p99Ms.toFixed(1)} ms`, ack.p99Ms <= 10);
  return goals;
}

/** Goals, then every figure. */
export function wordsOf(figures: Figures): string {
  const goals = goalsOf(figures).map(
    ({ what, goal, measured, isReached }) =>
      `| ${what} | ${goal} | ${measured} | ${isReached ? "reached" : "not reached"} |`,
  );
  const table = ["| goal | wanted | measured | |", "|---|---|---|---|", ...goals].join("\n");
  return [...(goals.length === 0 ? [] : [table]), ...linesOf(figures)].join("\n\n");
}

function linesOf(figures: Figures): readonly string[] {
  const { ack, warm, subjects, flip, startMs, replicas } = figures;
  const rows = [
    ["floor", figures.floor],
    ["plain Probot app", figures.plain],
    ["plain, throttled", figures.throttled],
    ["ours, SQLite", figures.ours],
    ...(replicas ?? []).map(
      (one) => [`ours, PostgreSQL, ${one.replicas} process(es)`, one.throughput] as const,
    ),
  ] as const;
  const lines: string[] = [];
  const known = rows.flatMap(([name, one]) => (one === undefined ? [] : [rowOf(name, one)]));
  if (known.length > 0) lines.push([head, rule, ...known].join("\n"));
  if (ack !== undefined)
    lines.push(
      `Acknowledged at ${ack.perSecond}/s: p50 ${ack.p50Ms.toFixed(1)} ms, p99 ${ack.p99Ms.toFixed(1)} ms, ${ack.refused} of ${ack.count} refused.`,
    );
  if (warm !== undefined)
    lines.push(
      `Warm event: ${warm.gitHubReadsEach.toFixed(3)} reads and ${warm.gitHubWritesEach.toFixed(3)} writes of GitHub, ${warm.prometheusRequestsEach.toFixed(3)} requests to Prometheus.`,
    );
  for (const one of subjects ?? [])
    lines.push(
      `At ${one.subjects} open subjects: ${one.cpuMsEach.toFixed(2)} ms CPU an event, ${one.rssMb.toFixed(0)} MB.`,
    );
  if (flip !== undefined)
    lines.push(
      `Flip of ${flip.pulls} pull requests on ${flip.installations} installations: ${flip.seconds.toFixed(0)} s under GitHub's limit (${flip.realSeconds.toFixed(0)} s of ours), ${(100 * flip.ceilingShare).toFixed(1)} % of the ceiling, ${flip.lost} lost, ${flip.refusals} refused, ${flip.disorders} out of order.`,
    );
  if (startMs !== undefined) lines.push(`Ready after ${quantile(startMs, 0.5).toFixed(0)} ms.`);
  return lines;
}

const head =
  "| | deliveries/s per core | CPU ms each | deliveries/s | answered | GitHub reads | writes | Prometheus | MB |";
const rule = "|---|---|---|---|---|---|---|---|---|";

function rowOf(name: string, one: Throughput): string {
  const numbers = [
    one.perCpuSecond.toFixed(0),
    one.cpuMsEach.toFixed(2),
    one.perSecond.toFixed(0),
    `${one.answered} of ${one.deliveries}`,
    one.gitHubReadsEach.toFixed(2),
    one.gitHubWritesEach.toFixed(2),
    one.prometheusRequestsEach.toFixed(2),
    one.rssMb.toFixed(0),
  ];
  return `| ${name} | ${numbers.join(" | ")} |`;
}
