const bars = "▁▂▃▄▅▆▇█";

/** Values of 0 or more as a line of bars, the highest of them full; `·` where there is no value. */
export function sparkline(values: readonly (number | null)[]): string {
  const highest = highestOf(values) ?? 0;
  return values
    .map((value) => {
      if (value === null) return "·";
      const step = highest === 0 ? 0 : Math.floor((value / highest) * bars.length);
      return bars[Math.min(step, bars.length - 1)] ?? "·";
    })
    .join("");
}

/** The highest value, or `undefined` where there is none. */
export function highestOf(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((one) => one !== null);
  return known.length === 0 ? undefined : Math.max(...known);
}
