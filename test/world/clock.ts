import type { Clock } from "../../src/gate/ports.ts";

/** A clock that stands still until it is moved. Nothing in a test waits on it: jobs that wait are stepped. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  set(at: number): void;
}

/** A clock that shows `at`. */
export function manualClock(at: number): ManualClock {
  let now = at;
  return {
    now: () => now,
    wait: () => Promise.reject(new Error("a stepped machine must not wait for the clock")),
    advance(ms) {
      now += ms;
    },
    set(to) {
      now = to;
    },
  };
}
