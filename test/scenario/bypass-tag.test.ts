import { beforeEach, expect, it } from "vitest";
import type { Ruleset } from "../world/github-ruleset.ts";
import { type AskedWorld, askedWorlds } from "../unit/gate/bypass-world.ts";
import { noon } from "../unit/gate/gate-world.ts";

const askedWorld = askedWorlds();
let world: AskedWorld;
/** The commit that is deployed, which no pull request made. */
let sha: string;

const hotfix = { tags: ["hotfix-*"] };
const signed = { ...hotfix, signers: ["Release@acme.example"] };
const tagger = { name: "Release", email: "release@acme.example" };
const minute = 60_000;

beforeEach(async () => {
  world = await askedWorld();
  sha = world.repository.commit("main", { "b.txt": "b" }, { by: "bob" });
});

/** Lets the ledger hear of a push of a tag, as its event would tell it now. */
async function hear(tag: string, by: string, objectSha: string | undefined): Promise<void> {
  const { id } = by.endsWith("[bot]") ? world.github.bot(by) : world.github.user(by);
  const pusher = { id, login: by, isBot: by.endsWith("[bot]") };
  const at = world.clock.now();
  await world.ledger.tags.note({
    repositoryId: world.known.id,
    tag,
    deliveryId: `d-${at}-${by}`,
    objectSha,
    pusher,
    at,
  });
}

/** Pushes a tag and lets the ledger hear of it. */
async function tagBy(by: string, tag = "hotfix-1", at = sha): Promise<string> {
  const { tags } = world.repository;
  const objectSha = tags.get(tag) === undefined ? tags.create(tag, at, { by }) : tags.move(tag, at, { by });
  await hear(tag, by, objectSha);
  return objectSha;
}

/** A deployment that waits and asks by a ref. */
async function deployBy(ref: string, headSha = sha): Promise<void> {
  const gate = { kind: "deployment", environment: "production" } as const;
  const who = { kind: "deployment", deploymentId: 1, ref, isOfActions: false } as const;
  const subject = { repositoryId: world.known.id, headSha, baseRef: "main", gate };
  await world.ledger.askers.ask({ subject, who, askedAt: world.clock.now() }, "once");
}

const guard = (changes: Partial<Ruleset> = {}): Ruleset => ({
  id: 1,
  name: "hotfix tags",
  target: "tag",
  enforcement: "active",
  source_type: "Repository",
  conditions: { ref_name: { include: ["refs/tags/hotfix-*"], exclude: [] } },
  rules: [{ type: "creation" }, { type: "update" }],
  ...changes,
});

it("[T12] opens for the commit that an entitled person's tag names, and for no other", async () => {
  const other = world.repository.commit("main", { "c.txt": "c" });
  await tagBy("ann");

  expect(await world.asked({ headSha: sha }, hotfix)).toBe("granted by @ann until 16:00:00");
  expect(await world.asked({ headSha: other }, hotfix)).toBe("none");
});

it("[T12] opens for no tag where the policy names none, or others", async () => {
  await tagBy("ann");

  expect(await world.asked({ headSha: sha })).toBe("none");
  expect(await world.asked({ headSha: sha }, { tags: ["release-*"] })).toBe("none");
});

it("[T12] refuses a stranger's lightweight tag, and a bot's", async () => {
  await tagBy("mallory");
  expect(await world.asked({ headSha: sha }, hotfix)).toBe(
    'Tag "hotfix-1" by @mallory refused: needs acme/sre.',
  );

  world.repository.tags.delete("hotfix-1");
  await tagBy("robot[bot]", "hotfix-2");
  expect(await world.asked({ headSha: sha }, hotfix)).toBe(
    'Tag "hotfix-2" by @robot[bot] refused: bots may not.',
  );
});

it("[T12] asks for the tag by its full name: a branch that is called the same opens nothing", async () => {
  world.repository.commit("hotfix-1", {}, { from: "main", by: "ann" });
  await deployBy("hotfix-1");

  expect(await world.asked({ headSha: sha }, hotfix)).toBe("none");
});

