/** A text's fenced blocks, and what is left of it. */
export interface Blocks {
  readonly blocks: readonly string[];
  readonly prose: string;
  /** Whether the text ends inside a block. */
  readonly isOpen: boolean;
}

/** Reads fences as CommonMark does: a block ends at a line of at least as many backticks and nothing else. */
export function blocksIn(text: string): Blocks {
  const blocks: string[] = [];
  const prose: string[] = [];
  let fence = "";
  let block: string[] = [];
  for (const line of text.split("\n")) {
    const marks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? "";
    if (fence === "" && marks !== "") {
      fence = marks;
      block = [];
    } else if (fence === "") prose.push(line);
    else if (marks.length >= fence.length && line.trim() === marks) {
      blocks.push(block.join("\n"));
      fence = "";
    } else block.push(line);
  }
  return { blocks, prose: prose.join("\n"), isOpen: fence !== "" };
}

/** The tables of a text without fences: rows of cells. Any bar that no backslash precedes parts two cells. */
export function tablesIn(prose: string): readonly (readonly (readonly string[])[])[] {
  return prose
    .split("\n\n")
    .filter((paragraph) => paragraph.startsWith("|"))
    .map((table) =>
      table.split("\n").map((row) =>
        row
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    );
}
