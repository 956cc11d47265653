/** The check run beside the status where nobody opened a pull request page: merge groups, deployments and jobs. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseSubjectKey } from "../../src/domain/subject.ts";
import { checkoutHistory, policyFor, story } from "../world/checkout.ts";
import type { MergeQueueParameters } from "../world/github-rule.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openShop, policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { deploy, deploying, gate } from "./gated-shop.ts";
import { otherCheck, type QueueShop, withQueue } from "./queue-shop.ts";
import { acceptEverything, checkWrites, everything, reportOn } from "./report-kit.ts";

let prometheus: Prometheus;
let shop: Shop;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
});

afterEach(async () => shop.close());

afterAll(async () => prometheus.stop());

async function open(options: Partial<ShopOptions> = {}): Promise<Shop> {
  shop = await openShop({ ...everything, prometheus: prometheus.url, ...options });
  return shop;
}

const buttonsOn = (sha: string): readonly string[] | undefined =>
  reportOn(shop, sha)?.actions.map(({ identifier }) => identifier);

describe("beside a merge group's status, the check run", () => {
  /** Opens a shop with one group in its queue that is not judged yet. */
  async function openGroup(
    options: Partial<ShopOptions> = {},
    parameters: Partial<MergeQueueParameters> = {},
  ): Promise<{ queue: QueueShop; headSha: string }> {
    const queue = withQueue(await acceptEverything(await open(options)), parameters, [otherCheck]);
    const [number = 0] = await queue.queue(1);
    await shop.github.settled();
    // What was measured for the pull request is too old for the group.
    shop.clock.advance(20_000);
    shop.github.forget();
    return { queue, headSha: queue.group(number).headSha };
  }

  it("says why it is green, tied to the group, with one write", async () => {
    const { queue, headSha } = await openGroup();
    await queue.work();

    expect(shop.told(headSha)).toMatch(/^success/);
    const run = reportOn(shop, headSha);
    expect(run).toMatchObject({ status: "completed", conclusion: "success" });
    expect(parseSubjectKey(run?.externalId ?? "")).toMatchObject({ headSha, gate: { kind: "merge_group" } });
    expect(checkWrites(shop)).toEqual({ made: 1, changed: 0 });
  });

  it("says why it is red and that each pull request needs a bypass, without a button that opens nothing", async () => {
    const { queue, headSha } = await openGroup({ at: story.burning });
    await queue.work();

    expect(shop.told(headSha)).toMatch(/^failure/);
    expect(reportOn(shop, headSha)).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(reportOn(shop, headSha)?.output.summary).toContain("on each pull request of the group, by");
    expect(buttonsOn(headSha)).toEqual(["recheck"]);
  });

  it("is in progress while the group waits for numbers, says until when, and is completed in place", async () => {
    const { queue, headSha } = await openGroup();
    await prometheus.kill();
    try {
      await queue.work();
      for (let look = 0; look < 3; look += 1) await queue.later(15);
      expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
      expect(reportOn(shop, headSha)).toMatchObject({ status: "in_progress", conclusion: undefined });
      const { title, summary } = reportOn(shop, headSha)!.output;
      expect(title).toMatch(/^Not known yet: asking again until \d\d:\d\dZ$/);
      expect(summary).toContain("What would hold the gate");
      expect(summary).not.toContain("What opens it");
      expect(buttonsOn(headSha)).toEqual([]);
      expect(checkWrites(shop)).toEqual({ made: 1, changed: 0 });
    } finally {
      await prometheus.restart();
    }
    const { id } = reportOn(shop, headSha)!;
    await queue.later(15);

    expect(shop.told(headSha)).toMatch(/^success/);
    expect(reportOn(shop, headSha)).toMatchObject({ id, status: "completed", conclusion: "success" });
  });

  it.each(["told", "found by the sweep"])(
    "is completed, as nobody's verdict, when the group ends while it waits: %s",
    async (how) => {
      const { queue, headSha } = await openGroup({ policy: policyFor("ghost") });
      await queue.work();
      const { id } = reportOn(shop, headSha)!;
      if (how !== "told") shop.github.holdWebhooks();
      const [number = 0] = queue.waiting();
      shop.repository.queue.remove(number);
      await queue.later(90);
      if (how !== "told") await shop.sweep();

      expect(reportOn(shop, headSha)).toMatchObject({
        id,
        status: "completed",
        conclusion: "neutral",
        output: {
          title: "Ended",
          summary:
            "The merge group ended before its error budgets were known. Nothing waits for this any more.",
        },
      });
      shop.github.forget();
      await queue.later(60);
      expect(checkWrites(shop)).toEqual({ made: 0, changed: 0 });
    },
  );

  it("is not made where the group ends before it was posted, and keeps a verdict that was reached", async () => {
    const { queue, headSha } = await openGroup({ policy: policyFor("ghost") });
    const mend = shop.github.fail({ path: /\/check-runs/, status: 422, times: Infinity });
    await queue.work();
    expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
    const [number = 0] = queue.waiting();
    mend();
    shop.repository.queue.remove(number);
    await queue.later(600);
    expect(reportOn(shop, headSha)).toBeUndefined();

    shop.commit({ [policyFile]: policyFor("checkout") });
    const [next = 0] = await queue.queue(1);
    const judged = queue.group(next).headSha;
    await queue.work();
    expect(reportOn(shop, judged)).toMatchObject({ status: "completed", conclusion: "success" });
    shop.repository.queue.remove(next);
    await queue.later(60);
    expect(reportOn(shop, judged)).toMatchObject({ status: "completed", conclusion: "success" });
  });

  it("is completed as held when the group has waited in vain", async () => {
    const { queue, headSha } = await openGroup(
      { policy: policyFor("ghost") },
      { check_response_timeout_minutes: 5 },
    );
    await queue.work();
    const { id } = reportOn(shop, headSha)!;
    expect(reportOn(shop, headSha)?.output.summary).toContain("no data");
    await prometheus.kill();
    try {
      await queue.later(20);
      expect(reportOn(shop, headSha)?.output.summary).toContain("no usable answer");
      expect(reportOn(shop, headSha)).toMatchObject({ id, status: "in_progress", conclusion: undefined });
    } finally {
      await prometheus.restart();
    }
    for (let look = 0; look < 13; look += 1) await queue.later(15);

    expect(shop.told(headSha)).toMatch(/^error: Not measured/);
    expect(reportOn(shop, headSha)).toMatchObject({ id, status: "completed", conclusion: "action_required" });
  });

  it("is completed as held by the policy that GitHub does not give, when that is what ends the wait", async () => {
    const { queue, headSha } = await openGroup(
      { policy: policyFor("ghost") },
      { check_response_timeout_minutes: 5 },
    );
    await queue.work();
    const mend = shop.github.fail({ path: /\/contents\//, status: 502, times: Infinity });
    await shop.app.machine.ledger.policies.markStale(shop.repository.id, "main", shop.clock.now());
    for (let look = 0; look < 13; look += 1) await queue.later(15);

    expect(shop.told(headSha)).toMatch(/^error: Not measured: the policy could not be read/);
    expect(reportOn(shop, headSha)).toMatchObject({
      status: "completed",
      conclusion: "neutral",
      output: { title: "Not measured" },
    });
    mend();
  });

  it("is not taken back to being in progress once it was completed", async () => {
    const { queue, headSha } = await openGroup();
    await queue.work();
    await prometheus.kill();
    try {
      for (let tick = 0; tick < 3; tick += 1) {
        await queue.later(30);
        await queue.watch();
      }
      expect(shop.told(headSha)).toMatch(/^pending: Not measured/);
      expect(reportOn(shop, headSha)).toMatchObject({ status: "completed", conclusion: "neutral" });
      expect(reportOn(shop, headSha)?.output.title).toMatch(/^Not known yet/);
    } finally {
      await prometheus.restart();
    }
    await queue.later(15);
    expect(reportOn(shop, headSha)).toMatchObject({ status: "completed", conclusion: "success" });
  });
});

