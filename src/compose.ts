/** Puts the machine together: the one place, beside main.ts, that knows every adapter. */
import type { Logger } from "pino";
import { Probot } from "probot";
import { callersOf } from "./callers/callers.ts";
import { type Config, describeFaults, processEnvironment, readConfig } from "./config.ts";
import { acceptDelivery } from "./gate/accept.ts";
import type { CheckState, ExternalCheck } from "./gate/external-checks.ts";
import { answerCheck } from "./gitlab/gitlab.ts";
import type { GitLabDoor } from "./http/gitlab.ts";
import { admissionTo } from "./gate/admission.ts";
import { hearAlerts } from "./gate/alerts.ts";
import type { Alert } from "./domain/alert.ts";
import { doctorSection } from "./domain/doctor-section.ts";
import type { Repository } from "./domain/subject.ts";
import { examine } from "./gate/doctor.ts";
import { sinkOf } from "./events-out/sink.ts";
import { type Engine, engineOf } from "./gate/engine.ts";
import { deliveryMemoryOf } from "./domain/github-address.ts";
import type { Door } from "./gate/door.ts";
import type { Ledger } from "./gate/ledger.ts";
import { isEcho } from "./gate/foreign-status.ts";
import type { Callers } from "./gate/caller.ts";
import type { RolloutFact } from "./gate/rollout-fact.ts";
import { type Question, type Questions, questionsOf } from "./gate/question.ts";
import { shareMeasurements } from "./gate/measure.ts";
import { patienceOf } from "./gate/patience.ts";
import { lanesInMemory } from "./gate/lanes.ts";
import { policiesOf } from "./gate/policy-of.ts";
import type { Clock } from "./gate/ports.ts";
import { presenceIn } from "./gate/presence.ts";
import { type Worker, workerOf } from "./gate/worker.ts";
import { appOver } from "./github/app-reader.ts";
import { installationClient, tokenClient } from "./github/client.ts";
import { PlainOctokit } from "./github/plain-octokit.ts";
import { postedOver } from "./github/posted.ts";
import { enforcementOver } from "./github/enforcement.ts";
import { paceOf } from "./github/pace.ts";
import { registrationOver } from "./github/registration.ts";
import { readerOver } from "./github/reader.ts";
import { contextOf } from "./github/status.ts";
import { webUrlOf } from "./github/web-url.ts";
import { type Accept, doorOf } from "./github/webhooks.ts";
import { writerOver } from "./github/writer.ts";
import { eventsTo } from "./observe/events.ts";
import { logTo } from "./observe/log.ts";
import { setGauges } from "./observe/gauges.ts";
import { type Metrics, metricsOf } from "./observe/metrics.ts";
import { directoryOf } from "./prometheus/data-source.ts";
import { plainGuardWorld } from "./prometheus/guard.ts";
import { measurerOf } from "./prometheus/measurer.ts";
import { lanesIn } from "./store/lanes.ts";
import { ledgerIn } from "./store/ledger.ts";
import { migrate } from "./store/migrate.ts";
import { systemClock } from "./system-clock.ts";
import { openDatabase } from "./store/open.ts";
import type { Events } from "./gate/events.ts";

/**
 * How many jobs run at once: enough to hide GitHub's latency, few enough to stay far below its limit of 100.
 */
const defaultJobsAtOnce = 8;

/** The machine, put together and not yet running. */
export interface Machine extends Engine {
  readonly door: Door;
  /** Stores a delivery that somebody else has verified. */
  readonly accept: Accept;
  readonly worker: Worker;
  readonly ledger: Ledger;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly questions: Questions;
  /** Who may ask. */
  readonly callers: Callers;
  /** Where a GitLab may ask for status checks. */
  readonly gitlab: GitLabDoor | undefined;
  /** Hears that something was rolled out. */
  heardRollout(fact: RolloutFact): Promise<void>;
  /** Reads the ledger into the metrics that tell how it stands. */
  gauge(): Promise<void>;
  /** Makes the policies due that alerts are about; gives how many. */
  readonly hearAlerts: (alerts: readonly Alert[]) => Promise<number>;
  /** Ends the rounds, lets running jobs finish, closes the database. */
  stop(): Promise<void>;
}

