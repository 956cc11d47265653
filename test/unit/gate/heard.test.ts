import { beforeEach, expect, it } from "vitest";
import type { Asker } from "../../../src/domain/asker.ts";
import type { Hint } from "../../../src/domain/delivery.ts";
import type { Pull, Subject } from "../../../src/domain/subject.ts";
import { workDelivery } from "../../../src/gate/intake.ts";
import { seeReportUse } from "../../../src/gate/remark.ts";
import { taskKey } from "../../../src/gate/queue.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

let gate: GateWorld;
const ann = { id: 1, login: "ann", isBot: false };
const sha = (letter: string): string => letter.repeat(40);
const at = { repositoryId: shop.id, baseRef: "main" };

const group: Asker = {
  subject: { ...at, headSha: sha("b"), gate: { kind: "merge_group" } },
  who: { kind: "merge_group", headRef: "refs/heads/gh-readonly-queue/main/pr-1" },
  askedAt: noon,
};
const job: Asker = {
  subject: { ...at, headSha: sha("c"), gate: { kind: "environment", environment: "production", runId: 1 } },
  who: { kind: "run", ref: "main" },
  askedAt: noon,
};

function pullAt(seconds: number, more: Partial<Pull> = {}): Pull {
  const pull = { ...at, number: 1, headSha: sha("a"), author: ann, isDraft: false, labels: [] };
  return { ...pull, isOpen: true, updatedAt: noon + seconds * 1000, ...more };
}

const keyOf = (subject: Subject): string => taskKey({ kind: "subject", subject });
const pullKey = keyOf({ ...at, headSha: sha("a"), gate: { kind: "pull_request" } });

beforeEach(async () => {
  gate = await gateWorld();
  await gate.ledger.registry.remember(shop);
  await gate.ledger.pulls.observe(pullAt(0), ann);
  for (const asker of [group, job]) await gate.ledger.askers.ask(asker, "once");
});

/** Works a delivery and gives the keys of the jobs that it made. */
async function queuedBy(hint: Hint): Promise<string[]> {
  await workDelivery(gate.ledger, { id: "d-1", name: "n", hint }, noon);
  const keys: string[] = [];
  for (;;) {
    const claimed = await gate.ledger.queue.claim(noon, 1000, []);
    if (claimed === undefined) return keys.toSorted();
    keys.push(claimed.key);
    await gate.ledger.queue.finish(claimed);
  }
}

it("has all gates looked at that words on a pull request may open", async () => {
  const hint = { kind: "remark", repository: shop, number: 1, wish: "look" } as const;

  expect(await queuedBy(hint)).toEqual([pullKey, keyOf(group.subject), keyOf(job.subject)].toSorted());
  expect(await gate.ledger.remarks.of(shop.id, 1)).toEqual({ heardAt: noon, readTo: 0, changedTo: 0 });
  expect(await queuedBy({ ...hint, number: 2 })).not.toContain(pullKey);
});

it("[T13] has the deployments looked at that a tag may open, and keeps who pushed it, once", async () => {
  const hint = { kind: "tag", repository: shop, tag: "hotfix-1", objectSha: sha("d"), pusher: ann } as const;

  expect(await queuedBy(hint)).toEqual([keyOf(job.subject)]);
  expect(await queuedBy({ ...hint, objectSha: sha("e") })).toEqual([keyOf(job.subject)]);
  expect(await gate.ledger.tags.newest(shop.id, "hotfix-1")).toMatchObject({
    objectSha: sha("d"),
    pusher: ann,
    deliveryId: "d-1",
  });
});

it("has the merge group looked at that a changed pull request is in, and the deployment of a merged one", async () => {
  const told = (pull: Pull): Hint => ({ kind: "pull_request", repository: shop, pull, pusher: undefined });

  expect(await queuedBy(told(pullAt(1)))).toEqual([pullKey, keyOf(group.subject)].toSorted());
  expect(await queuedBy(told(pullAt(1)))).toEqual([pullKey]);
  expect(await queuedBy(told(pullAt(2, { isOpen: false })))).toEqual([keyOf(job.subject)]);
});

it("leaves what waits in other repositories alone", async () => {
  const elsewhere = { ...shop, id: 8 };
  const hint = {
    kind: "tag",
    repository: elsewhere,
    tag: "hotfix-1",
    objectSha: sha("d"),
    pusher: ann,
  } as const;

  expect(await queuedBy(hint)).toEqual([]);
});

it("[T49] counts no wish from before a transfer", async () => {
  await queuedBy({ kind: "repository", repository: shop, change: "changed" });
  expect(await gate.ledger.grants.since(shop.id)).toBe(0);
  await queuedBy({ kind: "repository", repository: shop, change: "transferred" });
  expect(await gate.ledger.grants.since(shop.id)).toBe(noon);
});

it("[T49] counts no wish from before a transfer of which only another event tells", async () => {
  const remark = (repository: typeof shop): Hint => ({ kind: "remark", repository, number: 1, wish: "look" });
  await queuedBy(remark({ ...shop, owner: "acme-inc" }));
  expect(await gate.ledger.grants.since(shop.id)).toBe(0);
  await queuedBy(remark({ ...shop, owner: "initech", installationId: 71 }));
  expect(await gate.ledger.grants.since(shop.id)).toBe(noon);
});

it("[T9] takes a push of a tag and a press of the button for as old as their deliveries, however late they are worked", async () => {
  const { ledger } = gate;
  const later = noon + 3_600_000;
  const tag = { kind: "tag", repository: shop, tag: "hotfix-1", objectSha: sha("d"), pusher: ann } as const;
  const press = {
    kind: "report_used",
    repository: shop,
    appId: 1,
    headSha: sha("a"),
    wish: "look",
    button: "bypass",
    actor: ann,
    about: undefined,
  } as const;
  for (const [id, hint] of [
    ["d-1", tag],
    ["d-2", press],
  ] as const)
    await ledger.deliveries.accept({ id, name: "n", hint }, noon);
  await workDelivery(ledger, { id: "d-1", name: "n", hint: tag }, later);
  await seeReportUse(ledger, press, "d-2", later);

  expect((await ledger.tags.newest(shop.id, "hotfix-1"))?.at).toBe(noon);
  expect((await ledger.presses.of(shop.id, sha("a"))).map(({ at: pressedAt }) => pressedAt)).toEqual([noon]);
});
