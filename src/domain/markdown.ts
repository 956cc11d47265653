/**
 * Markdown as GitHub renders it, with words of others in it.
 *
 * Keeps: what others wrote (names, reasons, messages, what Prometheus said) stays text: no mention, no reference, no
 * link, no HTML, no emphasis, no end of a table cell or a fence. [T11] Marks become character references, which
 * CommonMark never reads as structure. GitHub looks for mentions, references, addresses and `:emoji:` in the text that
 * is left, so a word joiner, which nobody sees, comes between.
 */
import { cut, oneLine } from "./sentence.ts";

const joiner = "\u2060";

/** The words of others as one line of text. */
export function plain(words: string): string {
  return inert(oneLine(words))
    .replaceAll(/[&<>|\\`*_~[\](){}!#@:$^=]/g, reference)
    .replace(/^[-+]/, reference)
    .replace(/^(\d+)\./, "$1&#46;");
}

/** Text in which GitHub finds nobody to call, and nothing to link or to draw. */
export function inert(text: string): string {
  return text.replaceAll(/[@#]|:(?=[a-z_+/-])|www(?=\.)|\bGH-(?=\d)/gi, `$&${joiner}`);
}

const reference = (mark: string): string => `&#${mark.charCodeAt(0)};`;

/** The words of others as code, for names. */
export function code(words: string): string {
  return `<code>${plain(cut(words, 256))}</code>`;
}

/** Several names as code: `a`, `b` or `c`. */
export function anyOf(phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? "";
  return phrases.length < 2 ? last : `${phrases.slice(0, -1).join(", ")} or ${last}`;
}

/** A link around Markdown. Where the address is no plain web address, the Markdown alone. */
export function link(markdown: string, address: string | undefined): string {
  if (address === undefined || !/^https?:\/\/[^\s\p{Cc}\p{Cf}\p{Cs}]+$/u.test(address)) return markdown;
  return `[${markdown}](${address.replaceAll(/[()<>[\]\\`|"*_~]/g, percent)})`;
}

const percent = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;

/** A block of code, letter for letter: its fence is longer than any run of backticks in it. */
export function fenced(language: string, content: string): string {
  const runs = content.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${content}\n${fence}`;
}

/** One row of a table; the cells are Markdown. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The head of a table, to which rows are added. */
export function tableHead(titles: readonly string[]): string {
  return `${row(titles)}\n${row(titles.map(() => "---"))}`;
}
