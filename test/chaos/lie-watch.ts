/** A green that was written while the truth was red all the time. */
import { context, type House } from "./town.ts";

/** Watches one round at a time. */
export interface LieWatch {
  /** Begins a round: everything is at rest, so what is said is true. */
  begin(): void;
  /**
   * Greens of the round on pull requests of houses whose budget burned under an enforced policy from the rest before it to
   * the rest after it, and that tell of no bypass. So each was written longer after the truth had turned red than all that
   * a tick and the queue may take.
   */
  told(): readonly string[];
}

/** Watches what is said about the houses' pull requests. */
export function lieWatch(houses: readonly House[]): LieWatch {
  const before = new Map<House, { changes: number; counts: Map<string, number> }>();
  const countsOf = ({ repository }: House): Map<string, number> =>
    new Map(
      [...repository.pulls.values()].map(({ head: { sha } }) => [sha, repository.statuses(sha).length]),
    );
  const isRed = ({ isBurning, policy }: House): boolean =>
    isBurning && (policy === "enforced" || policy === "stricter");
  return {
    begin() {
      for (const house of houses) before.set(house, { changes: house.changes, counts: countsOf(house) });
    },
    told() {
      return houses.flatMap((house) => {
        const { changes, counts } = before.get(house) ?? { changes: -1, counts: new Map<string, number>() };
        if (!isRed(house) || house.changes !== changes) return [];
        const heads = [...new Set([...house.repository.pulls.values()].map(({ head }) => head.sha))];
        return heads.flatMap((sha) =>
          house.repository
            .statuses(sha)
            .slice(counts.get(sha) ?? 0)
            .filter((one) => one.context === context && one.state === "success")
            .filter(({ description }) => description?.startsWith("Bypassed by") !== true)
            .map(
              ({ description }) =>
                `${sha.slice(0, 7)} was told “${description ?? ""}” while its budget burned`,
            ),
        );
      });
    },
  };
}
