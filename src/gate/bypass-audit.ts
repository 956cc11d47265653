/** What the audit log tells of bypasses: granted, refused, used, expired, withdrawn; each once. */
import { type Bypass, bypassMark, meansKey, type Refusal } from "../domain/bypass.ts";
import { quotaWords, refusalWords } from "../domain/bypass-words.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { type Subject, subjectKey } from "../domain/subject.ts";
import { standingOf, type Verdict } from "../domain/verdict.ts";
import type { Events } from "./events.ts";
import type { Ledger } from "./ledger.ts";

/** What noting needs. */
export interface AuditWorld {
  readonly ledger: Pick<Ledger, "audit">;
  readonly events: Pick<Events, "audited">;
}

/** Somebody entitled has opened a gate. Told once for all gates that the bypass opens. */
export async function auditGranted(
  world: AuditWorld,
  subject: Subject,
  bypass: Bypass,
  at: Instant,
): Promise<void> {
  await note(world, subject, {
    at,
    kind: "bypass_granted",
    actor: bypass.actor,
    detail: bypassDetail(bypass),
    mark: bypassMark(bypass),
  });
}

/** What a verdict made of the wish to open the gate: a bypass that let it through, or a refusal. */
export async function auditVerdict(
  world: AuditWorld,
  { subject, bypass, terms, at }: Verdict,
): Promise<void> {
  switch (bypass.kind) {
    case "none":
      return;
    case "granted": {
      const { actor } = bypass.bypass;
      const mark = `${subjectKey(subject)} ${bypassMark(bypass.bypass)}`;
      const detail = bypassDetail(bypass.bypass);
      return note(world, subject, { at, kind: "bypass_used", actor, detail, mark });
    }
    case "refused": {
      const { refusal } = bypass;
      const actor = refusal.cause === "members_unknown" ? undefined : refusal.actor;
      const mark = `${subjectKey(subject)} ${refusalMark(refusal)}`;
      const detail = refusalWords(refusal, terms);
      return note(world, subject, { at, kind: "bypass_refused", actor, detail, mark });
    }
  }
}

/** The time of the bypasses that had opened a gate is over. */
export async function auditExpired(
  world: AuditWorld & { readonly ledger: Pick<Ledger, "audit" | "verdicts"> },
  subject: Subject,
  now: Instant,
): Promise<void> {
  const { ledger } = world;
  const { repositoryId } = subject;
  for (const bypass of await ledger.verdicts.endedBypasses(subject, now)) {
    const mark = `${subjectKey(subject)} ${bypassMark(bypass)}`;
    if (await ledger.audit.has({ repositoryId, kind: "bypass_withdrawn", mark })) continue;
    const { actor } = bypass;
    const detail = bypassDetail(bypass);
    await note(world, subject, { at: now, kind: "bypass_expired", actor, detail, mark });
  }
}

/**
 * The gate speaks otherwise although the time of a bypass that had opened it is not over. Who ended it nobody tells:
 * what is read is only what stands now.
 */
export async function auditWithdrawn(
  world: AuditWorld & { readonly ledger: Pick<Ledger, "audit" | "pulls" | "verdicts"> },
  verdict: Verdict,
  now: Instant,
): Promise<void> {
  const { subject } = verdict;
  const { verdicts, pulls } = world.ledger;
  const isPull = subject.gate.kind === "pull_request";
  const numbers = isPull ? (await pulls.openFor(subject)).map(({ number }) => number) : [];
  for (const bypass of await verdicts.standingBypasses(subject, numbers, now)) {
    const hasMoved = isPull && bypass.commitSha !== subject.headSha;
    const why = hasMoved ? `the pull request's head is ${subject.headSha} now` : endOf(verdict);
    if (why === undefined) continue;
    const opened = hasMoved ? { ...subject, headSha: bypass.commitSha } : subject;
    const mark = `${subjectKey(opened)} ${bypassMark(bypass)}`;
    const detail = `${bypassDetail(bypass)}; ended early: ${why}`;
    await note(world, opened, { at: now, kind: "bypass_withdrawn", actor: undefined, detail, mark });
  }
}

/** Why a bypass at the judged commit opens its gate no more; `undefined`: the gate is not held. */
function endOf(verdict: Verdict): string | undefined {
  if (standingOf(verdict) !== "held") return undefined;
  const { bypass, terms } = verdict;
  return bypass.kind === "refused"
    ? refusalWords(bypass.refusal, terms)
    : "nobody is found to ask for it any more";
}

async function note(
  { ledger, events }: AuditWorld,
  subject: Subject,
  line: Omit<AuditEntry, "repositoryId" | "about">,
): Promise<void> {
  const { repositoryId } = subject;
  const entry: AuditEntry = { ...line, repositoryId, about: subjectKey(subject) };
  if (await ledger.audit.note(entry)) events.audited(entry);
}

/** Everything about a bypass in one line. */
function bypassDetail(bypass: Bypass): string {
  const { means, actor, pull, entitledThrough, second, until, quota, reason } = bypass;
  const by = actor === undefined ? "" : ` by @${actor.login}`;
  const parts = [
    `${meansKey(means)}${pull === undefined ? "" : ` on pull request ${pull}`}${by} (${entitledThrough})`,
    second === undefined
      ? ""
      : `${meansKey(second.means)} by @${second.actor.login} (${second.entitledThrough})`,
    `until ${formatInstant(until)}`,
    quota === undefined ? "" : quotaWords(quota),
    reason === undefined ? "no reason given" : `reason: ${reason}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function refusalMark(refusal: Refusal): string {
  if (refusal.cause === "members_unknown") return refusal.cause;
  const { cause, means, actor, pull } = refusal;
  return `${cause} ${meansKey(means)} ${actor?.id ?? 0} ${pull ?? 0}`;
}
