import { beforeEach, expect, it } from "vitest";
import { mergeQueue, requiredChecks } from "../world/github-rule.ts";
import { type AskedWorld, askedWorlds } from "../unit/gate/bypass-world.ts";

const askedWorld = askedWorlds();
let world: AskedWorld;

const gate = { kind: "merge_group" } as const;

/** Three pull requests in one queue, each group holding those before it. */
beforeEach(async () => {
  world = await askedWorld();
  world.repository.rules.set("main", [requiredChecks([{ context: "error-budget: main" }]), mergeQueue()]);
  for (let count = 0; count < 3; count += 1) await world.openPull();
  for (const number of [1, 2, 3]) world.repository.queue.add(number, { by: "bob" });
});

const group = (number: number): string => world.repository.queue.group(number).headSha;

it("[T14] does not open for a group of three of which one is bypassed, and names another", async () => {
  world.repository.label(1, "hotfix", { by: "ann" });

  expect(await world.asked({ headSha: group(1), gate })).toMatch(/^granted by @ann/);
  expect(await world.asked({ headSha: group(3), gate })).toBe("PR #2 is in this group and has no bypass.");
});

it("[T14] opens for a group of which all are bypassed, by whatever means, until the first one ends", async () => {
  world.repository.label(1, "hotfix", { by: "ann" });
  world.pass(60);
  world.repository.comment(2, "/burngate bypass INC-42", { by: "carl" });
  world.repository.review(3, { by: "dora", state: "COMMENTED", body: "/burngate bypass" });

  expect(await world.asked({ headSha: group(3), gate })).toBe("granted by @ann until 16:00:03");
});

it("[T14] does not open for a group whose members GitHub does not tell", async () => {
  world.repository.label(1, "hotfix", { by: "ann" });

  expect(await world.asked({ headSha: "c".repeat(40), gate })).toBe(
    "Bypass refused: GitHub does not tell the group's pull requests.",
  );
});

it("[T14] does not open for a member that is refused, though all others are bypassed", async () => {
  for (const number of [1, 3]) world.repository.label(number, "hotfix", { by: "ann" });
  world.repository.label(2, "hotfix", { by: "mallory" });

  expect(await world.asked({ headSha: group(3), gate })).toBe(
    'Label "hotfix" by @mallory refused: needs acme/sre.',
  );
});

it("[T14] does not open by a press under the group's report: each member needs its own", async () => {
  const { ledger, known, github } = world;
  const { id } = github.user("ann");
  await ledger.presses.note({
    repositoryId: known.id,
    headSha: group(2),
    deliveryId: "d-1",
    actor: { id, login: "ann", isBot: false },
    about: `${known.id}:${group(2)}:merge_group:main`,
    at: world.clock.now(),
  });

  expect(await world.asked({ headSha: group(2), gate })).toBe("none");
});

it("[T14] [T5] does not open for a member that was queued at another commit than its head is now", async () => {
  world.repository.label(1, "hotfix", { by: "ann" });
  const { sha } = world.repository.pull(1).head;
  world.tellMembers([{ number: 1, headSha: sha }]);
  expect(await world.asked({ headSha: group(1), gate })).toMatch(/^granted by @ann/);

  world.tellMembers([{ number: 1, headSha: "c".repeat(40) }]);
  expect(await world.asked({ headSha: group(1), gate })).toBe("none");
  world.tellMembers([]);
  expect(await world.asked({ headSha: group(1), gate })).toMatch(/does not tell/);
});

it("takes no place of the quota for a group that stays shut, and one for each member of one that opens", async () => {
  const terms = { quota: { max: 2, per: "quarter" } } as const;
  world.repository.label(1, "hotfix", { by: "ann" });
  expect(await world.asked({ headSha: group(3), gate }, terms)).toMatch(/^PR #2/);
  world.repository.label(2, "hotfix", { by: "ann" });
  world.repository.label(3, "hotfix", { by: "ann" });
  expect(await world.asked({ headSha: group(3), gate }, terms)).toMatch(/2 of 2 this quarter used\.$/);

  expect(await world.asked({ headSha: group(2), gate }, terms)).toMatch(/^granted by @ann/);
  expect(await world.asked({ headSha: group(3), gate }, terms)).toMatch(/2 of 2 this quarter used\.$/);
  expect(await world.asked({ headSha: group(2), gate }, terms)).toMatch(/^granted by @ann/);
});

it("[T14] tells of the bypass that ends first, whichever member has it", async () => {
  world.repository.label(2, "hotfix", { by: "carl" });
  world.pass(60);
  world.repository.label(1, "hotfix", { by: "ann" });

  expect(await world.asked({ headSha: group(2), gate })).toBe("granted by @carl until 16:00:03");
});

it("[T14] [T3] counts no bypass of a member that was closed, or that leads into another branch by now", async () => {
  const { repository } = world;
  repository.commit("release", {}, { from: "main" });
  for (const number of [1, 2, 3]) repository.label(number, "hotfix", { by: "ann" });
  const members = [1, 2, 3].map((number) => ({ number, headSha: repository.pull(number).head.sha }));
  const { length: all } = members;
  const headSha = group(all);
  world.tellMembers(members);
  expect(await world.asked({ headSha, gate })).toMatch(/^granted by @ann/);

  repository.close(3, { by: "bob" });
  expect(await world.asked({ headSha, gate })).toBe("PR #3 is in this group and has no bypass.");
  repository.retarget(2, "release", { by: "bob" });
  expect(await world.asked({ headSha, gate })).toBe("PR #2 is in this group and has no bypass.");
});