it("[T12] refuses a tag that was moved after it was deployed, and a branch beside a tag of its name", async () => {
  const other = world.repository.commit("main", { "c.txt": "c" });
  await tagBy("ann");
  await deployBy("refs/tags/hotfix-1");
  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/^granted by @ann/);

  world.pass();
  await tagBy("mallory", "hotfix-1", other);
  expect(await world.asked({ headSha: sha }, hotfix)).toBe(
    'Tag "hotfix-1" refused: names another commit now.',
  );
});

it("[T12] does not take one person's tag for another's: moved there by somebody whose push nobody told of", async () => {
  const other = world.repository.commit("main", { "c.txt": "c" });
  await tagBy("ann", "hotfix-1", other);
  world.pass();
  world.repository.tags.move("hotfix-1", sha, { by: "mallory" });

  expect(await world.asked({ headSha: sha }, hotfix)).toBe(
    'Tag "hotfix-1" refused: creator unknown, push it alone or sign it.',
  );
});

it("[T12] forgets an entitled person's tag that was deleted, whoever makes it again unseen", async () => {
  await tagBy("ann");
  world.pass();
  world.repository.tags.delete("hotfix-1");
  await hear("hotfix-1", "ann", undefined);
  world.pass();
  world.repository.tags.create("hotfix-1", sha, { by: "mallory" });

  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/creator unknown/);
});

it("[T13] refuses four tags of one push, of which no event tells, unless signed or protected", async () => {
  const { repository } = world;
  const names = ["hotfix-1", "hotfix-2", "hotfix-3", "hotfix-4"];
  const before = world.github.deliveries.length;
  repository.tags.push(
    names.map((name) => ({ name, sha })),
    { by: "ann" },
  );
  expect(world.github.deliveries.length).toBe(before);
  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/creator unknown, push it alone or sign it\.$/);

  repository.rulesets.push(guard());
  expect(await world.asked({ headSha: sha }, hotfix)).toBe("granted by ruleset hotfix tags until 16:00:00");
});

it("[T13] finds a signed tag of which no event told", async () => {
  const annotated = { message: "INC-42 payment outage", tagger, signature: "verified" } as const;
  world.repository.tags.push(
    ["hotfix-1", "hotfix-2", "hotfix-3", "hotfix-4"].map((name) => ({ name, sha, annotated })),
    { by: "mallory" },
  );

  const terms = { ...signed, reason: "required", ticket: "INC-*" } as const;
  expect(await world.asked({ headSha: sha }, terms)).toBe(
    "granted by signer Release@acme.example until 16:00:00",
  );
});

it("[T12] takes no signature that GitHub does not find good, or that is not of a listed signer", async () => {
  for (const [signature, email] of [
    ["bad", tagger.email],
    ["unsigned", tagger.email],
    ["verified", "mallory@acme.example"],
  ] as const) {
    const annotated = { message: "Fix", tagger: { name: "Release", email }, signature };
    world.repository.tags.create(`hotfix-${signature}`, sha, { by: "mallory", annotated });
    expect(await world.asked({ headSha: sha }, signed)).toMatch(/creator unknown/);
    world.repository.tags.delete(`hotfix-${signature}`);
  }
});

it("[T12] takes no signed release for a hotfix: whoever may push can point another name at a signer's tag", async () => {
  const annotated = { message: "Release", tagger, signature: "verified" } as const;
  const release = world.repository.tags.create("v1.0", sha, { by: "ann", annotated });
  world.repository.tags.create("hotfix-1", release, { by: "mallory" });

  expect(await world.asked({ headSha: sha }, signed)).toMatch(/creator unknown/);
});

it("[T12] counts a signed tag's time from its date, and never from later than it was seen", async () => {
  const annotated = { message: "Fix", tagger, signature: "verified" } as const;
  world.repository.tags.create("hotfix-1", sha, { by: "bob", annotated });
  world.clock.advance(60 * minute);
  expect(await world.asked({ headSha: sha }, signed)).toMatch(/until 16:00:00$/);

  world.clock.set(noon + 4 * 60 * minute);
  expect(await world.asked({ headSha: sha }, signed)).toBe('Tag "hotfix-1" expired: tag anew.');
});

