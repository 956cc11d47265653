/**
 * From wishes to an open gate: whose wish counts, whether enough people wish it, and whether the quota has
 * room.
 *
 * Keeps: authority is asked last, since it costs reads; only of who merely spoke it is asked first, since
 * everybody can speak and what is said of strangers must not change with their words. The quota is taken last
 * of all, for all bypasses that a gate needs at once, so that a gate that stays shut uses nothing up.
 */
import { periodStart } from "../domain/bypass-quota.ts";
import type { BypassTerms } from "../domain/bypass-terms.ts";
import {
  type Bypass,
  type BypassAnswer,
  type Claim,
  type ClaimCause,
  type ClaimRefusal,
  grant,
  type Refusal,
  refusalFor,
  refusalOf,
  together,
} from "../domain/bypass.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import { auditGranted } from "./bypass-audit.ts";
import type { Events } from "./events.ts";
import { ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader } from "./ports.ts";

/** What granting needs. */
export interface GrantWorld {
  readonly ledger: Pick<Ledger, "grants" | "audit">;
  readonly github: Pick<GitHubReader, "entitlement">;
  readonly clock: Clock;
  readonly events: Pick<Events, "audited">;
}

/** What wishes come to before places are counted. */
export type Wish =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "entitled"; readonly bypasses: readonly [Bypass, ...Bypass[]] };

/** What claims about one commit come to; the first that counts opens it. */
export async function wishOf(
  { ledger, github, clock }: GrantWorld,
  repository: Repository,
  claims: readonly Claim[],
  terms: BypassTerms,
): Promise<Result<Wish>> {
  const since = claims.length === 0 ? 0 : await ledger.grants.since(repository.id);
  const refusals: ClaimRefusal[] = [];
  const alone: Bypass[] = [];
  for (const claim of claims) {
    const refusal =
      claim.appliedAt < since ? refusalFor(claim, "new_owner") : refusalOf(claim, terms, clock.now());
    if (refusal !== undefined && (!isSpoken(claim) || strange.has(refusal.cause))) {
      refusals.push(refusal);
      continue;
    }
    const through = await throughOf(github, repository, claim, terms);
    if (!through.ok) return through;
    if (through.value === undefined) {
      refusals.push(refusalFor(claim, "not_entitled"));
      continue;
    }
    if (refusal !== undefined) {
      refusals.push(refusal);
      continue;
    }
    const own = grant(claim, terms, through.value);
    if (terms.people === 1) return ok({ kind: "entitled", bypasses: [own] });
    for (const other of alone) {
      const both = together(own, other);
      if (both !== undefined) return ok({ kind: "entitled", bypasses: [both] });
    }
    alone.push(own);
  }
  const [one] = alone;
  if (one !== undefined) return ok({ kind: "refused", refusal: refusalFor(one, "second_person") });
  const told = refusals.find((refusal) => !isSpoken(refusal) || !strange.has(refusal.cause)) ?? refusals[0];
  return ok(told === undefined ? { kind: "none" } : { kind: "refused", refusal: told });
}

/** What is said of people who are none of ours: their words count for nothing. */
const strange: ReadonlySet<ClaimCause> = new Set(["bot", "through_app", "not_entitled"]);

function isSpoken({ means }: Pick<Claim, "means">): boolean {
  return means.kind === "comment" || means.kind === "review";
}

/** What entitles a claim: its tag's voucher, else its account under the terms. */
function throughOf(
  github: GrantWorld["github"],
  repository: Repository,
  { vouchedBy, actor }: Claim,
  terms: BypassTerms,
): Promise<Result<string | undefined>> {
  return vouchedBy !== undefined || actor === undefined
    ? Promise.resolve(ok(vouchedBy))
    : github.entitlement(repository, actor, terms);
}

/**
 * What becomes of several pull requests that share one gate: a refused wish speaks for all, and where one of
 * them has a bypass and another none, that one is named.
 */
export function everyOf(
  wishes: readonly { readonly pull: number; readonly wish: Wish }[],
  cause: "shared_commit" | "member",
): Wish {
  const refused = wishes.find(({ wish }) => wish.kind === "refused");
  if (refused !== undefined) return refused.wish;
  const bypasses = wishes.flatMap(({ wish }) => (wish.kind === "entitled" ? wish.bypasses : []));
  const [first, ...others] = bypasses;
  if (first === undefined) return { kind: "none" };
  const bare = wishes.find(({ wish }) => wish.kind === "none");
  return bare === undefined
    ? { kind: "entitled", bypasses: [first, ...others] }
    : { kind: "refused", refusal: { ...refusalFor(first, cause), pull: bare.pull } };
}

/** Opens the gate if the quota has room; of several bypasses the one that ends first is told. */
export async function openBy(
  world: GrantWorld,
  subject: Subject,
  wish: Wish,
  { quota }: BypassTerms,
): Promise<BypassAnswer> {
  if (wish.kind !== "entitled") return wish;
  const now = world.clock.now();
  const places = quota === undefined ? undefined : { max: quota.max, since: periodStart(now, quota.per) };
  const taken = await world.ledger.grants.take(subject.repositoryId, wish.bypasses, places, now);
  const [first] = wish.bypasses;
  if (taken.kind === "full") return { kind: "refused", refusal: refusalFor(first, "quota") };
  const use = quota === undefined ? undefined : { ...quota, used: taken.used };
  const bypasses = wish.bypasses.map((bypass) => ({ ...bypass, quota: use }));
  for (const bypass of bypasses) await auditGranted(world, subject, bypass, now);
  return { kind: "granted", bypass: bypasses.toSorted((a, b) => a.until - b.until)[0] ?? first };
}
