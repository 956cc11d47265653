/** What is wished of a figure. It is printed beside it and never asserted: a busy machine is no fault of the code. */
export interface Goal {
  readonly text: string;
  readonly isReached: boolean;
}

/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Empty: a plain count or ratio. */
  readonly unit: string;
  readonly goal?: Goal;
}

/** What a part of the bench found, or why it did not look. */
export type PartResult =
  | { readonly kind: "measured"; readonly figures: readonly Figure[] }
  | { readonly kind: "skipped"; readonly why: string };

/** A goal that a figure is at least so much. */
export function atLeast(bound: number, value: number): Goal {
  return { text: `≥ ${bound}`, isReached: value >= bound };
}

/** A goal that a figure is at most so much. */
export function atMost(bound: number, value: number): Goal {
  return { text: `≤ ${bound}`, isReached: value <= bound };
}
