/** What keeps a hand that has lost its job from writing. */
import type { DurationMs } from "../domain/duration.ts";
import { failed } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import type { ClaimedJob } from "./queue.ts";
import type { GitHubWriter } from "./writer-port.ts";

/** Who died or hangs is taken over from within this time. */
export const leaseMs: DurationMs = 25_000;

/** The jobs that are being worked now, by the promise of their end. */
export type Running = ReadonlyMap<Promise<void>, ClaimedJob>;

/** What fencing needs. */
interface FenceWorld {
  readonly ledger: Pick<Ledger, "queue">;
  readonly clock: Clock;
  readonly writer: GitHubWriter;
}

/**
 * A writer for one job's hand. A late hand writes nothing: what is to be said is the next hand's to say. What is
 * more urgent and still being judged gets the turn first: judging a red takes longer than a green, and would lose
 * every race. It is waited for once, so that a long row of reds does not fill the worker with greens that wait.
 */
export function fenced(
  { ledger, clock, writer }: FenceWorld,
  job: ClaimedJob,
  running: Running,
): GitHubWriter {
  return {
    ...writer,
    async takeTurn(installationId) {
      const isFirst = (other: ClaimedJob): boolean =>
        other.task.kind === "subject" &&
        other.installationId === installationId &&
        other.priority > job.priority;
      await Promise.all([...running].flatMap(([work, other]) => (isFirst(other) ? [work] : [])));
      return writer.takeTurn(installationId, clock.now());
    },
    async write(repository, write) {
      const now = clock.now();
      const isOurs = await ledger.queue.renew(job, now, leaseMs);
      // Who hung over the asking may have lost it again, and what it would say is old.
      if (isOurs && Math.abs(clock.now() - now) < leaseMs / 2) return writer.write(repository, write);
      return failed({ kind: "unreachable", detail: "the lease of this job has ended" });
    },
  };
}
