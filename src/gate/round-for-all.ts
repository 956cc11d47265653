import type { DurationMs } from "../domain/duration.ts";
import type { Clock } from "./ports.ts";
import type { Rounds } from "./rounds.ts";

/**
 * A round that one process does for all who share the ledger, called every `everyMs` by each. Who is alone does every one, and
 * who has changed the ledger's form begins with one, since that may have dropped what can be found again by looking.
 */
export function roundForAll(
  { rounds, clock }: { readonly rounds: Rounds; readonly clock: Pick<Clock, "now"> },
  name: string,
  everyMs: DurationMs,
  round: () => Promise<unknown>,
  { isAlone, isChanged }: { readonly isAlone: boolean; readonly isChanged: boolean },
): () => Promise<void> {
  let isDue = isAlone || isChanged;
  return async () => {
    // A little sooner than due is soon enough, or the clocks of two processes would make it rarer.
    const isOurs = await rounds.take(name, clock.now(), everyMs * 0.9);
    if (isOurs || isDue) await round();
    isDue = isAlone;
  };
}
