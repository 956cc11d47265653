import { Counter, Gauge, Histogram, Registry } from "prom-client";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric of ours, in a registry of its own. Names follow https://prometheus.io/docs/practices/naming/;
 * label values are closed sets.
 */
export function metricsOf() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  return {
    registry,
    deliveries: counter("burngate_deliveries_total", "Webhooks, by what became of them at the door.", [
      "reception",
    ]),
    alertCalls: counter(
      "burngate_alertmanager_calls_total",
      "Calls of Alertmanager's, by what became of them at the door.",
      ["reception"],
    ),
    eventsSent: counter(
      "burngate_events_sent_total",
      "Verdicts that were told to receivers of events, by what became of it.",
      ["sink", "outcome"],
    ),
    verifications: counter(
      "burngate_verifications_total",
      "Deployments that were looked at to the end, by what they came to.",
      ["state"],
    ),
    questions: counter(
      "burngate_questions_total",
      "Questions over HTTP, by the verdict they were answered with.",
      ["verdict"],
    ),
    refusedCallers: counter(
      "burngate_refused_callers_total",
      "Requests of callers that were not let in to ask, by why.",
      ["why"],
    ),
    verdicts: counter("burngate_verdicts_total", "Verdicts reached, by outcome and by how the gate stands.", [
      "outcome",
      "standing",
    ]),
    bypasses: counter("burngate_bypasses_total", "Verdicts that somebody's bypass let through.", []),
    reports: counter("burngate_reports_total", "Commit statuses, by what became of them.", ["result"]),
    answers: counter(
      "burngate_deployment_answers_total",
      "Answers to jobs that wait for a deployment, by what became of them.",
      ["answer"],
    ),
    ungated: counter(
      "burngate_ungated_deployments_total",
      "Deployments to gated environments without our verdict or against it.",
      [],
    ),
    postings: counter("burngate_postings_total", "Check runs and comments, by what became of them.", [
      "kind",
      "result",
    ]),
    foreignStatuses: counter(
      "burngate_foreign_statuses_total",
      "Statuses of others under our contexts, by what was done about them. Alert on given_up.",
      ["result"],
    ),
    policyReads: counter("burngate_policy_reads_total", "Policies read from GitHub, by what was found.", [
      "found",
    ]),
    postponements: counter(
      "burngate_postponements_total",
      "Jobs put back because the world did not answer.",
      ["failure"],
    ),
    faults: counter("burngate_faults_total", "Jobs that met a bug or a refusal that somebody must mend.", []),
    unmeasured: counter("burngate_unmeasured_total", "Measurements that are not numbers, by data source.", [
      "data_source",
    ]),
    breakers: new Gauge({
      name: "burngate_data_source_breaker",
      help: "1 for the state in which each data source's circuit breaker is. Alert on open.",
      labelNames: ["data_source", "state"],
      registers,
    }),
    unasked: counter(
      "burngate_data_source_unasked_total",
      "Looks in which something was not asked, by data source and why: open, limit, line, look.",
      ["data_source", "why"],
    ),
    measuring: new Histogram({
      name: "burngate_measuring_seconds",
      help: "Time that one policy's measurements took.",
      labelNames: ["data_source"],
      buckets: seconds,
      registers,
    }),
    queueReads: counter(
      "burngate_merge_queue_unread_total",
      "Merge queues that the sweep could not read from GitHub.",
      ["failure"],
    ),
    groupWaits: new Histogram({
      name: "burngate_merge_group_wait_seconds",
      help: "Time from hearing of a merge group to each verdict that it was told, by the status's state.",
      labelNames: ["state"],
      buckets: [0.5, 1, 2.5, 5, 15, 30, 60, 300, 900, 3600, 14_400],
      registers,
    }),
    ticks: new Histogram({
      name: "burngate_tick_seconds",
      help: "Time that one round of the watch or the sweep took.",
      labelNames: ["kind"],
      buckets: seconds,
      registers,
    }),
    lastTick: new Gauge({
      name: "burngate_last_tick_timestamp_seconds",
      help: "When the watch or the sweep last finished a round. Alert when it stands still: old greens stay green.",
      labelNames: ["kind"],
      registers,
    }),
    lastScan: new Gauge({
      name: "burngate_sync_last_scan_timestamp_seconds",
      help: "When GitHub's log of deliveries was last read to the end.",
      registers,
    }),
    cleaned: counter("burngate_retention_deleted_rows_total", "Old rows deleted from the ledger, by table.", [
      "table",
    ]),
    lastCleaning: new Gauge({
      name: "burngate_retention_last_run_timestamp_seconds",
      help: "When this process last went through the whole ledger for old rows.",
      registers,
    }),
    gapsFound: counter("burngate_sync_gaps_found_total", "Webhooks that did not arrive.", []),
    gapsRepaired: counter("burngate_sync_gaps_repaired_total", "Webhooks that arrived after all.", []),
    jobWaits: new Gauge({
      name: "burngate_jobs_waiting",
      help: "Jobs that wait, by what for: due (a worker), budget (their installation's turn to write), later (a moment).",
      labelNames: ["wait"],
      registers,
    }),
    openFlips: new Gauge({
      name: "burngate_flips_open",
      help: "Changes of a branch's answer of which not everybody is told yet.",
      registers,
    }),
    flipSubjects: new Gauge({
      name: "burngate_flip_subjects",
      help: "Subjects of open flips, by what became of them.",
      labelNames: ["outcome"],
      registers,
    }),
    oldestFlip: new Gauge({
      name: "burngate_flip_oldest_seconds",
      help: "Age of the oldest open flip. Alert when it grows: old greens stay green.",
      registers,
    }),
    jobs: new Gauge({
      name: "burngate_jobs",
      help: "Jobs in the queue, by state.",
      labelNames: ["state"],
      registers,
    }),
  };
}

/** Our metrics. */
export type Metrics = ReturnType<typeof metricsOf>;
