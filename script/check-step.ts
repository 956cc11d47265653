import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** One check of the house: the npm script `check:NAME`. */
export interface CheckStep {
  readonly name: string;
  /** A line for the shell. */
  readonly command: string;
}

/** How one check ended. */
export interface CheckResult {
  readonly passed: boolean;
  /** What the tool wrote, both streams in order. */
  readonly output: string;
  readonly tookMs: number;
}

/** The checks that package.json in `root` lists, in its order. Throws when it lists none. */
export function checkSteps(root: string): CheckStep[] {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const prefix = "check:";
  const steps = Object.entries(scripts)
    .filter(([script]) => script.startsWith(prefix))
    .map(([script, command]) => ({ name: script.slice(prefix.length), command }));
  if (steps.length === 0) throw new Error(`${root}/package.json has no scripts called check:...`);
  return steps;
}

/** Runs one check in `root` with the tools of its node_modules. */
export async function runCheck(step: CheckStep, root: string): Promise<CheckResult> {
  const started = performance.now();
  const path = [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(step.command, {
    cwd: root,
    shell: true,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: string) => {
    output += chunk;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  const passed = await new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
  return { passed, output, tookMs: performance.now() - started };
}
