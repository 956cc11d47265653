/** A shop with a merge queue in front of `main`, whose required check is ours. */
import type { App } from "../world/app.ts";
import type { MergeGroup } from "../world/github-queue-group.ts";
import { mergeQueue, type MergeQueueParameters, requiredChecks } from "../world/github-rule.ts";
import { mainContext, type Shop, type ShopOptions } from "../world/shop.ts";

/** What an app needs to be told of merge queues. */
export const queueOptions = {
  permissions: {
    contents: "read",
    members: "read",
    merge_queues: "read",
    metadata: "read",
    pull_requests: "read",
    statuses: "write",
  },
  events: ["merge_group", "pull_request", "push", "repository", "status"],
} satisfies Partial<ShopOptions>;

/** A check of somebody else that the queue waits for beside ours. */
export const otherCheck = "ci/build";

/** A shop with a queue, and what happens in it. */
export type QueueShop = Shop & {
  /** Opens so many pull requests and puts them in the queue, without letting our app work. */
  queue(count: number): Promise<readonly number[]>;
  group(number: number): MergeGroup;
  /** Numbers in the queue, first to merge first. */
  waiting(): number[];
  isMerged(number: number): boolean;
  /** Works what is due now, and moves no clock: what waits for a later moment goes on waiting. */
  work(): Promise<void>;
  /** Lets the watch look now, and works what is due then. */
  watch(): Promise<void>;
  /** Ends the app as SIGTERM does and starts another on the same ledger, which the test must stop. */
  restart(): Promise<App>;
  /** Lets so many seconds pass and works what is due then. */
  later(seconds: number): Promise<void>;
  /** Says that the other check of a group is done. */
  build(number: number): void;
};

/** Puts the queue in front of `main`. `others`: required beside our check. */
export function withQueue(
  shop: Shop,
  parameters: Partial<MergeQueueParameters> = {},
  others: readonly string[] = [],
): QueueShop {
  const { repository, github, clock } = shop;
  const ours = { context: mainContext, integration_id: github.appId };
  const checks = [ours, ...others.map((context) => ({ context }))];
  repository.rules.set("main", [requiredChecks(checks), mergeQueue(parameters)]);
  let { app } = shop;
  const work = async (): Promise<void> => {
    for (;;) {
      await github.settled();
      await app.machine.worker.processAll();
      await github.settled();
      const due = await app.machine.ledger.queue.nextDue();
      // A second write waits a third of a second for its turn; what waits longer is left alone.
      if (due === undefined || due - clock.now() > 500) return;
      clock.advance(Math.max(100, due - clock.now()));
    }
  };
  return {
    ...shop,
    async watch() {
      await app.machine.tick();
      await work();
    },
    async queue(count) {
      const numbers: number[] = [];
      for (let one = 0; one < count; one += 1) {
        const name = `queued-${repository.pulls.size + 1}`;
        const files = { [`${name}.txt`]: name };
        const { number } = repository.openPull({ head: name, author: "bob", files });
        numbers.push(number);
      }
      await work();
      for (const number of numbers) repository.queue.add(number, { by: "ann" });
      return numbers;
    },
    group: (number) => repository.queue.group(number),
    waiting: () => repository.queue.entries("main").map(({ number }) => number),
    isMerged: (number) => repository.pull(number).merged !== undefined,
    work,
    async restart() {
      await app.stop();
      app = await app.restart();
      return app;
    },
    async later(seconds) {
      clock.advance(seconds * 1000);
      await work();
    },
    build(number) {
      const { headSha } = repository.queue.group(number);
      repository.setStatus(headSha, { state: "success", context: otherCheck }, { by: "ci[bot]" });
    },
  };
}
