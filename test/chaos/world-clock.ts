/**
 * The time of the simulated world, which can leap so that nobody waits for pauses, and the clock of the app's processes, which
 * can be wrong about it. Processes read how far theirs is from the machine's from a file (clocked-process.ts).
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The environment variable that names a process the file of its clock. */
export const clockVariable = "CHAOS_CLOCK";

/** A world's time. */
export interface WorldClock {
  /** Names the file to a process. */
  readonly variables: Readonly<Record<string, string>>;
  now(): number;
  /** Lets so much time pass at once, for the world and for the processes. */
  leap(ms: number): void;
  /** Makes the processes' clock wrong by so much; 0 mends it. */
  skew(ms: number): void;
  remove(): void;
}

/** A clock that begins as the machine's. */
export function startWorldClock(): WorldClock {
  const folder = mkdtempSync(join(tmpdir(), "burngate-clock-"));
  const path = join(folder, "clock");
  let leapt = 0;
  let wrongBy = 0;
  const tell = (): void => {
    writeFileSync(`${path}.new`, String(leapt + wrongBy));
    renameSync(`${path}.new`, path);
  };
  tell();
  return {
    variables: { [clockVariable]: path },
    now: () => Date.now() + leapt,
    leap(ms) {
      leapt += ms;
      tell();
    },
    skew(ms) {
      wrongBy = ms;
      tell();
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
