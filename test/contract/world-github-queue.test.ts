import { describe, expect, it } from "vitest";
import { pluck } from "../world/github-client.ts";
import { acmeSuite } from "./acme-suite.ts";
import { events, gate, queueing } from "./queue-kit.ts";

const { acme } = acmeSuite();

describe("the merge queue", () => {
  it("builds each group on the one before and asks for checks on it", async () => {
    const { github, shop, tip, call } = await queueing(acme);
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
    const { github, shop, call, judge, waiting } = await queueing(acme);
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
      const { github, shop, judge, waiting } = await queueing(acme);
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
    const { github, shop, judge, waiting } = await queueing(acme, {}, 1);
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
    const { github, shop, judge, waiting } = await queueing(acme, {}, 1);
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
    const { github, shop, waiting } = await queueing(acme, {}, 5);
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
    const { shop, judge, waiting } = await queueing(acme, {}, 1);
    const { headSha } = shop.queue.group(1);
    judge(1, "failure");
    expect(waiting()).toEqual([]);
    shop.queue.add(1);
    expect(shop.queue.group(1).headSha).not.toBe(headSha);
    expect(waiting()).toEqual([1]);
  });

  it("fails whoever's checks do not answer in time", async () => {
    const { github, shop, judge, waiting } = await queueing(acme);
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
    const { github, shop, waiting } = await queueing(acme, {}, 2);
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
});
