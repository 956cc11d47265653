import type { PartResult } from "./figure.ts";

/** How much is done: enough for figures that stand, for figures within 90 s, or just enough to see that it runs. */
export type Size = "full" | "quick" | "tiny";

/** One part of the bench. */
export interface Part {
  readonly name: string;
  /** What it measures, for people. */
  readonly title: string;
  run(size: Size, say: (line: string) => void): Promise<PartResult>;
}