it("[T12] lets no signer date a tag into the future", async () => {
  world.clock.advance(5 * 60 * minute);
  const annotated = { message: "Fix", tagger, signature: "verified" } as const;
  world.repository.tags.create("hotfix-1", sha, { by: "bob", annotated });
  world.clock.set(noon);

  expect(await world.asked({ headSha: sha }, signed)).toMatch(/until 16:00:00$/);
});

it("[T12] counts a protected tag's time from when it was seen first", async () => {
  world.repository.rulesets.push(guard());
  world.repository.tags.create("hotfix-1", sha, { by: "bob" });
  world.clock.advance(30 * minute);
  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/until 16:30:00$/);
  world.clock.advance(30 * minute);
  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/until 16:30:00$/);
});

it.each<[string, Partial<Ruleset>]>([
  ["only tries", { enforcement: "evaluate" }],
  ["is switched off", { enforcement: "disabled" }],
  ["lets everybody move tags", { rules: [{ type: "creation" }] }],
  ["lets everybody make tags", { rules: [{ type: "update" }, { type: "deletion" }] }],
  ["names other tags", { conditions: { ref_name: { include: ["refs/tags/v*"], exclude: [] } } }],
  ["excepts the tag", { conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/hotfix-1"] } } }],
  [
    "may except the tag",
    { conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/h?tfix-1"] } } },
  ],
  ["may not mean the tag", { conditions: { ref_name: { include: ["refs/tags/**hotfix-1"], exclude: [] } } }],
  ["is for branches", { target: "branch" }],
])("[T12] trusts no ruleset that %s", async (_, changes) => {
  world.repository.rulesets.push(guard(changes));
  world.repository.tags.create("hotfix-1", sha, { by: "mallory" });

  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/creator unknown/);
});

it("[T12] peels a tag of a tag, and passes over a tag of another commit", async () => {
  const { repository } = world;
  const annotated = { message: "Fix", tagger, signature: "verified" } as const;
  const inner = repository.tags.create("inner", sha, { by: "ann", annotated });
  repository.tags.create("hotfix-1", inner, { by: "ann", annotated });

  expect(await world.asked({ headSha: sha }, signed)).toMatch(/^granted by signer/);
});

it("[T12] follows a chain of tags to its commit, and none that is longer than anybody means", async () => {
  const { tags } = world.repository;
  const annotated = { message: "Fix", tagger, signature: "verified" } as const;
  const chain = (links: number): string =>
    links === 0 ? sha : tags.create(`link-${links}`, chain(links - 1), { by: "ann", annotated });
  const longest = chain(4);
  const tooLong = tags.create("link-5", longest, { by: "ann", annotated });

  tags.create("hotfix-1", tooLong, { by: "ann", annotated });
  expect(await world.asked({ headSha: sha }, signed)).toBe("none");
  tags.create("hotfix-2", longest, { by: "ann", annotated });
  expect(await world.asked({ headSha: sha }, signed)).toMatch(/^granted by signer/);
});

it("[T7] refuses the tag of whoever wrote the pull request that the commit came by", async () => {
  const { number } = await world.openPull();
  const merged = world.repository.merge(number, { by: "carl" });
  await tagBy("bob", "hotfix-1", merged);
  const terms = { ...hotfix, entitled: { permission: undefined, teams: [], users: ["bob"], ids: [] } };

  expect(await world.asked({ headSha: merged }, terms)).toBe(
    'Tag "hotfix-1" by @bob refused: own pull request.',
  );
  expect(await world.asked({ headSha: merged }, { ...terms, self: "allowed" })).toMatch(/^granted by @bob/);
});

it("[T7] [T13] refuses a protected tag of which nobody tells whether the author pushed it", async () => {
  const { number } = await world.openPull();
  const merged = world.repository.merge(number, { by: "carl" });
  world.repository.rulesets.push(guard());
  world.repository.tags.push([{ name: "hotfix-1", sha: merged }], { by: "bob" });

  expect(await world.asked({ headSha: merged }, hotfix)).toMatch(
    /creator unknown, push it alone or sign it\.$/,
  );
  expect(await world.asked({ headSha: merged }, { ...hotfix, self: "allowed" })).toMatch(
    /^granted by ruleset/,
  );

  await hear("hotfix-1", "carl", merged);
  expect(await world.asked({ headSha: merged }, hotfix)).toMatch(/^granted by @carl/);
});

it("[T7] refuses the author's tag, whichever branch the pull request was merged into", async () => {
  world.repository.commit("release", {}, { from: "main", by: "carl" });
  const { number } = world.repository.openPull({
    head: "fix-release",
    base: "release",
    author: "bob",
    files: { "r.txt": "r" },
  });
  world.pass();
  const merged = world.repository.merge(number, { by: "carl" });
  await tagBy("bob", "hotfix-1", merged);
  const entitled = { permission: undefined, teams: [], users: ["bob"], ids: [] };

  expect(await world.asked({ headSha: merged }, { ...hotfix, entitled })).toBe(
    'Tag "hotfix-1" by @bob refused: own pull request.',
  );
});

it("[T9] ends a pushed tag's bypass, and does not begin anew by another look", async () => {
  await tagBy("ann");
  world.clock.set(noon + 4 * 60 * minute);

  expect(await world.asked({ headSha: sha }, hotfix)).toBe('Tag "hotfix-1" by @ann expired: tag anew.');
});

it("[T49] forgets tags that were pushed before the repository changed hands", async () => {
  await tagBy("ann");
  world.pass();
  await world.ledger.grants.transferred(world.known.id, world.clock.now());

  expect(await world.asked({ headSha: sha }, hotfix)).toBe(
    'Tag "hotfix-1" by @ann refused: from before the transfer, tag anew.',
  );
});

it("takes two people with accounts of their own: a signature beside a tag is not shown to be another person's", async () => {
  const two = { ...signed, people: 2 } as const;
  const annotated = { message: "Fix", tagger, signature: "verified" } as const;
  world.repository.tags.create("hotfix-0", sha, { by: "ann", annotated });
  await tagBy("ann", "hotfix-1");
  await tagBy("ann", "hotfix-2");
  expect(await world.asked({ headSha: sha }, two)).toMatch(/needs a second of acme\/sre\.$/);

  await tagBy("carl", "hotfix-3");
  expect(await world.asked({ headSha: sha }, two)).toMatch(/^granted by @(ann|carl) and @(ann|carl) until/);
});

it("[T29] looks into no more than twenty annotated tags for one decision", async () => {
  const annotated = { message: "Fix", tagger, signature: "unsigned" } as const;
  for (let index = 0; index < 24; index += 1)
    world.repository.tags.create(`hotfix-${index}`, sha, { by: "mallory", annotated });
  world.github.forget();
  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/creator unknown/);

  expect(world.github.requests.filter(({ path }) => path.includes("/git/tags/"))).toHaveLength(20);
});

it("[T8] takes no bot for the second of two people, though a ruleset lets it make the tag", async () => {
  const two = { ...hotfix, people: 2 } as const;
  world.repository.rulesets.push(guard());
  await tagBy("robot[bot]", "hotfix-1");
  const { number } = await world.openPull();
  const merged = world.repository.merge(number, { by: "carl" });
  await tagBy("robot[bot]", "hotfix-2", merged);
  world.repository.label(number, "hotfix", { by: "ann" });

  expect(await world.asked({ headSha: merged }, two)).toMatch(/needs a second of acme\/sre\.$/);
});

it("[T45] looks into no more than twenty tags of a commit, however many there are", async () => {
  world.repository.tags.push(
    Array.from({ length: 60 }, (_, index) => ({ name: `hotfix-${index + 100}`, sha })),
    { by: "mallory" },
  );
  const before = world.github.requests.length;

  expect(await world.asked({ headSha: sha }, hotfix)).toMatch(/creator unknown/);
  expect(world.github.requests.length - before).toBeLessThan(30);
});
