/** GitHub's limit for a status description, in code points; a longer one is refused with 422. */
export const maxDescriptionLength = 140;

/**
 * A part of a sentence, and how gladly it is given up when there is no room: the highest number goes first, 0
 * never.
 */
export interface Part {
  readonly text: string;
  readonly spare: number;
}

/**
 * Joins parts with spaces so that the whole has at most 140 code points on one line: parts are given up by
 * `spare`, and what is still too long is cut with an ellipsis.
 */
export function fitSentence(parts: readonly Part[]): string {
  let kept = parts.filter((part) => part.text !== "");
  for (;;) {
    const text = oneLine(kept.map((part) => part.text).join(" "));
    if ([...text].length <= maxDescriptionLength) return text;
    const most = Math.max(...kept.map((part) => part.spare));
    if (most === 0) return cut(text, maxDescriptionLength);
    const last = kept.findLastIndex((part) => part.spare === most);
    kept = kept.filter((_, index) => index !== last);
  }
}

/** Cuts a text to a number of code points, the last being an ellipsis if anything was cut. */
export function cut(text: string, length: number): string {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join("")}…`;
}

/**
 * Control characters, line breaks, direction marks and lone surrogates become spaces; runs of spaces become
 * one.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** A burn rate or threshold with as few digits as still tell it from `other`: `7.2x`, never `6x > 6x`. */
export function formatRate(value: number, other?: number): string {
  for (let digits = 3; digits < 15; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (other === undefined || value === other || Number(text) !== Number(other.toPrecision(digits)))
      return `${text}x`;
  }
  return `${value}x`;
}

/** A share as a percentage, rounded down so that it never flatters: `31%`, `0.4%`, `-12%`. */
export function formatShare(ratio: number): string {
  const percent = ratio * 100;
  const step = Math.abs(percent) < 10 ? 10 : 1;
  return `${Math.floor(percent * step + 1e-9) / step}%`;
}

/**
 * A share that is left, with what it counts where that is not events: `31% left`, `31% left by time`. Shares that count
 * different things can lie worlds apart, so they must never be read as one.
 */
export function formatLeft(ratio: number, by: "time" | "slices" | undefined): string {
  return `${formatShare(ratio)} left${by === undefined ? "" : ` by ${by}`}`;
}
