import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** What dependency-cruiser says of a project's src. */
export interface FloorReport {
  /** Files below src that it read. */
  readonly files: readonly string[];
  /** `rule: from -> to`, sorted; a package is named as it is imported. */
  readonly violations: readonly string[];
}

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Reads the floors of the project in `root` with the project's own rules. */
export async function reportFloors(root: string): Promise<FloorReport> {
  const tool = join(root, "node_modules", ".bin", "depcruise");
  const command = ["--config", ".dependency-cruiser.json", "--output-type", "json", "src"];
  const { stdout } = await promisify(execFile)(tool, command, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const { modules, summary } = JSON.parse(stdout) as CruiseResult;
  return {
    files: modules.map(({ source }) => source).filter((source) => source.startsWith("src/")),
    violations: summary.violations
      .map(({ rule, from, to }) => `${rule.name}: ${from} -> ${packageOf(to) ?? to}`)
      .toSorted(),
  };
}

function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}