/** Puts the machine together over a configuration, a clock and a log. */
export async function compose(
  config: Config,
  clock: Clock,
  log: Logger,
  jobsAtOnce = defaultJobsAtOnce,
): Promise<Machine> {
  const database = openDatabase(config, clock, (error) =>
    log.warn({ err: error }, "a connection to the database was lost"),
  );
  const applied = await migrate(database.db);
  const ledger = ledgerIn(database.db);
  // What others hold is theirs until its lease ends.
  if (database.use === "alone") await ledger.queue.freeAll();
  const metrics = metricsOf();
  const events = eventsTo(log, metrics, clock);
  const lanes = database.use === "alone" ? lanesInMemory() : lanesIn(database.db);
  const pace = paceOf(config.writesPerSecond, lanes);
  const probot = new Probot({
    appId: config.appId,
    privateKey: config.privateKey.reveal(),
    secret: config.webhookSecret.reveal(),
    baseUrl: config.githubApiUrl,
    Octokit: PlainOctokit,
    log: log.child({}, { level: log.level === "debug" ? "info" : "fatal" }),
  });
  await probot.ready();
  const client = installationClient(probot, pace, clock);
  const github = readerOver(client);
  const app = appOver(probot, pace, clock, deliveryMemoryOf(config.githubApiUrl));
  const guardWorld = { ...plainGuardWorld, now: () => clock.now(), events };
  const measurer = measurerOf(config.dataSources, ledger.budgetDays, guardWorld);
  for (const { id } of config.dataSources) metrics.breakers.set({ data_source: id, state: "closed" }, 1);
  const sources = directoryOf(config.dataSources);
  const measurements = shareMeasurements(ledger, measurer, clock, events, config.tickMs);
  const policies = policiesOf({ github, sources, ledger, clock, events }, clock.now());
  const world = {
    ledger,
    github,
    policies,
    measurements,
    writer: writerOver(client, pace),
    clock,
    events,
    contextOf,
    presence: presenceIn(github, ledger, clock, config.sweepMs),
    patience: patienceOf(github, clock),
    app,
    appId: config.appId,
    renewToken: (installationId: number) => client.renewToken(installationId),
    posted: postedOver(client, config.appId),
    measurer,
    webUrl: webUrlOf(config.githubApiUrl),
    tickMs: config.tickMs,
    sinks: config.eventSinks.map((sink) => sinkOf(sink, `/burngate/${config.appId}`)),
    advise: async (repository: Repository) => {
      const asApp = tokenClient(await probot.auth(), clock);
      const registration = registrationOver(asApp, client);
      const enforcement = enforcementOver(client);
      const doctor = { github, sources, enforcement, registration, appId: config.appId, contextOf };
      return doctorSection((await examine(doctor, repository)).diagnoses);
    },
  };
  const worker = workerOf(world, jobsAtOnce);
  const questions = questionsOf(world);
  const nudge = (): void => {
    worker.nudge();
    database.ring();
  };
  const isFull = admissionTo(ledger.deliveries, clock);
  const accept: Accept = async (delivery) => {
    if (isEcho(delivery, app.knownSelf())) return "ignored";
    if (await isFull()) return "full";
    const stored = await acceptDelivery({ ledger, clock, events }, delivery);
    events.deliveryAccepted(delivery, stored === "stored");
    nudge();
    return stored;
  };
  const { gitlab } = config;
  const checks = ledger.externalChecks;
  const answering = gitlab && {
    checks,
    answer: (question: Question) => questions.answer(question),
    clock,
    events,
    named: (owner: string, name: string) => ledger.registry.named(owner, name),
    send: (check: ExternalCheck, state: CheckState) => answerCheck(gitlab, check, state),
  };
  const engine = engineOf({ ...world, answering }, worker, nudge, {
    ...config,
    isAlone: database.use === "alone",
    isChanged: applied.length > 0,
  });
  return {
    door: doorOf(probot, accept),
    accept,
    worker,
    ledger,
    events,
    metrics,
    log,
    questions,
    callers: callersOf(config.callerRules, ledger.tokens),
    gitlab: gitlab && { ...gitlab, ask: checks.ask },
    async heardRollout(fact) {
      if (fact.phase === "succeeded") await ledger.verifications.begin(fact);
    },
    gauge() {
      const now = clock.now();
      return setGauges(metrics, ledger, new Set(world.writer.pausedInstallations(now).keys()), now);
    },
    hearAlerts: (alerts) => hearAlerts({ ledger, clock, nudge }, alerts),
    tick: () => engine.tick(),
    sweep: () => engine.sweep(),
    scan: () => engine.scan(),
    clean: () => engine.clean(),
    tell: () => engine.tell(),
    start() {
      database.listen(() => worker.nudge());
      engine.start();
    },
    async stop() {
      await engine.stop();
      measurer.close();
      await database.close();
    },
  };
}

/**
 * Puts the machine together over the process's own environment; a wrong environment is an error that tells
 * everything that is wrong.
 */
export async function composeFromEnvironment(): Promise<Machine> {
  const { config, faults } = readConfig(processEnvironment);
  if (config === undefined) throw new Error(`Burngate cannot start:\n${describeFaults(faults)}`);
  return compose(config, systemClock, logTo(config.logLevel));
}
