/**
 * The environments of `gates.deployments_api`: their status is kept on the head of the default branch, where GitHub
 * itself looks when somebody deploys the branch, and answers 409 while it is red.
 *
 * Keeps: which commit is the head is read live, so late pushes and lost ones end on the same commit. A commit that the
 * branch has left is not spoken of any more.
 */
import type { Asker } from "../domain/asker.ts";
import type { Policy } from "../domain/policy.ts";
import type { Repository } from "../domain/subject.ts";
import { admit, askerJob } from "./asked.ts";
import type { Hint } from "../domain/delivery.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { policiesOf } from "./policy-of.ts";
import type { Clock, GitHubReader } from "./ports.ts";

/** What following a branch needs. */
export interface HeadWorld {
  readonly ledger: Ledger;
  readonly github: Pick<GitHubReader, "branchHead">;
  readonly policies: ReturnType<typeof policiesOf>;
  readonly clock: Clock;
}

/** A branch moved. Any but a default branch whose policy we know to want this costs nothing. */
export async function followPush(
  world: HeadWorld,
  { repository: { id, defaultBranch }, branch }: Extract<Hint, { kind: "push" }>,
): Promise<Result<void>> {
  if (branch !== defaultBranch) return ok(undefined);
  const answer = (await world.ledger.policies.find(id, branch))?.answer;
  const isWanted = answer?.kind === "present" && answer.policy.deploymentsApi.length > 0;
  const isKept = answer?.kind === "broken" && (await keptIn(world, id)).length > 0;
  return isWanted || isKept ? followDefaultBranch(world, id) : ok(undefined);
}

/** Asks for a verdict on the default branch's head for every environment that the policy wants kept there. */
export async function followDefaultBranch(world: HeadWorld, repositoryId: number): Promise<Result<void>> {
  const { ledger, github, policies } = world;
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok(undefined);
  const { defaultBranch: baseRef } = repository;
  if (baseRef === undefined) return ok(undefined);
  const answer = await policies({ repositoryId, baseRef });
  switch (answer.kind) {
    case "unknown": {
      // An empty repository has no default branch yet, and asking again would never end.
      const head = await github.branchHead(repository, baseRef);
      if (head.ok && head.value === undefined) return ok(undefined);
      return failed({ kind: "unreachable", detail: answer.detail, retryAt: answer.retryAt });
    }
    case "broken": {
      // Which environments it would name is not known; those of before are kept until it is mended, on each new head
      // too: GitHub lets a head pass that has no status.
      const kept = await keptIn(world, repositoryId);
      return keep(world, repository, baseRef, [...new Set(kept.map(environmentOf))]);
    }
    case "absent":
      return keep(world, repository, baseRef, []);
    case "present":
      return keep(world, repository, baseRef, answer.policy.deploymentsApi);
  }
}

async function keptIn({ ledger }: HeadWorld, repositoryId: number): Promise<readonly Asker[]> {
  return (await ledger.askers.waiting(repositoryId)).filter(({ who }) => who.kind === "branch_head");
}

async function keep(
  world: HeadWorld,
  repository: Repository,
  baseRef: string,
  environments: Policy["deploymentsApi"],
): Promise<Result<void>> {
  const { ledger, github, clock } = world;
  const now = clock.now();
  const kept = await keptIn(world, repository.id);
  const wanted = new Set(environments.map((name) => name.toLowerCase()));
  for (const asker of kept) {
    // Its next look finds that the policy does not name it, takes the word back and lets it go.
    if (!wanted.has(environmentOf(asker).toLowerCase()))
      await ledger.queue.enqueue(askerJob(asker, repository.installationId, now), now);
  }
  if (environments.length === 0) return ok(undefined);
  const head = await github.branchHead(repository, baseRef);
  if (!head.ok) return head;
  if (head.value === undefined) return ok(undefined);
  for (const environment of environments) {
    const subject = {
      repositoryId: repository.id,
      headSha: head.value,
      baseRef,
      gate: { kind: "deployment", environment },
    } as const;
    const isKept = kept.some(
      (asker) =>
        environmentOf(asker).toLowerCase() === environment.toLowerCase() &&
        asker.subject.headSha === subject.headSha &&
        asker.subject.baseRef === baseRef,
    );
    if (!isKept)
      await admit(ledger, { subject, who: { kind: "branch_head" }, askedAt: now }, "anew", repository, now);
  }
  return ok(undefined);
}

function environmentOf({ subject: { gate } }: Asker): string {
  return gate.kind === "deployment" ? gate.environment : "";
}
