import { describe, expect, it } from "vitest";
import type { Acme } from "../world/github-acme.ts";
import { at, pluck } from "../world/github-client.ts";
import type { GitHub } from "../world/github.ts";
import { mergeQueue, requiredChecks, type MergeQueueParameters } from "../world/github-rule.ts";
import type { StatusState } from "../world/github-status.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme } = acmeSuite();
const gate = "error-budget: main";

type Queueing = Acme & {
  /** Pull requests 1 to `pulls`, all queued. */
  tip: string;
  judge: (number: number, state: StatusState) => void;
  /** The numbers in the queue, first to merge first. */
  waiting: () => number[];
};

async function queueing(parameters: Partial<MergeQueueParameters> = {}, pulls = 3): Promise<Queueing> {
  const permissions = { pull_requests: "read", contents: "read", statuses: "write" } as const;
  const world = await acme({
    permissions: { ...permissions, merge_queues: "read" },
    events: ["pull_request", "merge_group", "push"],
  });
  const { github, shop } = world;
  const required = requiredChecks([{ context: gate, integration_id: github.appId }]);
  shop.rules.set("main", [required, mergeQueue(parameters)]);
  for (let number = 1; number <= pulls; number += 1)
    shop.openPull({ head: `fix-${number}`, author: "bob", files: { [`${number}.txt`]: "new\n" } });
  const tip = shop.branches.get("main") ?? "";
  for (let number = 1; number <= pulls; number += 1) shop.queue.add(number, { by: "ann" });
  return {
    ...world,
    tip,
    judge: (number, state) =>
      shop.setStatus(shop.queue.group(number).headSha, { state, context: gate }, { by: "burngate[bot]" }),
    waiting: () => shop.queue.entries("main").map((entry) => entry.number),
  };
}

/** What happened to pull requests and groups since the index given: `merge_group.destroyed merged 2`. */
function events(github: GitHub, from: number): string[] {
  return github.deliveries.slice(from).flatMap(({ event, action, payload }) => {
    if (event === "push") return [];
    const { number, reason } = payload as { number?: number; reason?: string };
    const branch = String(at(payload, "merge_group", "head_ref"));
    const which = number ?? Number(/pr-(\d+)-/.exec(branch)?.[1]);
    return [[`${event}.${action}`, reason, which].filter((part) => part !== undefined).join(" ")];
  });
}

