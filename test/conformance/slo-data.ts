import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SloFile } from "../../src/slo/reading.ts";

// Other tools' files lie in a folder beside this repository, which BURNGATE_SHARED names. A folder that is named and not
// there is an error, or nothing would be tested and all be well.
const shared = process.env["BURNGATE_SHARED"];
if (shared !== undefined && !statSync(shared, { throwIfNoEntry: false })?.isDirectory())
  throw new Error(`BURNGATE_SHARED names ${shared}, which is no folder`);

/** Whether other tools' files are there. */
export const isShared = shared !== undefined;

/** The folder that holds them; where there is none, of no use. */
export const sharedFolder = shared ?? "";

/** What the name of a test says that is skipped without these files. */
export const sharedNote = isShared
  ? ""
  : " (skipped: BURNGATE_SHARED names no folder with other tools' files)";

/** Every file of other tools, by its path below their folder, sorted. */
export function sloDataFiles(): readonly SloFile[] {
  const folder = join(sharedFolder, "slo-data");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}
