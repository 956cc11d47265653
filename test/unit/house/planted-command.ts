import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { houseRoot } from "./planted-house.ts";

/** How a command ended. */
export interface CommandEnd {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
  /** The last line of `output` that is not empty. */
  readonly lastLine: string;
}

/** A folder in which commands of this house find a house of our making around them. */
export interface PlantedFolder {
  readonly root: string;
  /** Runs a program in the folder, with these variables and no others. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<CommandEnd>;
  remove(): Promise<void>;
}

/**
 * Makes a folder of copies of this house's files (`copied`), of links to its own (`linked`), and of written ones, which
 * can be executed.
 */
export async function plantFolder(plan: {
  readonly copied?: readonly string[];
  readonly linked?: readonly string[];
  readonly written?: Readonly<Record<string, string>>;
}): Promise<PlantedFolder> {
  const root = await mkdtemp(join(tmpdir(), "burngate-folder-"));
  for (const file of plan.copied ?? []) await cp(join(houseRoot, file), join(root, file));
  for (const file of plan.linked ?? []) await symlink(join(houseRoot, file), join(root, file));
  for (const [file, text] of Object.entries(plan.written ?? {})) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
    await chmod(join(root, file), 0o755);
  }
  return {
    root,
    run: (program, args, env) => runCommand(program, args, { cwd: root, env }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Runs a program to its end. */
export async function runCommand(
  program: string,
  args: readonly string[],
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<CommandEnd> {
  const child = spawn(program, args, { ...where, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output, lastLine: output.trimEnd().split("\n").at(-1) ?? "" };
}
