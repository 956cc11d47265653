/**
 * As much of a value as a log line has room for. What others write (names, sentences, details) is in most lines, and a
 * collector drops or splits a line that is too long. [T18]
 */

/** How many characters of JSON are left in a line. */
export interface Room {
  left: number;
}

/** The longest single text, in characters. */
const maxText = 1000;

const maxDepth = 6;

/** A text's beginning, as much as fits. What was cut ends in an ellipsis. */
export function textIn(room: Room, text: string, most: number = maxText): string {
  const fits = Math.min(most, room.left);
  // An escape takes up to six characters.
  const kept = text.length <= fits ? text : `${text.slice(0, Math.max(0, fits - 1)).toWellFormed()}…`;
  room.left -= JSON.stringify(kept).length;
  return kept;
}

/** A value's beginning, as much as fits. Who says how they are written, as secrets do, is left to it. */
export function valueIn(room: Room, value: unknown, depth = 0): unknown {
  if (typeof value === "string") return textIn(room, value);
  if (typeof value !== "object" || value === null || value instanceof Error || "toJSON" in value) {
    room.left -= String(value).length;
    return value;
  }
  if (depth === maxDepth) return textIn(room, "…");
  if (Array.isArray(value)) {
    const all: readonly unknown[] = value;
    const kept: unknown[] = [];
    for (const one of all) {
      if (room.left <= 0) break;
      room.left -= 1;
      kept.push(valueIn(room, one, depth + 1));
    }
    return kept.length === all.length ? kept : [...kept, `… ${all.length - kept.length} more`];
  }
  const kept: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    kept[textIn(room, key)] = valueIn(room, one, depth + 1);
  }
  return kept;
}
