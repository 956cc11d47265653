import type { Wish } from "./delivery.ts";

/** What people can ask for in a comment or review, each at the beginning of a line. */
export const remarkCommands: readonly { readonly usage: string; readonly meaning: string }[] = [
  {
    usage: "/burngate bypass why",
    meaning: "a held gate opens for this commit, if the policy lets you open it",
  },
  { usage: "/burngate status", meaning: "today's numbers are told again" },
  { usage: "/burngate recheck", meaning: "measured anew, then told" },
];

/**
 * What a text asks of us, or `undefined` when no line of it begins with `/burngate` or, as the reason beside a label
 * does, with `Hotfix:`. Words that we do not know, and those that are read elsewhere, are worth a look and nothing more.
 */
export function wishIn(text: string): Wish | undefined {
  const wishes = text
    .slice(0, 65_536)
    .split(/\r\n|\r|\n/)
    .flatMap((line) => wishOf(line) ?? []);
  return (["recheck", "status", "look"] as const).find((wish) => wishes.includes(wish));
}

function wishOf(line: string): Wish | undefined {
  if (/^\s*hotfix:/i.test(line)) return "look";
  const [command, word] = line.trim().toLowerCase().split(/\s+/, 2);
  if (command !== "/burngate") return undefined;
  return word === "status" || word === "recheck" ? word : "look";
}
