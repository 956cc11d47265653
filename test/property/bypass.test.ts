import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type BypassTerms, defaultBypassTerms } from "../../src/domain/bypass-terms.ts";
import type { BypassAnswer, Claim } from "../../src/domain/bypass.ts";
import type { Actor } from "../../src/domain/subject.ts";
import { openBy, wishOf } from "../../src/gate/bypass-grant.ts";
import { ok } from "../../src/gate/failure.ts";
import { shop } from "../unit/gate/gate-world.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const hour = 3_600_000;

/** Who may, by the test's own word; the others may not. */
const entitled = new Set([1, 2, 3]);
const people: readonly Actor[] = [1, 2, 3, 4, 5].map((id) => ({ id, login: `p${id}`, isBot: false }));
const robot: Actor = { id: 9, login: "robot[bot]", isBot: true };

const actor = fc.constantFrom<(Actor | undefined)[]>(...people, robot, undefined);
const claim: fc.Arbitrary<Claim> = fc.record({
  means: fc.oneof(
    fc.record({ kind: fc.constantFrom("comment" as const, "review" as const, "button" as const) }),
    fc.constant({ kind: "label" as const, label: "hotfix" }),
    fc.constant({ kind: "tag" as const, tag: "hotfix-1" }),
  ),
  pull: fc.constantFrom(7, undefined),
  commitSha: fc.constant("a".repeat(40)),
  actor,
  vouchedBy: fc.option(fc.constant("signer rel@acme.example"), { nil: undefined, freq: 8 }),
  appliedAt: fc.constantFrom(now - 5 * hour, now - 4 * hour, now - hour, now, Number.NaN),
  isThroughApp: fc.boolean(),
  isEdited: fc.boolean(),
  onThisHead: fc.constantFrom("yes", "yes", "no", "unknown"),
  author: actor,
  pusher: actor,
  reason: fc.constantFrom("INC-42 outage", "outage", undefined),
});

const terms: fc.Arbitrary<BypassTerms> = fc.record({
  labels: fc.constant(["hotfix"]),
  entitled: fc.constant({ permission: undefined, teams: ["acme/sre"], users: [], ids: [] }),
  expiresMs: fc.constant(4 * hour),
  reason: fc.constantFrom("required", "optional"),
  self: fc.constantFrom("refused", "allowed"),
  people: fc.constantFrom(1, 2),
  quota: fc.constant(undefined),
  ticket: fc.constantFrom("INC-*", undefined),
  tags: fc.constant(["hotfix-*"]),
  signers: fc.constant([]),
});

const since = fc.constantFrom(0, now - 2 * hour);

async function answer(claims: readonly Claim[], under: BypassTerms, from: number): Promise<BypassAnswer> {
  const world = {
    ledger: {
      grants: {
        since: () => Promise.resolve(from),
        take: () => Promise.resolve({ kind: "taken" as const, used: 1 }),
        transferred: () => Promise.resolve(),
      },
      audit: {
        note: () => Promise.resolve(true),
        lines: () => Promise.resolve([]),
        count: () => Promise.resolve(0),
        has: () => Promise.resolve(false),
      },
    },
    github: {
      entitlement: (_: unknown, { id }: Actor) =>
        Promise.resolve(ok(entitled.has(id) || id === robot.id ? "team acme/sre" : undefined)),
    },
    clock: { now: () => now, wait: () => Promise.resolve() },
    events: { audited: () => {} },
  };
  const wish = await wishOf(world, shop, claims, under);
  if (!wish.ok) throw new Error(wish.failure.detail);
  const gate = { kind: "pull_request" } as const;
  const subject = { repositoryId: shop.id, headSha: "a".repeat(40), baseRef: "main", gate };
  return openBy(world, subject, wish.value, under);
}

/** The law again, in other words: a wish that may count. */
function mayCount(one: Claim, under: BypassTerms, from: number): boolean {
  const mayBe = one.vouchedBy !== undefined || (one.actor !== undefined && entitled.has(one.actor.id));
  const own = one.actor !== undefined && [one.author?.id, one.pusher?.id].includes(one.actor.id);
  const isOwn = one.means.kind === "tag" ? one.actor !== undefined && one.actor.id === one.author?.id : own;
  return (
    mayBe &&
    (one.vouchedBy !== undefined || (!one.isThroughApp && one.actor?.isBot === false)) &&
    !one.isEdited &&
    one.onThisHead === "yes" &&
    one.appliedAt > now - 4 * hour &&
    one.appliedAt >= from &&
    (under.self === "allowed" || (!isOwn && (one.means.kind === "tag" || one.pusher !== undefined))) &&
    (under.reason === "optional" || one.reason !== undefined) &&
    (under.ticket === undefined || one.reason?.startsWith("INC-42") === true)
  );
}

it("[T5] [T6] [T7] [T8] [T9] [T49] opens exactly where enough wishes count, whatever else was wished", async () => {
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(claim, { maxLength: 6 }), terms, since, async (claims, under, from) => {
      const counting = claims.filter((one) => mayCount(one, under, from));
      const persons = new Set(counting.flatMap(({ actor }) => (actor?.isBot === false ? [actor.id] : [])));
      const isEnough = under.people === 1 ? counting.length > 0 : persons.size > 1;
      const got = await answer(claims, under, from);
      if (got.kind === "granted") opened += 1;
      expect(got.kind === "granted").toBe(isEnough);
      if (got.kind !== "granted") return;
      expect(got.bypass.until).toBeGreaterThan(now);
      expect(got.bypass.until).toBeLessThanOrEqual(now + 4 * hour);
      expect(got.bypass.second === undefined).toBe(under.people === 1);
      expect(got.bypass.second?.actor.id).not.toBe(got.bypass.actor?.id ?? 0);
    }),
    { numRuns: 3000 },
  );
  expect(opened).toBeGreaterThan(100);
});

it("[T6] [T7] [T8] is opened by no stranger, bot or author under the default terms", async () => {
  const usual: BypassTerms = {
    ...defaultBypassTerms,
    entitled: { permission: undefined, teams: ["acme/sre"], users: [], ids: [] },
  };
  const stranger = fc.constantFrom<(Actor | undefined)[]>(people[3], people[4], robot, undefined, people[0]);
  const bad = fc
    .tuple(claim, stranger)
    .map(([one, who]): Claim => ({ ...one, actor: who, vouchedBy: undefined, author: people[0] }));
  await fc.assert(
    fc.asyncProperty(fc.array(bad, { maxLength: 8 }), async (claims) => {
      expect((await answer(claims, usual, 0)).kind).not.toBe("granted");
    }),
    { numRuns: 1000 },
  );
});
