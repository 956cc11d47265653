/** A length of time in milliseconds, never negative. */
export type DurationMs = number;

const units: readonly (readonly [unit: string, ms: number, onlyWhenExact: boolean])[] = [
  ["y", 365 * 86_400_000, true],
  ["w", 7 * 86_400_000, true],
  ["d", 86_400_000, false],
  ["h", 3_600_000, false],
  ["m", 60_000, false],
  ["s", 1000, false],
  ["ms", 1, false],
];

const shape = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * Reads a Prometheus duration such as `30d`, `1h30m` or `500ms`: units largest first, each at most once.
 * Gives `undefined` for anything else, for zero, and for more than 100 years.
 */
export function parseDuration(text: string): DurationMs | undefined {
  if (text.length === 0 || text.length > 40) return undefined;
  const found = shape.exec(text);
  if (found === null) return undefined;
  let total = 0;
  for (const [index, [, ms]] of units.entries()) total += Number(found[index + 1] ?? 0) * ms;
  return total > 0 && total <= 100 * 365 * 86_400_000 ? total : undefined;
}

/**
 * Prints a duration as Prometheus itself does, so that it can stand in a query and in a rule's name:
 * years and weeks only when they divide exactly (`28d` is `4w`, `30d` stays `30d`).
 * Source: `Duration.String` of github.com/prometheus/common/model. Fractions of a millisecond are cut.
 */
export function formatDuration(duration: DurationMs): string {
  let rest = Math.trunc(duration);
  if (rest <= 0) return "0s";
  let text = "";
  for (const [unit, ms, onlyWhenExact] of units) {
    if (onlyWhenExact && rest % ms !== 0) continue;
    const count = Math.floor(rest / ms);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * ms;
  }
  return text;
}

/** Prints a duration for people, rounded down to the two largest units that matter: `2d4h`, `35m`, `12s`. */
export function roughDuration(duration: DurationMs): string {
  const grain = duration >= 86_400_000 ? 3_600_000 : duration >= 60_000 ? 60_000 : 1000;
  return formatDuration(duration - (duration % grain));
}
