import type { DurationMs } from "../../src/domain/duration.ts";
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

/** A clock that walks on by itself as far as somebody waits for it. */
export function walkingClock(at: number): ManualClock {
  const plain = manualClock(at);
  return {
    ...plain,
    wait(ms) {
      plain.advance(ms);
      return Promise.resolve();
    },
  };
}

/** A clock that a running machine may wait on: a wait ends when the clock is moved to its end, or is called off. */
export interface AlarmClock extends ManualClock {
  /** How long the waits that have not ended were to last, in milliseconds. */
  readonly waits: readonly DurationMs[];
  /** Resolves when the next wait begins. */
  nextWait(): Promise<void>;
  /** Moves on to where the first wait ends. */
  ring(): void;
}

/** An alarm clock that shows `at`. */
export function alarmClock(at: number): AlarmClock {
  const plain = manualClock(at);
  const alarms = new Set<{ readonly lasts: DurationMs; readonly due: number; readonly end: () => void }>();
  let begun = Promise.withResolvers<void>();
  const endDue = (): void => {
    for (const alarm of alarms) if (alarm.due <= plain.now()) alarm.end();
  };
  const set = (to: number): void => {
    plain.set(to);
    endDue();
  };
  return {
    now: () => plain.now(),
    set,
    advance: (ms) => set(plain.now() + ms),
    ring: () => set(Math.min(...[...alarms].map(({ due }) => due))),
    get waits() {
      return [...alarms].map(({ lasts }) => lasts);
    },
    nextWait: () => begun.promise,
    wait: (lasts, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          alarms.delete(alarm);
          signal.removeEventListener("abort", end);
          resolve();
        };
        const alarm = { lasts, due: plain.now() + lasts, end };
        alarms.add(alarm);
        signal.addEventListener("abort", end);
        if (signal.aborted) end();
        begun.resolve();
        begun = Promise.withResolvers();
      }),
  };
}
