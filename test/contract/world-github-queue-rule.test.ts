import { describe, expect, it } from "vitest";
import { mergeQueue, requiredChecks } from "../world/github-rule.ts";
import { acmeSuite } from "./acme-suite.ts";
import { events, gate, queueing } from "./queue-kit.ts";

const { acme } = acmeSuite();

describe("the rules of a merge queue", () => {
  it("with HEADGREEN merges a red one by a green one behind it", async () => {
    const { github, shop, judge, waiting } = await queueing(acme, { grouping_strategy: "HEADGREEN" });
    judge(1, "failure");
    expect(shop.queue.entryOf(shop.pull(1))).toMatchObject({ position: 1, state: "UNMERGEABLE" });
    judge(2, "success");
    expect([waiting(), shop.pull(1).merged !== undefined]).toEqual([[3], true]);
    judge(3, "failure");
    expect([waiting(), shop.pull(3).state]).toEqual([[], "open"]);
    github.assertClean();
  });

  it("with HEADGREEN lets red ones leave that no green one can take along", async () => {
    const { judge, waiting } = await queueing(acme, {
      grouping_strategy: "HEADGREEN",
      max_entries_to_merge: 2,
    });
    judge(1, "failure");
    judge(2, "failure");
    expect(waiting()).toEqual([3]);
  });

  it("builds and merges no more than it may, and waits for company as long as it must", async () => {
    const { github, shop, judge, waiting, pass } = await queueing(acme, {
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
    const { shop, judge } = await queueing(acme, { merge_method: "SQUASH" }, 1);
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
    const { shop } = await queueing(acme, {}, 1);
    expect(() => shop.queue.add(1)).toThrow("queued already");
    shop.commit("release", {});
    shop.openPull({ head: "fix-2", base: "release", author: "bob" });
    expect(() => shop.queue.add(2)).toThrow("release has no merge queue");
    shop.openPull({ head: "fix-3", author: "bob", draft: true });
    expect(() => shop.queue.add(3)).toThrow("closed or a draft");
    expect(() => shop.queue.remove(3)).toThrow("not queued");
  });
});
