import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const VARIABLES = { prometheus: "PROMETHEUS", promtool: "PROMTOOL" } as const;

/**
 * The path of Prometheus or of promtool: what the variable PROMETHEUS or PROMTOOL says, else the first one on PATH.
 * Throws an error that says what to install when there is none.
 */
export function findBinary(name: keyof typeof VARIABLES): string {
  const variable = VARIABLES[name];
  const given = process.env[variable];
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) return given;
    throw new Error(`${variable} names ${given}, which is not an executable file.`);
  }
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && isExecutable(path)) return path;
  }
  throw new Error(
    `${name} is not on PATH. Run script/setup, or install it: apt-get install prometheus (Debian, Ubuntu), ` +
      `brew install prometheus (macOS), https://prometheus.io/download/ (elsewhere); or set ${variable} to its path.`,
  );
}

/** Turns a file of OpenMetrics text into blocks in `dataFolder`. Throws with promtool's own words when it refuses. */
export async function createBlocks(openMetricsFile: string, dataFolder: string): Promise<void> {
  // promtool reads the whole text once for each block, so blocks of the default two hours take a minute for a month of
  // samples; with this length a month is two or three blocks.
  const length = "--max-block-duration=768h";
  const command = ["tsdb", "create-blocks-from", length, "openmetrics", openMetricsFile, dataFolder];
  try {
    await promisify(execFile)(findBinary("promtool"), command);
  } catch (cause) {
    const stderr = (cause as { stderr?: string }).stderr ?? "";
    throw new Error(`promtool made no blocks of ${openMetricsFile}: ${stderr.trim()}`, { cause });
  }
}

/** What recording rules are evaluated for after the fact. */
export interface Backfill {
  readonly url: string;
  readonly rulesFile: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly everySeconds: number;
  /** Where the blocks go. */
  readonly dataFolder: string;
}

/** Evaluates recording rules over history, as blocks. Throws with promtool's own words when it refuses. */
export async function createBlocksFromRules(backfill: Backfill): Promise<void> {
  const { url, rulesFile, fromMs, toMs, everySeconds, dataFolder } = backfill;
  const command = [
    "tsdb",
    "create-blocks-from",
    "--max-block-duration=768h",
    "rules",
    `--url=${url}`,
    `--start=${fromMs / 1000}`,
    `--end=${toMs / 1000}`,
    `--eval-interval=${everySeconds}s`,
    `--output-dir=${dataFolder}`,
    basename(rulesFile),
  ];
  try {
    // A group is evaluated at an offset that follows from its file's name, which must not be that of a folder made anew.
    await promisify(execFile)(findBinary("promtool"), command, { cwd: dirname(rulesFile) });
  } catch (cause) {
    const stderr = (cause as { stderr?: string }).stderr ?? "";
    throw new Error(`promtool made no blocks of ${rulesFile}: ${stderr.trim()}`, { cause });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
