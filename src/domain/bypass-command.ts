/**
 * The command that asks for a bypass in a comment or a review: `/burngate bypass INC-42 payment outage`.
 *
 * Wants: what a person meant as a command, and nothing that they only showed.
 * Keeps: the command stands at the very beginning of a line that is said (said-lines.ts).
 */
import { cleaned } from "./bypass-reason.ts";
import { saidLines } from "./said-lines.ts";

const command = "/burngate bypass";

/** The first command in a text, with its reason where it gives one. */
export function bypassCommandIn(text: string): { readonly reason: string | undefined } | undefined {
  for (const line of saidLines(text)) {
    if (!line.startsWith(command)) continue;
    const rest = line.slice(command.length);
    if (rest === "" || /^\s/.test(rest)) return { reason: cleaned(rest) };
  }
  return undefined;
}
