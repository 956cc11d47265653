import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A code block of a page: its language, the heading above it, and its text. */
export interface PageBlock {
  readonly language: string;
  readonly heading: string;
  readonly text: string;
}

/** The code blocks of `docs/<name>`. */
export function load(name: string): readonly PageBlock[] {
  const lines = readFileSync(join(import.meta.dirname, "../../docs", name), "utf8").split("\n");
  const blocks: PageBlock[] = [];
  let heading = "";
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
    const language = /^```(\w+)$/.exec(line)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    blocks.push({ language, heading, text: `${lines.slice(at + 1, end).join("\n")}\n` });
    at = end;
  }
  return blocks;
}
