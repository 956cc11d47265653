import { freshLane, type Lane } from "../domain/lane.ts";

/** Every installation's lane, shared by all who write. */
export interface Lanes {
  /**
   * Changes a lane as nobody else does at the same time, and gives it as it is then. `step` may be asked again where
   * somebody else was faster, and gives `undefined` for no change.
   */
  change(installationId: number, step: (lane: Lane) => Lane | undefined): Promise<Lane>;
}

/** The lanes of a process that writes alone. They are forgotten with it. */
export function lanesInMemory(): Lanes {
  const lanes = new Map<number, Lane>();
  return {
    change(installationId, step) {
      const before = lanes.get(installationId) ?? freshLane;
      const after = step(before) ?? before;
      lanes.set(installationId, after);
      return Promise.resolve(after);
    },
  };
}
