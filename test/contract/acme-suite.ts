/** What the simulation's own tests stand on: worlds that stop by themselves after each test. */
import { afterEach } from "vitest";
import { type Acme, startAcme } from "../world/github-acme.ts";
import type { GitHubOptions } from "../world/github-desk.ts";

/** Starts worlds, and stops all that was started or kept when a test is over. Call it once a file. */
export function acmeSuite(): {
  acme: (options?: Partial<GitHubOptions>) => Promise<Acme>;
  /** Stops this too. */
  keep: (one: { stop(): Promise<void> }) => void;
} {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (each) => each.stop()));
  });
  return {
    async acme(options) {
      const world = await startAcme(options);
      open.push(world.github);
      return world;
    },
    keep: (one) => void open.push(one),
  };
}
