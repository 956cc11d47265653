/**
 * Taking a verified delivery in.
 *
 * Keeps: it is on the disk before it is acknowledged. [T16] What a pull request's event changes lies in the ledger alone, so
 * that is done in the commit that stores it: one commit instead of five, and no job in between. Whatever needs GitHub, or may
 * concern thousands of rows, is queued and worked afterwards.
 */
import type { Delivery } from "../domain/delivery.ts";
import type { Events } from "./events.ts";
import { workDelivery } from "./intake.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";

/** What taking in needs. */
export interface AcceptWorld {
  readonly ledger: Pick<Ledger, "deliveries">;
  readonly clock: Pick<Clock, "now">;
  readonly events: Pick<Events, "postponed">;
}

/** Stores a delivery; its work is done by then, or is queued. */
export async function acceptDelivery(
  { ledger, clock, events }: AcceptWorld,
  delivery: Delivery,
): Promise<"stored" | "known"> {
  const now = clock.now();
  const { deliveries } = ledger;
  if (delivery.hint.kind !== "pull_request") return deliveries.accept(delivery, now);
  try {
    return await deliveries.accept(delivery, now, (within) => workDelivery(within, delivery, now));
  } catch (error) {
    // A bug is met again by the worker; what only came at a bad moment is done by then.
    const detail = `not worked with its storing: ${String(error).slice(0, 200)}`;
    events.postponed(`delivery:${delivery.id}`, { kind: "unreachable", detail });
    return deliveries.accept(delivery, now);
  }
}
