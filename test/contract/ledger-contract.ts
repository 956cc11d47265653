import type { Kysely } from "kysely";
import { afterEach, it } from "vitest";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { Tables } from "../../src/store/schema.ts";
import { askerLaws } from "./ledger-askers.ts";
import { auditLaws } from "./ledger-audit.ts";
import { budgetDayLaws } from "./ledger-budget-days.ts";
import { bypassLaws } from "./ledger-bypasses.ts";
import { deliveryLaws } from "./ledger-deliveries.ts";
import { evaluationLaws } from "./ledger-evaluations.ts";
import { fanOutLaws } from "./ledger-fan-out.ts";
import { flipLaws } from "./ledger-flips.ts";
import { gapLaws } from "./ledger-gaps.ts";
import { lookLaws } from "./ledger-looks.ts";
import { sinkLaws } from "./ledger-sinks.ts";
import { measurementLaws } from "./ledger-measurements.ts";
import { postingLaws } from "./ledger-postings.ts";
import { policyLaws } from "./ledger-policies.ts";
import { pullLaws } from "./ledger-pulls.ts";
import { queueHandLaws } from "./ledger-queue-hands.ts";
import { queueLaws } from "./ledger-queue.ts";
import { raceLaws } from "./ledger-races.ts";
import { registryLaws } from "./ledger-registry.ts";
import { reportLaws } from "./ledger-reports.ts";
import { sharedLaws } from "./ledger-shared.ts";
import { retentionLaws } from "./ledger-retention.ts";
import { subjectLaws } from "./ledger-subjects.ts";
import { tokenLaws } from "./ledger-tokens.ts";
import { verdictLaws } from "./ledger-verdicts.ts";

/** A ledger that a test may fill. */
export interface OpenLedger {
  readonly ledger: Ledger;
  /** The tables below it, for what the ledger keeps and does not tell. */
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** A law and how it is shown: `it` with an empty ledger. */
export type Law = (title: string, show: (ledger: Ledger, db: Kysely<Tables>) => Promise<void>) => void;

/** Every law of the ledger, held against one kind of database. `open` gives a new and empty one at each call. */
export function ledgerContract(open: () => Promise<OpenLedger>): void {
  const opened: OpenLedger[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (one) => one.close()));
  });
  const law: Law = (title, show) =>
    it(title, async () => {
      const one = await open();
      opened.push(one);
      await show(one.ledger, one.db);
    });
  deliveryLaws(law);
  queueLaws(law, open);
  queueHandLaws(law);
  pullLaws(law, open);
  policyLaws(law);
  reportLaws(law);
  verdictLaws(law);
  evaluationLaws(law);
  tokenLaws(law);
  subjectLaws(law);
  registryLaws(law);
  measurementLaws(law);
  lookLaws(law);
  sinkLaws(law);
  budgetDayLaws("budget days in the ledger", (title, show) =>
    law(title, async ({ budgetDays }) => show(budgetDays)),
  );
  askerLaws(law);
  auditLaws(law);
  postingLaws(law);
  flipLaws(law);
  fanOutLaws(law);
  gapLaws(law);
  bypassLaws(law);
  raceLaws(law);
  sharedLaws(law);
  retentionLaws(law);
}
