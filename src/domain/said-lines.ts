/**
 * The lines of a comment, a review or a description that its writer says, without those that are only shown.
 *
 * Keeps: what is quoted, fenced as code or hidden in an HTML comment is not said, whoever pastes it (*borrowed
 * words*). Where a mark may be read in two ways, what follows it is not: to take one fence too many or too few would
 * turn all the code after it into words. Time is linear in the text, and no text is read beyond GitHub's own limit.
 * [T34]
 * Leaves out: the rest of Markdown. What it would make of odd text is then not said, never one line more.
 */

/** GitHub takes this many characters of comment. */
const maxLength = 65_536;

/** What of HTML shows words without saying them, or holds them back from Markdown. */
const shown = [
  ["<!--", "-->"],
  ["<![cdata[", "]]>"],
  ["<!", ">"],
  ["<?", "?>"],
  ["<script", "</script"],
  ["<style", "</style"],
  ["<textarea", "</textarea"],
  ["<pre", "</pre"],
  ["<code", "</code"],
  ["<blockquote", "</blockquote"],
] as const;

/** The lines of which the beginning is said; a NUL stands where something was taken out. */
export function saidLines(text: string): readonly string[] {
  let body = text.slice(0, maxLength);
  for (const [from, to] of shown) body = without(body, from, to);
  const said: string[] = [];
  let fence: string | undefined;
  let isShown = false;
  let isHtml = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (fence !== undefined) {
      const mark = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
      if (mark?.startsWith(fence) === true) fence = undefined;
      continue;
    }
    const begun = /^( {0,3})(?:(`{3,})[^`]*|(~{3,}).*)$/s.exec(line);
    if (begun !== null) {
      // It may belong to a list, or to HTML, and end with it.
      if (begun[1] !== "" || isHtml) return said;
      fence = begun[2] ?? begun[3];
      isShown = false;
      continue;
    }
    // Markdown carries quotes, code and HTML on into the lines that follow, up to an empty one.
    const isEmpty = /^[ \t]*$/.test(line);
    isHtml = !isEmpty && (isHtml || /^ {0,3}</.test(line));
    isShown = !isEmpty && (isShown || isHtml || /^[^a-z]*>/i.test(line));
    if (!isShown) said.push(line);
    isShown ||= line.includes("`");
  }
  return said;
}

/** What stands for what was taken out: words beside it must not become one command. */
const gap = "\u0000";

/** The text without what lies between the marks, whatever their case; one that is never closed takes the rest along. */
function without(text: string, from: string, to: string): string {
  const folded = text.toLowerCase();
  // Some letters change their length with their case: then places cannot be told, and nothing is read.
  if (folded.length !== text.length) return folded.includes(from) ? "" : text;
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const begin = folded.indexOf(from, at);
    if (begin < 0) return [...kept, text.slice(at)].join(gap);
    kept.push(text.slice(at, begin));
    const end = endOf(folded, begin, from, to);
    // A mark of code among it may be one to Markdown: then nobody knows what of the rest is code.
    if (end === undefined || /`|~~~/.test(folded.slice(begin, end))) return [...kept, ""].join(gap);
    at = end;
  }
}

/** Where that which begins at a place ends, with all of its kind that lies within. */
function endOf(text: string, begin: number, from: string, to: string): number | undefined {
  let depth = 1;
  let at = begin + from.length;
  let inner = text.indexOf(from, at);
  for (;;) {
    const end = text.indexOf(to, at);
    if (end < 0) return undefined;
    for (; inner >= 0 && inner < end; depth += 1) inner = text.indexOf(from, inner + from.length);
    depth -= 1;
    at = end + to.length;
    if (depth === 0) return at;
  }
}
