/**
 * Turns at one data source: so many questions at once, the others wait in line.
 *
 * Keeps: each asker has a line of its own, first come first served, and the lines take turns; so an asker with hundreds of
 * questions delays another one's by one question. Lines are bounded.
 */

/** The longest line of one asker: more than the objectives of a large policy, each asked apart. */
export const longestLine = 250;

/** What became of waiting. */
export type Turn =
  | { readonly kind: "turn"; /** Hands the place on. */ release(): void }
  /** The asker's line is as long as it may be. */
  | { readonly kind: "full" }
  /** The asker gave up before its turn came. */
  | { readonly kind: "ended" };

/** Places at one data source. */
export interface Turns {
  /** Waits for a place, until `end` aborts. */
  take(asker: string, end?: AbortSignal): Promise<Turn>;
}

/** Turns of which `atOnce` run at once. */
export function turnsOf(atOnce: number): Turns {
  // In the order of whose turn is next; no line is empty.
  const lines = new Map<string, readonly (() => void)[]>();
  let taken = 0;

  const handOn = (): void => {
    const [next] = lines;
    if (next === undefined) {
      taken -= 1;
      return;
    }
    const [asker, [first, ...others]] = next;
    lines.delete(asker);
    if (others.length > 0) lines.set(asker, others);
    first?.();
  };
  const turn = (): Turn => {
    let isOver = false;
    return {
      kind: "turn",
      release() {
        if (isOver) return;
        isOver = true;
        handOn();
      },
    };
  };
  const leave = (asker: string, waiting: () => void): void => {
    const others = (lines.get(asker) ?? []).filter((one) => one !== waiting);
    if (others.length > 0) lines.set(asker, others);
    else lines.delete(asker);
  };

  return {
    take(asker, end) {
      if (end?.aborted === true) return Promise.resolve({ kind: "ended" });
      if (taken < atOnce) {
        taken += 1;
        return Promise.resolve(turn());
      }
      const line = lines.get(asker) ?? [];
      if (line.length >= longestLine) return Promise.resolve({ kind: "full" });
      return new Promise((resolve) => {
        const giveUp = (): void => {
          leave(asker, called);
          resolve({ kind: "ended" });
        };
        const called = (): void => {
          end?.removeEventListener("abort", giveUp);
          resolve(turn());
        };
        end?.addEventListener("abort", giveUp, { once: true });
        lines.set(asker, [...line, called]);
      });
    },
  };
}
