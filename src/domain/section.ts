/**
 * A long text that must not be too long.
 *
 * Keeps: what does not fit is left out by whole items, and how many is said; nothing is cut in the middle.
 */

/** A part of a text: a head, and items that may be left out from the end. */
export interface Section {
  /** Markdown; not empty. Always kept. */
  readonly head: string;
  readonly items: readonly string[];
  /** What stands between head and items: a blank line or none. */
  readonly between: "\n" | "\n\n";
  /** The words for items that are left out. */
  readonly rest: (count: number) => string;
}

/** A part that is one whole. */
export function paragraph(head: string): Section {
  return { head, items: [], between: "\n", rest: () => "" };
}

/**
 * Joins sections within a number of bytes of UTF-8, and so of characters too. Earlier sections take the room first;
 * an item too large for what is left is passed over. The heads must fit.
 */
export function joinWithin(sections: readonly Section[], maxBytes: number): string {
  let room = maxBytes - sections.reduce((sum, one) => sum + leastLength(one), 0);
  const texts = sections.map((section) => {
    const { head, items, between, rest } = section;
    const kept = items.filter((item) => {
      const length = utf8Length(`${between}${item}`);
      if (length > room) return false;
      room -= length;
      return true;
    });
    const left = items.length - kept.length;
    return [[head, ...kept].join(between), ...(left === 0 ? [] : [rest(left)])].join("\n\n");
  });
  return texts.join("\n\n");
}

/** The room of a section whose items are left out, in whatever words that takes, and of what parts it from the next. */
function leastLength({ head, items, rest }: Section): number {
  const rests = items.map((_, index) => utf8Length(rest(index + 1)));
  return utf8Length(`${head}\n\n\n\n`) + Math.max(0, ...rests);
}

/** How many bytes a text takes in UTF-8; half of a surrogate pair counts as its replacement, three. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_00_00 ? 3 : 4;
  }
  return length;
}