describe("the merge queue", () => {
  it("builds each group on the one before and asks for checks on it", async () => {
    const { github, shop, tip, call } = await queueing();
    const groups = [1, 2, 3].map((number) => shop.queue.group(number));
    expect(groups.map(({ baseSha }) => baseSha)).toEqual([tip, groups[0]?.headSha, groups[1]?.headSha]);
    expect(groups[2]).toMatchObject({
      headRef: `refs/heads/gh-readonly-queue/main/pr-3-${groups[1]?.headSha}`,
      baseRef: "refs/heads/main",
    });
    expect(shop.git.commit(groups[2]?.headSha ?? "")?.tree.has("1.txt")).toBe(true);
    expect(events(github, 0).slice(-6)).toEqual(
      [1, 2, 3].flatMap((number) => [
        `pull_request.enqueued ${number}`,
        `merge_group.checks_requested ${number}`,
      ]),
    );
    expect(github.deliveries.at(-1)?.payload).toMatchObject({
      merge_group: {
        head_sha: groups[2]?.headSha,
        head_ref: groups[2]?.headRef,
        base_sha: groups[1]?.headSha,
        base_ref: "refs/heads/main",
        head_commit: { id: groups[2]?.headSha },
      },
    });
    const ref = groups[2]?.headRef.replace("refs/", "");
    expect((await call(`GET /repos/acme/shop/git/ref/${ref}`)).body).toMatchObject({
      object: { sha: groups[2]?.headSha },
    });
    github.assertClean();
  });

  it("merges in order what is green, and no sooner", async () => {
    const { github, shop, call, judge, waiting } = await queueing();
    const [first, second, third] = [1, 2, 3].map((number) => shop.queue.group(number).headSha);
    const before = github.deliveries.length;
    judge(2, "success");
    judge(1, "pending");
    expect(waiting()).toEqual([1, 2, 3]);
    expect(shop.queue.entries("main").map(({ state }) => state)).toEqual([
      "AWAITING_CHECKS",
      "MERGEABLE",
      "AWAITING_CHECKS",
    ]);
    judge(1, "success");
    expect([waiting(), shop.branches.get("main")]).toEqual([[3], second]);
    expect([shop.pull(1).merged?.sha, shop.pull(2).merged?.sha]).toEqual([first, second]);
    expect(events(github, before)).toEqual([
      "pull_request.closed 1",
      "pull_request.closed 2",
      "merge_group.destroyed merged 1",
      "pull_request.dequeued MERGE 1",
      "merge_group.destroyed merged 2",
      "pull_request.dequeued MERGE 2",
    ]);
    expect(shop.queue.group(3)).toMatchObject({ headSha: third, baseSha: second });
    judge(3, "success");
    expect([waiting(), shop.branches.get("main")]).toEqual([[], third]);
    expect([...shop.branches.keys()].filter((name) => name.startsWith("gh-readonly-queue"))).toEqual([]);
    expect((await call("GET /repos/acme/shop/pulls/3")).body).toMatchObject({
      merged: true,
      merge_commit_sha: third,
      merged_by: { login: "github-merge-queue[bot]" },
    });
    const timeline = await call("GET /repos/acme/shop/issues/3/timeline");
    expect(pluck(timeline.body, "event")).toEqual([
      "committed",
      "added_to_merge_queue",
      "merged",
      "closed",
      "removed_from_merge_queue",
    ]);
    const activity = await call("GET /repos/acme/shop/activity?ref=refs/heads/main");
    expect(pluck(activity.body, "activity_type")).toEqual([
      "merge_queue_merge",
      "merge_queue_merge",
      "branch_creation",
    ]);
    github.assertClean();
  });

  it.each(["failure", "error"] as const)(
    "lets one in the middle leave on %s and builds what is behind it anew",
    async (state) => {
      const { github, shop, judge, waiting } = await queueing();
      const [first, third] = [shop.queue.group(1), shop.queue.group(3)];
      const before = github.deliveries.length;
      judge(2, state);
      expect(waiting()).toEqual([1, 3]);
      expect(events(github, before)).toEqual([
        "merge_group.destroyed dequeued 2",
        "pull_request.dequeued CI_FAILURE 2",
        "merge_group.destroyed invalidated 3",
        "merge_group.checks_requested 3",
      ]);
      expect(shop.queue.group(1)).toEqual(first);
      const rebuilt = shop.queue.group(3);
      expect(rebuilt.baseSha).toBe(first.headSha);
      expect(rebuilt.headSha).not.toBe(third.headSha);
      expect(shop.git.commit(rebuilt.headSha)?.tree.has("2.txt")).toBe(false);
      judge(1, "success");
      judge(3, "success");
      expect([shop.pull(2).state, shop.pull(2).merged, shop.pull(3).merged?.sha]).toEqual([
        "open",
        undefined,
        rebuilt.headSha,
      ]);
      github.assertClean();
    },
  );

  it("counts a status for what it is required from only", async () => {
    const { github, shop, judge, waiting } = await queueing({}, 1);
    const { headSha } = shop.queue.group(1);
    for (const by of ["mallory", "github-actions[bot]"])
      shop.setStatus(headSha, { state: "success", context: gate }, { by });
    shop.setStatus(headSha, { state: "failure", context: "unit tests" }, { by: "ann" });
    expect(waiting()).toEqual([1]);
    shop.protect("main", { checks: [{ context: "unit tests", app_id: null }], strict: false });
    judge(1, "success");
    expect(waiting()).toEqual([]);
    expect([shop.pull(1).state, github.deliveries.at(-1)?.payload["reason"]]).toEqual(["open", "CI_FAILURE"]);
    github.assertClean();
  });

  it("asks for every required status, each from the app that it is bound to", async () => {
    const { github, shop, judge, waiting } = await queueing({}, 1);
    const { headSha } = shop.queue.group(1);
    const app_id = github.world.ids.named("app", "github-actions");
    shop.protect("main", { checks: [{ context: "unit tests", app_id }], strict: false });
    judge(1, "success");
    shop.setStatus(headSha, { state: "success", context: "unit tests" }, { by: "burngate[bot]" });
    expect(waiting()).toEqual([1]);
    shop.setStatus(headSha, { state: "success", context: "unit tests" }, { by: "github-actions[bot]" });
    expect(waiting()).toEqual([]);
    expect(shop.branches.get("main")).toBe(headSha);
    github.assertClean();
  });

  it("dequeues what is pushed to, closed, retargeted, drafted or taken out by hand", async () => {
    const { github, shop, waiting } = await queueing({}, 5);
    shop.commit("release", {}, { by: "ann" });
    const before = github.deliveries.length;
    shop.push(5, { "5.txt": "again\n" }, { by: "bob" });
    shop.close(4);
    shop.retarget(3, "release");
    shop.setDraft(2, true);
    shop.queue.remove(1, { by: "ann" });
    expect(waiting()).toEqual([]);
    expect(events(github, before)).toEqual([
      "merge_group.destroyed dequeued 5",
      "pull_request.dequeued MANUAL 5",
      "pull_request.synchronize 5",
      "merge_group.destroyed dequeued 4",
      "pull_request.dequeued MANUAL 4",
      "pull_request.closed 4",
      "merge_group.destroyed dequeued 3",
      "pull_request.dequeued MANUAL 3",
      "pull_request.edited 3",
      "merge_group.destroyed dequeued 2",
      "pull_request.dequeued MANUAL 2",
      "pull_request.converted_to_draft 2",
      "merge_group.destroyed dequeued 1",
      "pull_request.dequeued MANUAL 1",
    ]);
    github.assertClean();
  });

  it("gives one that comes again a commit of its own, though no time has passed", async () => {
    const { shop, judge, waiting } = await queueing({}, 1);
    const { headSha } = shop.queue.group(1);
    judge(1, "failure");
    expect(waiting()).toEqual([]);
    shop.queue.add(1);
    expect(shop.queue.group(1).headSha).not.toBe(headSha);
    expect(waiting()).toEqual([1]);
  });

  it("fails whoever's checks do not answer in time", async () => {
    const { github, shop, judge, waiting } = await queueing();
    judge(2, "success");
    const before = github.deliveries.length;
    shop.queue.expire();
    expect(waiting()).toEqual([2]);
    expect(events(github, before)).toEqual([
      "merge_group.destroyed dequeued 1",
      "pull_request.dequeued CI_TIMEOUT 1",
      "merge_group.destroyed dequeued 3",
      "pull_request.dequeued CI_TIMEOUT 3",
      "merge_group.destroyed invalidated 2",
      "merge_group.checks_requested 2",
    ]);
    github.assertClean();
  });

  it("builds all groups anew when somebody pushes to the branch, and none without it", async () => {
    const { github, shop, waiting } = await queueing({}, 2);
    const before = github.deliveries.length;
    const pushed = shop.commit("main", { "other.txt": "x\n" }, { by: "ann" });
    expect(shop.queue.group(1).baseSha).toBe(pushed);
    expect(events(github, before)).toEqual([
      "merge_group.destroyed invalidated 1",
      "merge_group.destroyed invalidated 2",
      "merge_group.checks_requested 1",
      "merge_group.checks_requested 2",
    ]);
    shop.merge(2);
    expect([waiting(), shop.queue.group(1).baseSha]).toEqual([[1], shop.branches.get("main")]);
    shop.move("main", undefined);
    expect(waiting()).toEqual([]);
    expect(github.deliveries.at(-1)?.payload["reason"]).toBe("QUEUE_CLEARED");
    github.assertClean();
  });

  it("with HEADGREEN merges a red one by a green one behind it", async () => {
    const { github, shop, judge, waiting } = await queueing({ grouping_strategy: "HEADGREEN" });
    judge(1, "failure");
    expect(shop.queue.entryOf(shop.pull(1))).toMatchObject({ position: 1, state: "UNMERGEABLE" });
    judge(2, "success");
    expect([waiting(), shop.pull(1).merged !== undefined]).toEqual([[3], true]);
    judge(3, "failure");
    expect([waiting(), shop.pull(3).state]).toEqual([[], "open"]);
    github.assertClean();
  });

  it("with HEADGREEN lets red ones leave that no green one can take along", async () => {
    const { judge, waiting } = await queueing({ grouping_strategy: "HEADGREEN", max_entries_to_merge: 2 });
    judge(1, "failure");
    judge(2, "failure");
    expect(waiting()).toEqual([3]);
  });

  it("builds and merges no more than it may, and waits for company as long as it must", async () => {
    const { github, shop, judge, waiting, pass } = await queueing({
      max_entries_to_build: 2,
      max_entries_to_merge: 1,
      min_entries_to_merge: 2,
      min_entries_to_merge_wait_minutes: 5,
    });
    expect(shop.queue.entries("main")[2]).toMatchObject({ state: "QUEUED", group: undefined });
    expect(() => shop.queue.group(3)).toThrow("has no merge group");
    judge(2, "success");
    judge(1, "success");
    pass(299);
    shop.queue.settle();
    expect(waiting()).toEqual([1, 2, 3]);
    pass(1);
    const before = github.deliveries.length;
    shop.queue.settle();
    expect(waiting()).toEqual([3]);
    expect(events(github, before)).toEqual([
      "pull_request.closed 1",
      "merge_group.destroyed merged 1",
      "pull_request.dequeued MERGE 1",
      "merge_group.checks_requested 3",
      "pull_request.closed 2",
      "merge_group.destroyed merged 2",
      "pull_request.dequeued MERGE 2",
    ]);
    expect(shop.queue.entries("main")).toMatchObject([{ position: 1, state: "AWAITING_CHECKS" }]);
  });

  it("squashes if it is told to", async () => {
    const { shop, judge } = await queueing({ merge_method: "SQUASH" }, 1);
    const { headSha, baseSha } = shop.queue.group(1);
    expect(shop.git.commit(headSha)).toMatchObject({ parents: [baseSha], author: { login: "bob" } });
    judge(1, "success");
    expect(shop.branches.get("main")).toBe(headSha);
  });

  it("tells nothing of groups to an app that lacks the permission", async () => {
    const { github, shop } = await acme({ events: ["pull_request", "merge_group"] });
    shop.rules.set("main", [requiredChecks([{ context: gate }]), mergeQueue()]);
    shop.openPull({ head: "fix", author: "bob" });
    shop.queue.add(1);
    shop.queue.remove(1);
    expect(events(github, 0).slice(-3)).toEqual([
      "pull_request.opened 1",
      "pull_request.enqueued 1",
      "pull_request.dequeued MANUAL 1",
    ]);
    github.assertClean();
  });

  it("takes only what GitHub would", async () => {
    const { shop } = await queueing({}, 1);
    expect(() => shop.queue.add(1)).toThrow("queued already");
    shop.commit("release", {});
    shop.openPull({ head: "fix-2", base: "release", author: "bob" });
    expect(() => shop.queue.add(2)).toThrow("release has no merge queue");
    shop.openPull({ head: "fix-3", author: "bob", draft: true });
    expect(() => shop.queue.add(3)).toThrow("closed or a draft");
    expect(() => shop.queue.remove(3)).toThrow("not queued");
  });
});
