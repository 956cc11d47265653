/**
 * The one comment on a pull request, where the policy asks for it: the status's sentence, what opens the gate, and the
 * commands. Words of others stay words [T11]; to the public it tells no number [T31].
 */
import type { Audience } from "./audience.ts";
import { code, plain } from "./markdown.ts";
import { remarkCommands } from "./remark.ts";
import { reportOf } from "./report.ts";
import { standingOf, type Verdict } from "./verdict.ts";
import { waysOut } from "./way-out.ts";

/** Marks the comment as ours to us; people do not see it. */
export const commentMark = "<!-- burngate: error budget -->";

/** A comment to be posted. */
export interface StickyComment {
  /** Markdown. */
  readonly body: string;
  /** All that it says but the numbers. */
  readonly commentClass: string;
}

/** The comment that says a verdict. */
export function stickyCommentOf(verdict: Verdict, audience: Audience): StickyComment {
  const { sentence, reportClass } = reportOf(verdict, audience);
  const { baseRef } = verdict.subject;
  const ways = standingOf(verdict) === "held" ? waysOut(verdict, audience) : [];
  const opening = ways.length === 0 ? [] : ["What opens the gate:", items(ways)];
  return {
    body: comment([`**Error budget, ${code(baseRef)}:** ${plain(sentence)}`, ...opening, commands()]),
    commentClass: `${baseRef} | ${reportClass}`,
  };
}

/** The comment that says that nothing is gated (any more), or that it is said elsewhere. */
export function closingCommentOf(sentence: string): StickyComment {
  return { body: comment([plain(sentence)]), commentClass: sentence };
}

/** Whether a verdict begins a comment where there is none: only one that holds the gate, or warns. */
export function beginsComment(verdict: Verdict): boolean {
  const { mode, decision } = verdict;
  return mode === "enforce" && (standingOf(verdict) !== "open" || decision.outcome === "warn");
}

function comment(paragraphs: readonly string[]): string {
  return [commentMark, ...paragraphs].join("\n\n");
}

function commands(): string {
  const list = remarkCommands.map(({ usage, meaning }) => `\`${usage}\`: ${meaning}`);
  return ["Commands, each at the beginning of a line:", items(list)].join("\n\n");
}

function items(sentences: readonly string[]): string {
  return sentences.map((one) => `- ${one}`).join("\n");
}
