import { accessSync, constants } from "node:fs";
import { appendFile, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type CommandEnd, plantFolder } from "./planted-command.ts";

/** A machine of our making: on its PATH is nothing but these programs and a few that every system has. */
export interface PlantedMachine {
  readonly root: string;
  /** Runs one of the house's shell scripts. */
  run(script: string, ...args: string[]): Promise<CommandEnd>;
  /** What the planted programs were called with so far, `program arguments`, in order. */
  calls(): Promise<readonly string[]>;
  /** Changes package-lock.json, as a new version of a package would. */
  changeLock(): Promise<void>;
  remove(): Promise<void>;
}

const everywhere = [
  "bash",
  "cat",
  "chmod",
  "cksum",
  "dirname",
  "env",
  "grep",
  "mktemp",
  "rm",
  "sed",
  "tail",
  "tee",
];

/** Programs of a Linux machine that has what the house needs, with its packages not yet installed. */
export const soundMachine: Readonly<Record<string, string>> = {
  "bin/uname": `case "$1" in -s) echo Linux;; -m) echo x86_64;; *) echo Linux x86_64;; esac`,
  "bin/id": "echo 0",
  "bin/node": `case "$1" in -p) echo true;; *) echo v24.0.0;; esac`,
  "bin/npm": "",
  "bin/prometheus": `echo "prometheus, version 3.0.0 (branch: x)"`,
  "bin/promtool": "",
  "bin/initdb": "",
  "bin/chromium": "",
};

/** Plants the house's shell scripts on a machine with these programs, as lines for the shell. */
export async function plantMachine(programs: Readonly<Record<string, string>>): Promise<PlantedMachine> {
  const folder = await plantFolder({
    copied: ["script/setup", "script/test", "script/demo", ".ci/run"],
    written: {
      "package-lock.json": "{}\n",
      "node_modules/.here": "",
      calls: "",
      ...Object.fromEntries(
        Object.entries(programs).map(([path, lines]) => [
          path,
          `#!/usr/bin/env bash\necho "\${0##*/} $*" >>"$PLANTED/calls"\n${lines}\n`,
        ]),
      ),
    },
  });
  const { root } = folder;
  for (const name of everywhere) await symlink(pathOf(name), join(root, "bin", name));
  const calls = join(root, "calls");
  await writeFile(calls, "");
  return {
    root,
    run: (script, ...args) =>
      folder.run(join(root, script), args, { PATH: join(root, "bin"), PLANTED: root, HOME: root }),
    calls: async () => (await readFile(calls, "utf8")).trimEnd().split("\n"),
    changeLock: () => appendFile(join(root, "package-lock.json"), "\n"),
    remove: () => folder.remove(),
  };
}

function pathOf(name: string): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // It is in another one.
    }
  }
  throw new Error(`${name} is not on PATH`);
}
