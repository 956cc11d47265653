import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Starts the real Chromium: what the variable CHROMIUM says, else the first one on PATH. Throws an error that
 * says what to install when there is none.
 */
export async function startChromium(): Promise<Browser> {
  // A container has no namespaces to make a sandbox of, no GPU, and little shared memory.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: findChromium(), args });
}

function findChromium(): string {
  const given = process.env["CHROMIUM"];
  if (given !== undefined && given !== "") return given;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      if (folder !== "" && isExecutable(path)) return path;
    }
  }
  throw new Error(
    "chromium is not on PATH. Run script/setup, or install it: apt-get install chromium (Debian); or set CHROMIUM to its path.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
