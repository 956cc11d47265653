import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A package that a script reads and the project does not depend on. */
export type PublishedPackage = { package: string; version: string };

/**
 * Works in a folder where these packages are installed: a temporary one, or with `--from DIR` on the command line that
 * one, where they are already.
 */
export function withPackages(packages: readonly PublishedPackage[], work: (folder: string) => void): void {
  const at = process.argv.indexOf("--from");
  const given = at === -1 ? undefined : process.argv[at + 1];
  if (at !== -1 && given === undefined) throw new Error("--from needs a folder");
  if (given !== undefined) {
    work(given);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "github-contract-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    const wanted = packages.map((each) => `${each.package}@${each.version}`);
    const quietly = ["--save-exact", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", ["install", ...quietly, ...wanted], { cwd: folder, stdio: "inherit" });
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where a package is installed. Throws if it is there in another version. */
export function packageFolder(folder: string, wanted: PublishedPackage): string {
  const root = join(folder, "node_modules", wanted.package);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  if (version !== wanted.version)
    throw new Error(
      `${wanted.package} ${version} is installed in ${folder}; this script reads ${wanted.version}`,
    );
  return root;
}
