import type { Kysely } from "kysely";
import type { Ledger } from "../gate/ledger.ts";
import { askersIn } from "./askers.ts";
import { auditIn } from "./audit.ts";
import { budgetDaysIn } from "./budget-days.ts";
import { deliveriesIn } from "./deliveries.ts";
import { externalChecksIn } from "./external-checks.ts";
import { evaluationsIn } from "./evaluations.ts";
import { flipsIn } from "./flips.ts";
import { gapsIn } from "./gaps.ts";
import { grantsIn } from "./grants.ts";
import { queueIn } from "./jobs.ts";
import { looksIn } from "./looks.ts";
import { measurementsIn } from "./measurements.ts";
import { policiesIn } from "./policies.ts";
import { postingsIn } from "./postings.ts";
import { pressesIn } from "./presses.ts";
import { pullsIn } from "./pulls.ts";
import { registryIn } from "./registry.ts";
import { remarksIn } from "./remarks.ts";
import { reportsIn } from "./reports.ts";
import { roundsIn } from "./rounds.ts";
import { retentionIn } from "./retention.ts";
import type { Tables } from "./schema.ts";
import { sinksIn } from "./sinks.ts";
import { subjectsIn } from "./subjects.ts";
import { tagsIn } from "./tags.ts";
import { tokensIn } from "./tokens.ts";
import { verdictsIn } from "./verdicts.ts";
import { verificationsIn } from "./verifications.ts";
import { welcomesIn } from "./welcomes.ts";
import { wishesIn } from "./wishes.ts";

/** The whole ledger over one database. */
export function ledgerIn(db: Kysely<Tables>): Ledger {
  return {
    deliveries: deliveriesIn(db, ledgerIn),
    registry: registryIn(db),
    pulls: pullsIn(db),
    policies: policiesIn(db),
    measurements: measurementsIn(db),
    looks: looksIn(db),
    budgetDays: budgetDaysIn(db),
    verdicts: verdictsIn(db),
    evaluations: evaluationsIn(db),
    verifications: verificationsIn(db),
    subjects: subjectsIn(db),
    reports: reportsIn(db),
    askers: askersIn(db),
    audit: auditIn(db),
    presses: pressesIn(db),
    grants: grantsIn(db),
    remarks: remarksIn(db),
    tags: tagsIn(db),
    postings: postingsIn(db),
    wishes: wishesIn(db),
    externalChecks: externalChecksIn(db),
    sinks: sinksIn(db),
    tokens: tokensIn(db),
    welcomes: welcomesIn(db),
    queue: queueIn(db),
    rounds: roundsIn(db),
    gaps: gapsIn(db),
    retention: retentionIn(db),
    flips: flipsIn(db),
  };
}
