/**
 * The command that asks for a bypass in a comment or a review: `/burngate bypass INC-42 payment outage`.
 *
 * Wants: what a person meant as a command, and nothing that they only showed.
 * Keeps: the command stands at the very beginning of a line; what is quoted, fenced as code or hidden in an
 * HTML comment is none, whoever pastes it (*borrowed words*). Time is linear in the text, and no text is read
 * beyond GitHub's own limit. [T34]
 * Leaves out: the rest of Markdown. What it would make of odd text is then not a command, never one more.
 */
import { cleaned } from "./bypass-reason.ts";

/** GitHub takes this many characters of comment. */
const maxLength = 65_536;

const command = "/burngate bypass";

/** What of HTML shows words without saying them. */
const shown = [
  ["<!--", "-->"],
  ["<pre", "</pre"],
  ["<code", "</code"],
  ["<blockquote", "</blockquote"],
] as const;

/** The first command in a text, with its reason where it gives one. */
export function bypassCommandIn(text: string): { readonly reason: string | undefined } | undefined {
  let body = text.slice(0, maxLength);
  for (const [from, to] of shown) body = without(body, from, to);
  let fence: string | undefined;
  let isQuoted = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      isQuoted = false;
      continue;
    }
    // Markdown carries a quote on into the lines that follow it, up to an empty one.
    isQuoted = line.trim() !== "" && (isQuoted || /^ {0,3}>/.test(line));
    if (isQuoted || !line.startsWith(command)) continue;
    const rest = line.slice(command.length);
    if (rest === "" || /^\s/.test(rest)) return { reason: cleaned(rest) };
  }
  return undefined;
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
    const end = folded.indexOf(to, begin + from.length);
    if (end < 0) return kept.join(gap);
    at = end + to.length;
  }
}
