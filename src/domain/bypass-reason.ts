import { saidLines } from "./said-lines.ts";
import { matchesGlob } from "./subject.ts";

const maxReasonLength = 200;

/**
 * A reason cleaned for every place where it is printed: control and direction characters go, `@` and `#` are
 * followed by a word joiner so that nobody is pinged and nothing linked, and it is cut at 200 characters.
 * `undefined` when nothing is left. [T11]
 */
export function cleaned(text: string): string | undefined {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return clean === ""
    ? undefined
    : [...clean].slice(0, maxReasonLength).join("").replaceAll(/[@#]/g, "$&\u2060");
}

/**
 * The reason in a pull request's body or a comment: the rest of the first line that begins with `Hotfix:`. What is only
 * shown is none: a template's example in an HTML comment, a log, somebody else's words.
 */
export function reasonIn(text: string): string | undefined {
  for (const line of saidLines(text)) {
    const found = /^ {0,3}hotfix:(.*)$/is.exec(line);
    const reason = found?.[1] === undefined ? undefined : cleaned(found[1]);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Whether a word of the reason is matched by the glob, such as `INC-*`. */
export function namesTicket(reason: string, glob: string): boolean {
  return reason.split(" ").some((word) => matchesGlob(word.replaceAll("\u2060", ""), glob));
}
