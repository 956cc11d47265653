import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of this project. */
export const houseRoot = join(import.meta.dirname, "..", "..", "..");

const CONFIGURATION = [
  "package.json",
  "tsconfig.json",
  ".oxlintrc.json",
  ".oxfmtrc.json",
  ".dependency-cruiser.json",
  "knip.json",
];

/** A project with this one's configuration and packages whose only code is one folder of test/canaries. */
export interface PlantedHouse {
  readonly root: string;
  remove(): Promise<void>;
}

/** Makes a house in a temporary folder out of test/canaries/`canary`. */
export async function plantHouse(canary: string): Promise<PlantedHouse> {
  const root = await mkdtemp(join(tmpdir(), "burngate-house-"));
  for (const file of CONFIGURATION) await cp(join(houseRoot, file), join(root, file));
  await symlink(join(houseRoot, "node_modules"), join(root, "node_modules"));
  await cp(join(houseRoot, "test", "canaries", canary), root, { recursive: true });
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
