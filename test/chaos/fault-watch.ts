/** Bugs that the processes told of themselves: a queue that tries again hides them from everything else. */
import type { Disturbance } from "./disturbance.ts";
import type { Fleet } from "./fleet.ts";

/** What went wrong in the processes since it was last asked, by their logs. */
export interface FaultWatch {
  /** Faults of the time since the last call; none where a store was disturbed, which makes any statement fail. */
  told(during: readonly Disturbance[]): readonly string[];
}

/** Reads the logs of all processes. */
export function faultWatch({ members }: Fleet): FaultWatch {
  const read = members.map(() => 0);
  return {
    told(during) {
      const lines = members.flatMap(({ log }, index) => log.slice(read[index]));
      for (const [index, { log }] of members.entries()) read[index] = log.length;
      if (during.includes("disk_full") || during.includes("connections_lost")) return [];
      const faults = lines
        .filter(({ msg }) => msg === "job cannot be done")
        .map(({ err, failure }) => wordsOf(err ?? failure));
      return [...new Set(faults)].map((words) => `a process told of a fault: ${words}`);
    },
  };
}

function wordsOf(error: unknown): string {
  const isError = typeof error === "object" && error !== null && "message" in error;
  return isError ? String(error.message) : JSON.stringify(error);
}
