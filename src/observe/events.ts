import type { Logger } from "pino";
import { subjectKey } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import type { Events } from "../gate/events.ts";
import type { Clock } from "../gate/ports.ts";
import type { Metrics } from "./metrics.ts";

/** Business events as log lines and metrics: the only place that decides what is loud. */
export function eventsTo(log: Logger, metrics: Metrics, clock: Pick<Clock, "now">): Events {
  return {
    deliveryAccepted({ id, name }, isNew) {
      metrics.deliveries.inc({ reception: isNew ? "accepted" : "known" });
      log.info({ delivery: id, event: name, isNew }, "delivery accepted");
    },
    deliveryRefused(why) {
      metrics.deliveries.inc({ reception: why });
      log.warn({ why }, "delivery refused");
    },
    deliveryIgnored(name) {
      metrics.deliveries.inc({ reception: "ignored" });
      log.debug({ event: name }, "delivery not needed");
    },
    alertsHeard(alerts, looks) {
      metrics.alertCalls.inc({ reception: "accepted" });
      log.info({ alerts, looks }, "alerts heard");
    },
    alertsRefused(why) {
      metrics.alertCalls.inc({ reception: why });
      log.warn({ why }, "alerts refused");
    },
    eventSent(sink, outcome) {
      metrics.eventsSent.inc({ sink, outcome });
    },
    verified(repository, environment, state) {
      metrics.verifications.inc({ state });
      log.info({ repository, environment, state }, "deployment verified");
    },
    questionAnswered(verdict) {
      metrics.questions.inc({ verdict });
    },
    callerRefused(why) {
      metrics.refusedCallers.inc({ why });
      log.warn({ why }, "caller refused");
    },
    measured(dataSource, tookMs, unmeasured, asked) {
      metrics.measuring.observe({ data_source: dataSource }, tookMs / 1000);
      metrics.unmeasured.inc({ data_source: dataSource }, unmeasured);
      log.debug({ dataSource, tookMs, unmeasured, asked }, "measured");
    },
    dataSourceState(dataSource, state) {
      for (const kind of ["closed", "open", "half_open"] as const)
        metrics.breakers.set({ data_source: dataSource, state: kind }, kind === state.kind ? 1 : 0);
      const until = state.kind === "open" ? { until: new Date(state.until).toISOString() } : {};
      log[state.kind === "open" ? "error" : "info"](
        { dataSource, state: state.kind, ...until },
        (
          {
            closed: "data source answers",
            open: "data source not asked",
            half_open: "data source tried",
          } as const
        )[state.kind],
      );
    },
    queryUnasked(dataSource, repositoryId, why) {
      metrics.unasked.inc({ data_source: dataSource, why });
      log[why === "open" ? "debug" : "warn"]({ dataSource, repositoryId, why }, "not all was asked");
    },
    policyRead(repository, baseRef, kind) {
      metrics.policyReads.inc({ found: kind });
      log[kind === "broken" ? "warn" : "info"]({ repository, baseRef, kind }, "policy read");
    },
    verdictReached(verdict, isNew) {
      const standing = standingOf(verdict);
      metrics.verdicts.inc({ outcome: verdict.decision.outcome, standing });
      if (!isNew) return;
      const { repositoryId, headSha, baseRef } = verdict.subject;
      // The status that says it follows, or the line that tells why none does.
      log.debug(
        { repositoryId, headSha, baseRef, outcome: verdict.decision.outcome, standing, mode: verdict.mode },
        "verdict",
      );
    },
    bypassUsed({ subject, bypass }) {
      metrics.bypasses.inc();
      if (bypass.kind !== "granted") return;
      log.warn({ subject: subjectKey(subject), ...bypass.bypass }, "gate opened by hand");
    },
    audited({ kind, actor, about, detail }) {
      log.info({ kind, actor, about, detail }, "audit");
    },
    reportWritten({ subject, state, sentence }) {
      metrics.reports.inc({ result: "written" });
      log.info({ subject: subjectKey(subject), state, sentence }, "status written");
    },
    reportSpared({ subject, state }, why) {
      metrics.reports.inc({ result: why });
      log[({ reserve: "error", older: "warn", same: "debug" } as const)[why]](
        { subject: subjectKey(subject), state, why },
        "status not written",
      );
    },
    reportFailed(subject, { kind, detail }) {
      metrics.reports.inc({ result: "failed" });
      log.warn({ subject: subjectKey(subject), failure: kind, detail }, "status could not be written");
    },
    groupAnswered(subject, state, waitedMs) {
      metrics.groupWaits.observe({ state }, waitedMs / 1000);
      log.info({ subject: subjectKey(subject), state, waitedMs }, "merge group answered");
    },
    queueUnread(repository, baseRef, { kind, detail }) {
      metrics.queueReads.inc({ failure: kind });
      log.warn({ repository, baseRef, failure: kind, detail }, "merge queue not read");
    },
    jobAnswered(subject, state, moot) {
      metrics.answers.inc({ answer: moot === undefined ? state : "moot" });
      if (moot === undefined) log.info({ subject: subjectKey(subject), state }, "job answered");
      else log.warn({ subject: subjectKey(subject), state, failure: moot.detail }, "job needs no answer");
    },
    jobUnanswered(subject, { kind, detail }) {
      metrics.answers.inc({ answer: "failed" });
      const needs = kind === "refused" ? { needs: "deployments: write" } : {};
      log[kind === "refused" ? "error" : "warn"](
        { subject: subjectKey(subject), failure: kind, detail, ...needs },
        "job could not be answered",
      );
    },
    jobUnanswerable({ owner, name }, detail) {
      metrics.answers.inc({ answer: "impossible" });
      log.error({ repository: `${owner}/${name}`, detail }, "job cannot be answered");
    },
    deployedWithoutVerdict({ repositoryId, actor, about, detail }) {
      metrics.ungated.inc();
      log.warn({ repositoryId, actor, about, detail }, "deployed without verdict");
    },
    posted({ kind }, { repositoryId, name }) {
      metrics.postings.inc({ kind, result: "written" });
      log.info({ repositoryId, place: name }, "posted beside the status");
    },
    postingFailed({ kind: what }, { repositoryId, name }, { kind, detail }) {
      metrics.postings.inc({ kind: what, result: "failed" });
      log.warn({ repositoryId, place: name, failure: kind, detail }, "could not be posted beside the status");
    },
    foreignStatus({ repository, headSha, context, state, sender }, became) {
      metrics.foreignStatuses.inc({ result: became });
      log[({ answered: "warn", unclaimed: "info", given_up: "error", ignored: "debug" } as const)[became]](
        { repositoryId: repository.id, headSha, context, state, sender, became },
        "somebody else posted a status under our context; bind the required check to this App",
      );
    },
    repositoryGone({ id, owner, name }) {
      log.info({ repositoryId: id, repository: `${owner}/${name}` }, "repository gone");
    },
    postponed(task, { kind, detail, retryAt }) {
      metrics.postponements.inc({ failure: kind });
      log[kind === "rate_limited" || kind === "undecided" ? "debug" : "warn"](
        { task, failure: kind, detail, retryAt },
        "job postponed",
      );
    },
    buried(task, error) {
      metrics.faults.inc();
      log.error(
        error instanceof Error ? { task, err: error } : { task, failure: error },
        "job cannot be done",
      );
    },
    scanned({ failure, isWhole, ...outcome }, tookMs) {
      if (isWhole) metrics.lastScan.set(clock.now() / 1000);
      metrics.gapsFound.inc(outcome.found);
      metrics.gapsRepaired.inc(outcome.repaired);
      if (failure !== undefined) {
        const { kind, detail, retryAt } = failure;
        const what = isWhole ? "lost deliveries not all asked for" : "deliveries not read to the end";
        return log.warn({ ...outcome, failure: kind, detail, retryAt }, what);
      }
      const isQuiet = Object.values(outcome).every((count) => count === 0);
      const level = outcome.givenUp > 0 ? "error" : isQuiet ? "debug" : "warn";
      log[level]({ ...outcome, isWhole, tookMs }, "looked for lost deliveries");
    },
    featureOff(installationId, { feature, sentence }) {
      log[feature === "status" ? "error" : "info"](
        { installationId, feature, cure: sentence },
        "feature off",
      );
    },
    cleaned(deleted, tookMs) {
      metrics.lastCleaning.set(clock.now() / 1000);
      const found = [...deleted].filter(([, count]) => count > 0);
      for (const [table, count] of found) metrics.cleaned.inc({ table }, count);
      log[found.length === 0 ? "debug" : "info"](
        { deleted: Object.fromEntries(found), tookMs },
        "old rows deleted",
      );
    },
    tick(kind, tookMs, queued) {
      metrics.ticks.observe({ kind }, tookMs / 1000);
      metrics.lastTick.set({ kind }, clock.now() / 1000);
      log.debug({ kind, tookMs, queued }, "tick");
    },
  };
}
