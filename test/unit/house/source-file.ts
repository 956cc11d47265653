import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

const MOST_LINES = 250;
const SAYS_NOTHING = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "types",
  "constants",
  "misc",
  "index",
]);
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The TypeScript files in a folder of the project in `root` and below it, as `folder/…/file.ts`, sorted. */
export async function sourceFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(".ts"))
    .map((entry) => `${folder}/${entry}`)
    .toSorted();
}

/** What is wrong with a source file's name or length, one sentence each. */
export async function sourceFileFaults(root: string, file: string): Promise<string[]> {
  const name = basename(file).replace(/\.ts$/, "");
  const lines = (await readFile(join(root, file), "utf8")).split("\n").length - 1;
  const faults: string[] = [];
  if (!KEBAB_CASE.test(name)) faults.push(`${file}: the name is not kebab-case`);
  if (SAYS_NOTHING.has(name)) faults.push(`${file}: the name says nothing of what is in it`);
  if (lines > MOST_LINES)
    faults.push(`${file}: ${lines} lines, more than ${MOST_LINES}: two nouns in one file`);
  return faults;
}
