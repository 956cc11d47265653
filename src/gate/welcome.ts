/**
 * The first word on a default branch, so that the status can be required at once.
 *
 * Keeps: once for each installation of a repository, after everything else that waits, and never over a verdict of
 * ours. What has no default branch yet, or is empty, is told nothing.
 */
import { publicDoctorSection } from "../domain/doctor-section.ts";
import type { PolicyAnswer } from "../domain/policy.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import { welcomeNotice, welcomeReport } from "../domain/welcome.ts";
import { has } from "./beside.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import { postNotice, type PostBesideWorld } from "./post-beside.ts";
import type { GitHubReader } from "./ports.ts";
import { publish, type PublishWorld } from "./publish.ts";

/** What a welcome needs. */
export interface WelcomeWorld
  extends Omit<PostBesideWorld, "ledger">, Omit<PublishWorld, "ledger" | "github"> {
  readonly ledger: Ledger;
  readonly github: PublishWorld["github"] & Pick<GitHubReader, "branchHead">;
  readonly policies: (subject: Pick<Subject, "repositoryId" | "baseRef">) => Promise<PolicyAnswer>;
  /** Markdown to be told to members in the first check run, such as what a doctor found; or nothing. */
  advise(repository: Repository, branch: string): Promise<string | undefined>;
}

/** Older than every verdict: whatever we have said of a commit stands. */
const beforeAnyVerdict = 0;

/** Welcomes a repository. A failure means: come back. */
export async function welcome(world: WelcomeWorld, repositoryId: number): Promise<Result<unknown>> {
  const { ledger } = world;
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok(undefined);
  const missing = await missingFor(world, repository);
  if (missing.length === 0) return ok(undefined);
  const head = await headOf(world, repository);
  if (!head.ok || head.value === undefined) return head;
  const subject = head.value;
  const answer = await world.policies(subject);
  if (answer.kind === "unknown")
    return failed({ kind: "unreachable", detail: answer.detail, retryAt: answer.retryAt });
  for (const what of missing) {
    const told =
      what === "status"
        ? await publish(world, repository, welcomeReport(subject, answer), beforeAnyVerdict)
        : await postNotice(world, repository, subject, {
            kind: "notice",
            postingClass: "welcome",
            ...welcomeNotice(
              subject,
              answer,
              world.contextOf(subject),
              await adviceFor(world, repository, subject.baseRef),
            ),
          });
    if (!told.ok) return told;
    await ledger.welcomes.note(repository, what);
  }
  return ok(undefined);
}

async function adviceFor(
  world: WelcomeWorld,
  repository: Repository,
  branch: string,
): Promise<string | undefined> {
  const { isPublic, owner, name } = repository;
  return isPublic ? publicDoctorSection(`${owner}/${name}`) : world.advise(repository, branch);
}

/** What has not been said to the repository yet, and may be. */
async function missingFor(
  world: WelcomeWorld,
  repository: Repository,
): Promise<readonly ("status" | "check_run")[]> {
  const { welcomes } = world.ledger;
  const missing: ("status" | "check_run")[] = [];
  if (!(await welcomes.has(repository, "status"))) missing.push("status");
  const canCheck = await has(world, repository, "check_runs");
  if (canCheck && !(await welcomes.has(repository, "check_run"))) missing.push("check_run");
  return missing;
}

/** The head of the default branch, as a pull request's subject. */
async function headOf(
  { github, posted }: WelcomeWorld,
  repository: Repository,
): Promise<Result<Subject | undefined>> {
  const branch =
    repository.defaultBranch === undefined
      ? await posted.defaultBranch(repository)
      : ok(repository.defaultBranch);
  if (!branch.ok) return branch;
  const head = await github.branchHead(repository, branch.value);
  if (!head.ok || head.value === undefined) return head.ok ? ok(undefined) : head;
  const gate = { kind: "pull_request" } as const;
  return ok({ repositoryId: repository.id, headSha: head.value, baseRef: branch.value, gate });
}