describe("on a commit that is deployed, the check run", () => {
  const permissions = { ...everything.permissions, ...deploying.permissions };
  const events = [...new Set([...(everything.events ?? []), ...deploying.events])];

  async function openDeploying(policy: string): Promise<string> {
    await open({ permissions, events, at: story.burning, policy });
    shop.acme.accept(permissions);
    await shop.app.settle();
    shop.pass();
    await shop.openPull();
    await shop.sweep();
    shop.pass();
    return shop.commit({ "b.txt": "b" });
  }

  it("stands beside the status of a deployment by the API, with a button", async () => {
    const sha = await openDeploying(policyFor("checkout", "gates:\n  deployments_api: [production]\n"));
    await shop.app.settle();

    expect(shop.told(sha, "error-budget/deploy: production")).toMatch(/^failure/);
    expect(reportOn(shop, sha)).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(reportOn(shop, sha)?.output.summary).toContain("on the pull request that was merged as it");
    expect(parseSubjectKey(reportOn(shop, sha)?.externalId ?? "")).toMatchObject({
      headSha: sha,
      gate: { kind: "deployment", environment: "production" },
    });
    expect(buttonsOn(sha)).toEqual(["bypass", "recheck"]);
  });

  it("is not made for a job, which is told in its own review: a red there would refuse others", async () => {
    const sha = await openDeploying(policyFor("checkout"));
    gate(shop);
    const run = await deploy(shop);

    expect(run.status).not.toBe("waiting");
    expect(shop.repository.statuses(sha)).toEqual([]);
    expect(reportOn(shop, sha)).toBeUndefined();
  });
});
