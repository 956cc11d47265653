/**
 * Which policy holds for a subject: the file at the head of its **base** branch, whatever the pull request
 * itself says. [T1]
 *
 * Keeps: *absent, present, broken, unknown* are never confused. Absent is said only when the branch was found
 * and the file was not; when GitHub does not answer, the policy is unknown, nothing is painted, and what was
 * known stays. [T47] A policy that is known and not stale costs no read. It is stale after a push that
 * touched it, and once after every start: pushes may have been missed while we were away.
 */
import type { Instant } from "../domain/instant.ts";
import type { PolicyAnswer, PolicyOrigin } from "../domain/policy.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import {
  assemblePolicy,
  dataSourceProblem,
  maxPolicyBytes,
  policyPath,
  type PolicyDraft,
  readPolicy,
} from "../policy/parse.ts";
import type { Pointed } from "../policy/pointed.ts";
import { problemAt } from "../slo/yaml-text.ts";
import type { Events } from "./events.ts";
import { type Failure, ok, type Result } from "./failure.ts";
import type { KnownPolicy, Ledger } from "./ledger.ts";
import { type NewJob, priority } from "./queue.ts";
import { type PointedFiles, readPointed } from "./pointed-files.ts";
import type { Clock, DataSourceDirectory, FileAnswer, GitHubReader } from "./ports.ts";

/** A policy as it was read: the answer, and the files it came from. */
export type PolicyReadout = Omit<KnownPolicy, "staleAt" | "readAt">;

/** What reading a policy needs. */
export interface PolicyWorld {
  readonly github: Pick<GitHubReader, "branchHead" | "file" | "folder">;
  readonly sources: DataSourceDirectory;
}

/** Answers which policy holds, from memory where it can. `startedAt` is when this process began. */
export function policiesOf(
  world: PolicyWorld & {
    readonly ledger: Pick<Ledger, "policies" | "registry" | "queue">;
    readonly clock: Clock;
    readonly events: Events;
  },
  startedAt: Instant,
): (subject: Pick<Subject, "repositoryId" | "baseRef">) => Promise<PolicyAnswer> {
  const { ledger, clock, events } = world;
  return async ({ repositoryId, baseRef }) => {
    const known = await ledger.policies.find(repositoryId, baseRef);
    if (known !== undefined && known.staleAt === undefined && known.readAt >= startedAt) return known.answer;
    const repository = await ledger.registry.repository(repositoryId);
    if (repository === undefined)
      return { kind: "unknown", detail: `repository ${repositoryId} is not known` };
    const readAt = clock.now();
    const read = await readPolicyAt(world, repository, baseRef);
    if (!read.ok) return { kind: "unknown", detail: read.failure.detail, retryAt: read.failure.retryAt };
    await ledger.policies.keep(repositoryId, baseRef, { ...read.value, readAt }, known);
    const { answer } = read.value;
    events.policyRead(`${repository.owner}/${repository.name}`, baseRef, answer.kind);
    // What is kept on the branch's head is put there by the sweep.
    const isKept = answer.kind === "present" && answer.policy.deploymentsApi.length > 0;
    if (isKept && (known === undefined || commitOf(known.answer) !== commitOf(answer)))
      await ledger.queue.enqueue(sweepJob(repositoryId, readAt), readAt);
    return answer;
  };
}

/** The branch's commit at which a policy was read. */
export function commitOf(answer: KnownPolicy["answer"]): string {
  return answer.kind === "absent" ? answer.commitSha : answer.origin.commitSha;
}

function sweepJob(repositoryId: number, now: Instant): NewJob {
  const task = { kind: "repository", repositoryId } as const;
  return { task, installationId: undefined, priority: priority.event, notBefore: now, revive: true };
}

/** Reads a branch's policy from GitHub, whole: the file, and every file it points at, all at one commit. */
export async function readPolicyAt(
  { github, sources }: PolicyWorld,
  repository: Repository,
  baseRef: string,
  policyFile: string = policyPath,
): Promise<Result<PolicyReadout>> {
  const head = await github.branchHead(repository, baseRef);
  if (!head.ok) return head;
  const commitSha = head.value;
  if (commitSha === undefined) return missingBranch(baseRef);
  const own = await github.file(repository, policyFile, commitSha, maxPolicyBytes);
  if (!own.ok) return own;
  if (own.value.kind === "absent") return ok({ answer: { kind: "absent", commitSha }, paths: [policyFile] });
  const draft = own.value.kind === "file" ? readPolicy(policyFile, own.value.text) : undefined;
  const pointed = await readPointed(github, repository, commitSha, draft?.paths ?? []);
  if (!pointed.ok) return pointed;
  const blobs = [own.value, ...pointed.value.answers].map((file) =>
    file.kind === "file" ? file.blobSha.slice(0, 16) : file.kind,
  );
  const origin: PolicyOrigin = { file: policyFile, commitSha, revision: blobs.join("+") };
  const paths = [policyFile, ...(draft?.paths ?? [])];
  if (draft === undefined) return ok({ answer: unreadable(own.value, origin), paths });
  return ok({ answer: assembled(draft, pointed.value, origin, sources, repository), paths });
}

/** Every pattern of a draft is looked for, so this is never told. */
const unlooked: Pointed = { kind: "unread", code: "file_missing", why: "was not looked for" };

function missingBranch(baseRef: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { kind: "gone", detail: `branch ${baseRef} is not there` } };
}

function unreadable(file: FileAnswer, origin: PolicyOrigin): PolicyAnswer & { kind: "broken" } {
  const [code, message] =
    file.kind === "too_large"
      ? (["too_large", `is larger than ${maxPolicyBytes / 1024} KB`] as const)
      : (["not_a_file", "is not a file"] as const);
  const problem = problemAt(origin.file, "", { line: 1, column: 1 }, code, "", message);
  return { kind: "broken", problems: [problem], origin, mode: "enforce" };
}

function assembled(
  draft: PolicyDraft,
  { byPattern }: PointedFiles,
  origin: PolicyOrigin,
  sources: DataSourceDirectory,
  repository: Repository,
): Exclude<PolicyAnswer, { kind: "unknown" | "absent" }> {
  const source = sources.resolve(draft.dataSource, repository);
  const reading = assemblePolicy(draft, (pattern) => byPattern.get(pattern) ?? unlooked, {
    id: source.kind === "open" ? source.id : "",
    named: (name) => sources.named(name, repository),
  });
  const problems = reading.kind === "unusable" ? [...reading.problems] : [];
  if (draft.text !== undefined && source.kind !== "open") {
    const isClosed = source.kind === "closed";
    const message = isClosed
      ? `\`${source.id}\` is not open to this repository; ask the operator`
      : `names no data source the operator has; known: ${source.known.join(", ") || "none"}`;
    problems.push(dataSourceProblem(draft, isClosed ? "data_source_closed" : "unknown_data_source", message));
  }
  return reading.kind === "usable" && problems.length === 0
    ? { kind: "present", policy: reading.policy, origin }
    : { kind: "broken", problems, origin, mode: draft.mode };
}
