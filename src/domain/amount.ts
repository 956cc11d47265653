/** A ratio as a percentage with three digits: `0.0523%`, `25%`. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))}%`;
}

/** A target as it is written: `99.95%`. */
export function formatTarget(targetRatio: number): string {
  return `${Number((targetRatio * 100).toPrecision(10))}%`;
}

/** A number of events, small ones with two digits: `1,240`, `3.5`. */
export function formatCount(count: number): string {
  const shown = Math.abs(count) < 10 ? Number(count.toPrecision(2)) : Math.round(count);
  return String(shown).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
