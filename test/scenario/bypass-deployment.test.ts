import { beforeEach, expect, it } from "vitest";
import { type AskedWorld, askedWorlds } from "../unit/gate/bypass-world.ts";

const askedWorld = askedWorlds();
let world: AskedWorld;
let number: number;

beforeEach(async () => {
  world = await askedWorld();
  ({ number } = await world.openPull());
});

it("carries a pull request's bypass to the commit that its merge made", async () => {
  world.repository.label(number, "hotfix", { by: "ann" });
  world.pass();
  const merged = world.repository.merge(number, { by: "carl" });

  expect(await world.asked({ headSha: merged })).toBe("granted by @ann until 16:00:01");
  world.clock.advance(4 * 3_600_000);
  expect(await world.asked({ headSha: merged })).toBe('Label "hotfix" by @ann expired: set it again.');
});

it("[T5] does not take a label for one on a commit that may have been pushed after it", async () => {
  const pull = world.repository.openPull({ head: "unseen", author: "bob", files: { "u.txt": "u" } });
  world.repository.label(pull.number, "hotfix", { by: "ann" });
  world.pass();
  world.repository.comment(pull.number, "Thanks.", { by: "carl" });
  const merged = world.repository.merge(pull.number, { by: "carl" });

  expect(await world.asked({ headSha: merged })).toBe(
    'Label "hotfix" by @ann: commit unknown, set it again.',
  );
});

it("carries it to no other commit: neither the one before, nor the one after, nor the head", async () => {
  world.repository.label(number, "hotfix", { by: "ann" });
  const before = world.repository.branches.get("main")!;
  const { headSha } = { headSha: world.repository.pull(number).head.sha };
  expect(await world.asked({ headSha })).toBe("none");
  world.repository.merge(number, { by: "carl" });
  const after = world.repository.commit("main", { "z.txt": "z" });

  for (const sha of [before, headSha, after]) expect(await world.asked({ headSha: sha })).toBe("none");
});

it("takes a command that is written after the merge", async () => {
  const merged = world.repository.merge(number, { by: "carl" });
  world.pass();
  world.repository.comment(number, "/burngate bypass INC-42", { by: "ann" });

  expect(await world.asked({ headSha: merged })).toMatch(/^granted by @ann/);
});

it("[T3] carries nothing from a merge into another branch than the one whose policy judges", async () => {
  world.repository.commit("sandbox", { "s.txt": "s" });
  world.repository.retarget(number, "sandbox", { by: "bob" });
  world.repository.label(number, "hotfix", { by: "ann" });
  const merged = world.repository.merge(number, { by: "carl" });

  expect(await world.asked({ headSha: merged })).toBe("none");
  expect(await world.asked({ headSha: merged, baseRef: "sandbox" })).toMatch(/^granted by @ann/);
});

it("[T7] refuses the author's own wish after the merge as before", async () => {
  world.repository.label(number, "hotfix", { by: "bob" });
  const merged = world.repository.merge(number, { by: "carl" });

  expect(await world.asked({ headSha: merged })).toBe('Label "hotfix" by @bob refused: own pull request.');
});

it("[T6] refuses a stranger's", async () => {
  world.repository.label(number, "hotfix", { by: "mallory" });
  const merged = world.repository.merge(number, { by: "carl" });

  expect(await world.asked({ headSha: merged })).toBe('Label "hotfix" by @mallory refused: needs acme/sre.');
});

it("takes two people by a tag and a label together", async () => {
  const terms = { people: 2, tags: ["hotfix-*"] } as const;
  world.repository.label(number, "hotfix", { by: "ann" });
  const merged = world.repository.merge(number, { by: "dora" });
  expect(await world.asked({ headSha: merged }, terms)).toBe(
    'Label "hotfix" by @ann needs a second of acme/sre.',
  );

  world.pass();
  const objectSha = world.repository.tags.create("hotfix-1", merged, { by: "carl" });
  const pusher = { id: world.github.user("carl").id, login: "carl", isBot: false };
  const at = world.clock.now();
  const sight = { repositoryId: world.known.id, tag: "hotfix-1", deliveryId: "d-1", objectSha, pusher, at };
  await world.ledger.tags.note(sight);
  expect(await world.asked({ headSha: merged }, terms)).toBe("granted by @ann and @carl until 16:00:01");
});

it("opens by a press under the deployment's report only where it is known whose change it is", async () => {
  const merged = world.repository.merge(number, { by: "carl" });
  const direct = world.repository.commit("main", { "z.txt": "z" });
  const press = async (headSha: string): Promise<void> =>
    world.ledger.presses.note({
      repositoryId: world.known.id,
      headSha,
      deliveryId: `d-${headSha}`,
      actor: { id: world.github.user("ann").id, login: "ann", isBot: false },
      about: `${world.known.id}:${headSha}:deployment:4:mainproduction`,
      at: world.clock.now(),
    });
  await press(merged);
  await press(direct);

  expect(await world.asked({ headSha: merged })).toMatch(/^granted by @ann/);
  expect(await world.asked({ headSha: direct })).toBe(
    "Bypass button by @ann refused: pusher unknown, push again.",
  );
});
