/** What the ledger remembers of webhooks that GitHub could not deliver. */
import type { Gap, LostDelivery } from "../domain/delivery-gap.ts";
import type { Instant } from "../domain/instant.ts";
import type { Failure } from "./failure.ts";

/** How far GitHub's log of deliveries has been read. */
export interface ScanMark {
  /** Everything up to this moment has been read. */
  readonly readTo: Instant;
  /** A reading that was longer than one scan, and goes on at `cursor`; it began at `newest`. */
  readonly walk: { readonly cursor: string; readonly newest: Instant } | undefined;
}

/** What a scan found and did. */
export interface ScanOutcome {
  /** Whether the log was read to where it was read before: a long one takes several scans. */
  readonly isWhole: boolean;
  readonly found: number;
  readonly repaired: number;
  readonly givenUp: number;
  readonly asked: number;
  /** Why it ended early, if it did; the next scan goes on. */
  readonly failure: Failure | undefined;
}

/** How well we are in step with GitHub, for people. */
export interface SyncHealth {
  /** When GitHub's log was last read to the end; `undefined` before the first time. */
  readonly scannedAt: Instant | undefined;
  /** Webhooks that did not arrive, ever since. */
  readonly found: number;
  /** Those that arrived later. */
  readonly repaired: number;
  /** Those that are not asked for any more. */
  readonly givenUp: number;
}

/** Lost deliveries, and how far we have looked for them. */
export interface Gaps {
  mark(): Promise<ScanMark | undefined>;
  /** Notes how far the log was read; `scannedAt` when that was to the end. */
  setMark(mark: ScanMark, scannedAt: Instant | undefined): Promise<void>;
  /**
   * Notes lost deliveries; gives how many were not known before. Of one that is open, the newest attempt is
   * kept; one that was closed stays closed.
   */
  note(lost: readonly LostDelivery[], now: Instant): Promise<number>;
  /** Those that have neither arrived nor been given up, the oldest first. */
  open(): Promise<readonly Gap[]>;
  /** Notes that GitHub is about to be asked, before it is: no crash makes us ask more often. */
  asking(guid: string, now: Instant): Promise<void>;
  close(guid: string, how: "repaired" | "given_up", now: Instant): Promise<void>;
  health(): Promise<SyncHealth>;
}
