/** The jobs that post what was drafted beside the status. */
import { buttonsOf } from "../domain/check-button.ts";
import type { CheckConclusion } from "../domain/check-conclusion.ts";
import { checkReportOf, isInProgress } from "../domain/check-report.ts";
import type { Audience } from "../domain/audience.ts";
import { commentMark } from "../domain/sticky-comment.ts";
import { type Repository, type Subject, subjectKey } from "../domain/subject.ts";
import { filePage } from "../domain/web-address.ts";
import { endReport, has } from "./beside.ts";
import { ok, type Result } from "./failure.ts";
import type { KnownPolicy, Ledger } from "./ledger.ts";
import { requestOf } from "./measure-policy.ts";
import { post, type PostWorld } from "./post.ts";
import type { Measurer, PostedReader } from "./ports.ts";
import type { Write } from "./writer-port.ts";
import { checkPlace, commentPlace, type Draft, welcomePlace } from "./postings.ts";

/** What posting beside the status needs. */
export interface PostBesideWorld extends PostWorld {
  readonly ledger: PostWorld["ledger"] & Pick<Ledger, "registry" | "policies" | "askers" | "pulls" | "queue">;
  readonly posted: PostedReader;
  readonly measurer: Pick<Measurer, "history" | "queries">;
  /** Where GitHub's pages are. */
  readonly webUrl: string;
}

/** The name of every check run of ours: never a status's context, or GitHub would require both. [T20] */
const checkRunName = "error-budget report";

/** GitHub does not say how long an external id may be; what is longer than this names the commit alone. */
const maxExternalId = 255;

/** What ties a check run to its subject. */
function externalIdOf(subject: Subject): string {
  const key = subjectKey(subject);
  return key.length <= maxExternalId ? key : `${subject.repositoryId}:${subject.headSha}`;
}

/** Posts a subject's check run. */
export async function postReport(world: PostBesideWorld, subject: Subject): Promise<Result<unknown>> {
  const repository = await writable(world, subject.repositoryId, "check_runs");
  if (repository === undefined) return ok(undefined);
  const { headSha: sha } = subject;
  const externalId = externalIdOf(subject);
  const place = checkPlace(subject);
  const name = checkRunName;
  // A look that was under way when its group ended has drafted once more that the group waits.
  const isGroup = subject.gate.kind === "merge_group";
  if (isGroup && (await world.ledger.askers.waitingFor(subject)).length === 0)
    await endReport(world, repository, subject);
  return post(world, repository, place, {
    isSought: false,
    find: () => world.posted.ownCheckRun(repository, sha, name, externalId),
    async write(draft, id) {
      const told = await said(world, repository, draft);
      const known = await world.ledger.postings.find(place);
      // What was completed stays so: not every version of GitHub lets it go back to being in progress.
      const isOpen = id === undefined || isInProgress(known?.postingClass);
      const conclusion = told.conclusion ?? (isOpen ? undefined : "neutral");
      return { kind: "check_run", id, name, sha, externalId, ...told, conclusion };
    },
  });
}

/** Posts a plain statement in a check run of its own, unless it was posted before. */
export async function postNotice(
  world: PostBesideWorld,
  repository: Repository,
  subject: Subject,
  notice: Extract<Draft, { kind: "notice" }>,
): Promise<Result<unknown>> {
  const place = welcomePlace(subject);
  await world.ledger.postings.draft(place, notice);
  const { headSha: sha } = subject;
  const name = checkRunName;
  return post(world, repository, place, {
    isSought: false,
    find: () => world.posted.ownCheckRun(repository, sha, name, place.name),
    write: (_, id) => {
      const { title, summary } = notice;
      const said = neutral(title, summary);
      return Promise.resolve({ kind: "check_run", id, name, sha, externalId: place.name, ...said });
    },
  });
}

/** Posts the comment on a pull request. */
export async function postComment(
  world: PostBesideWorld,
  repositoryId: number,
  number: number,
): Promise<Result<unknown>> {
  const repository = await writable(world, repositoryId, "comments");
  if (repository === undefined) return ok(undefined);
  return post(world, repository, commentPlace(repositoryId, number), {
    isSought: true,
    find: () => world.posted.ownComment(repository, number, commentMark),
    write: (draft, id) =>
      Promise.resolve({ kind: "comment", id, number, body: draft.kind === "comment" ? draft.body : "" }),
  });
}

/** The repository, where it may be written to. */
async function writable(
  world: PostBesideWorld,
  repositoryId: number,
  feature: Parameters<typeof has>[2],
): Promise<Repository | undefined> {
  const { registry } = world.ledger;
  const repository = await registry.repository(repositoryId);
  if (repository === undefined || !(await registry.isActive(repository.installationId))) return undefined;
  return (await has(world, repository, feature)) ? repository : undefined;
}

type Said = Pick<
  Extract<Write, { kind: "check_run" }>,
  "title" | "summary" | "text" | "conclusion" | "buttons"
>;

async function said(world: PostBesideWorld, repository: Repository, draft: Draft): Promise<Said> {
  switch (draft.kind) {
    case "notice":
      return neutral(draft.title, draft.summary);
    case "comment":
      throw new Error("a comment was drafted for a check run");
    case "verdict": {
      const { verdict, measurements, waitsUntil } = draft;
      const { subject, origin } = verdict;
      const known = await world.ledger.policies.find(subject.repositoryId, subject.baseRef);
      const audience = audienceNow(repository, draft, known);
      const report = checkReportOf({
        verdict,
        audience,
        measurements,
        ...(audience === "public" ? nothingMore : await forPeople(world, draft, known)),
        policyUrl: filePage(world.webUrl, repository, origin.commitSha, origin.file),
        waitsUntil,
      });
      const { title, summary, text, conclusion } = report;
      const buttons = conclusion === undefined ? [] : buttonsOf(verdict);
      return { title, summary, text, conclusion, buttons };
    }
  }
}

function neutral(title: string, summary: string): Said {
  const conclusion: CheckConclusion = "neutral";
  return { title, summary, text: "", conclusion, buttons: [] };
}

type VerdictDraft = Extract<Draft, { kind: "verdict" }>;
type ForPeople = Pick<Parameters<typeof checkReportOf>[0], "history" | "queries">;

const nothingMore: ForPeople = { history: [], queries: [] };

/** Whom a draft is told to: a repository may have been opened to the public since it was made. [T31] */
function audienceNow(
  { isPublic }: Repository,
  { audience }: VerdictDraft,
  known: KnownPolicy | undefined,
): Audience {
  const isDisclosed = known?.answer.kind === "present" && known.answer.policy.disclose;
  return isPublic && !isDisclosed ? "public" : audience;
}

/** The last day and the queries, where the policy that was judged by is still the one known. */
async function forPeople(
  { measurer }: PostBesideWorld,
  { verdict: { subject, origin, measuredAt } }: VerdictDraft,
  known: KnownPolicy | undefined,
): Promise<ForPeople> {
  const answer = known?.answer;
  if (answer?.kind !== "present" || answer.origin.revision !== origin.revision) return nothingMore;
  const request = requestOf(answer.policy, measuredAt, subject.repositoryId);
  return { history: await measurer.history(request), queries: measurer.queries(request) };
}
