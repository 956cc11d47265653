import { beforeEach, describe, expect, it } from "vitest";
import type { Hint } from "../../../src/domain/delivery.ts";
import { type Pull, type Repository, subjectOf } from "../../../src/domain/subject.ts";
import { workDelivery } from "../../../src/gate/intake.ts";
import { taskKey } from "../../../src/gate/queue.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

let gate: GateWorld;
beforeEach(async () => {
  gate = await gateWorld();
});

const sha = (letter: string): string => letter.repeat(40);
const bob = { id: 2, login: "bob", isBot: false };

function pullAt(seconds: number, number: number, headSha: string, more: Partial<Pull> = {}): Pull {
  const described = { repositoryId: shop.id, number, headSha, baseRef: "main", author: bob };
  return {
    ...described,
    isOpen: true,
    isDraft: false,
    labels: [],
    updatedAt: noon + seconds * 1000,
    ...more,
  };
}

const told = (pull: Pull, repository: Repository = shop): Hint => ({
  kind: "pull_request",
  repository,
  pull,
  pusher: bob,
});

/** Works deliveries and gives the keys of the jobs that they made. */
async function queuedBy(...hints: readonly Hint[]): Promise<string[]> {
  for (const hint of hints) await workDelivery(gate.ledger, { id: "d", name: "n", hint }, noon);
  const keys: string[] = [];
  for (;;) {
    const job = await gate.ledger.queue.claim(noon, 1000, []);
    if (job === undefined) return keys.toSorted();
    keys.push(job.key);
    await gate.ledger.queue.finish(job);
  }
}

const keyOf = (headSha: string, baseRef = "main"): string =>
  taskKey({
    kind: "subject",
    subject: { repositoryId: shop.id, headSha, baseRef, gate: { kind: "pull_request" } },
  });

describe("a description of a pull request", () => {
  it("has its subject looked at, each time it comes", async () => {
    const hint = told(pullAt(0, 1, sha("a")));
    expect(await queuedBy(hint)).toEqual([keyOf(sha("a"))]);
    expect(await queuedBy(hint)).toEqual([keyOf(sha("a"))]);
  });

  it("[T17] that comes late changes nothing that is known, and has what is known looked at: it may tell since when", async () => {
    await queuedBy(told(pullAt(60, 1, sha("b"))));
    expect(await queuedBy(told(pullAt(0, 1, sha("b"))), told(pullAt(-60, 1, sha("a"))))).toEqual([
      keyOf(sha("b")),
    ]);
    expect(await gate.ledger.pulls.openIn(shop.id)).toEqual([pullAt(60, 1, sha("b"))]);
    expect(await gate.ledger.pulls.sights(shop.id, 1)).toHaveLength(3);
  });

  it("[T17] of a second that another description tells differently is not believed: GitHub is asked", async () => {
    await queuedBy(told(pullAt(0, 1, sha("a"))));
    expect(await queuedBy(told(pullAt(0, 1, sha("b"))))).toEqual([
      taskKey({ kind: "pull", repositoryId: shop.id, number: 1 }),
    ]);
  });

  it("is looked at ahead of others when it was just put in line to be merged", async () => {
    const urgent = { ...told(pullAt(0, 2, sha("b"))), isUrgent: true } as Hint;
    for (const one of [told(pullAt(0, 1, sha("a"))), urgent])
      await workDelivery(gate.ledger, { id: "d", name: "n", hint: one }, noon);
    expect((await gate.ledger.queue.claim(noon, 1000, []))?.key).toBe(keyOf(sha("b")));
  });

  it("[T3] that leaves a commit, a base or the list of open ones has those looked at that stay", async () => {
    const hints = [1, 2, 3, 4].map((number) => told(pullAt(0, number, sha("a"))));
    expect(await queuedBy(...hints)).toEqual([keyOf(sha("a"))]);
    expect(await queuedBy(told(pullAt(1, 2, sha("b"))))).toEqual([keyOf(sha("a")), keyOf(sha("b"))]);
    const moved = told(pullAt(1, 3, sha("a"), { baseRef: "release" }));
    expect(await queuedBy(moved)).toEqual([keyOf(sha("a")), keyOf(sha("a"), "release")]);
    const closed = told(pullAt(1, 4, sha("a"), { isOpen: false }));
    expect(await queuedBy(closed)).toEqual([keyOf(sha("a")), keyOf(sha("a"), "release")]);
  });
});

describe("what an event tells of a repository", () => {
  const sweep = taskKey({ kind: "repository", repositoryId: shop.id });
  const isPublic = async (): Promise<boolean | undefined> =>
    (await gate.ledger.registry.repository(shop.id))?.isPublic;
  const changed = (repository: Repository): Hint => ({ kind: "repository", repository, change: "changed" });

  it.each<[string, (repository: Repository) => Hint]>([
    ["aside", (repository) => told(pullAt(1, 1, sha("a")), repository)],
    ["of its own", changed],
  ])(
    "[T31] never makes a public one private, %s or not: that is what GitHub is asked for",
    async (_, hint) => {
      await queuedBy(told(pullAt(0, 1, sha("a")), { ...shop, isPublic: true }));
      expect(await queuedBy(hint(shop))).toContain(sweep);
      expect(await isPublic()).toBe(true);
    },
  );

  it("[T31] makes a private one public at once, and GitHub is asked", async () => {
    await queuedBy(told(pullAt(0, 1, sha("a"))));
    expect(await queuedBy(told(pullAt(1, 1, sha("a")), { ...shop, isPublic: true }))).toEqual(
      [sweep, keyOf(sha("a"))].toSorted(),
    );
    expect(await isPublic()).toBe(true);
  });

  it("[T49] has everything told again when it has another owner: what was told may rest on old grants", async () => {
    const intent = { reportClass: "success | x", state: "success", sentence: "x", verdictAt: noon } as const;
    const subject = subjectOf(pullAt(0, 1, sha("a")));
    await queuedBy(told(pullAt(0, 1, sha("a"))));
    await gate.ledger.reports.intend(subject, "gate", intent);
    await gate.ledger.reports.confirm(subject, "gate", intent);
    await queuedBy(told(pullAt(1, 1, sha("a")), { ...shop, owner: "initech" }));
    expect(await gate.ledger.reports.last(subject, "gate")).toMatchObject({ reportClass: undefined });
  });

  it("[T49] lets no bypass of the old owner's through, also where nobody told of the move itself", async () => {
    await queuedBy(told(pullAt(0, 1, sha("a"))));
    await queuedBy(told(pullAt(1, 1, sha("a")), { ...shop, owner: "renamed" }));
    expect(await gate.ledger.grants.since(shop.id)).toBe(0);
    await queuedBy(told(pullAt(2, 1, sha("a")), { ...shop, owner: "initech", installationId: 71 }));
    expect(await gate.ledger.grants.since(shop.id)).toBe(noon);
  });

  it("asks nothing where it tells what is known", async () => {
    await queuedBy(told(pullAt(0, 1, sha("a"))));
    expect(await queuedBy(told(pullAt(1, 1, sha("a"))))).toEqual([keyOf(sha("a"))]);
  });
});
