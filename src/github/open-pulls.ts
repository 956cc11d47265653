/**
 * A repository's open pull requests: over GraphQL, a hundred at once, at a fraction of REST's cost.
 *
 * Keeps: descriptions are as REST and webhooks tell them, to the letter, since descriptions of one second are held
 * against each other: a bot's login ends in `[bot]`. What GraphQL tells only in part (more labels than a page holds,
 * an author without a number) is read over REST. GraphQL answers by name; a repository of another number under the
 * name is not the one that we asked about.
 */
import { z } from "zod";
import type { Pull, Repository } from "../domain/subject.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import type { OpenPulls } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";
import { query } from "./graphql.ts";
import { ghost } from "./account.ts";

const maxPages = 50;

/** What an installation may not see of these is merely not known. */
const optionalFields = ["autoMergeRequest", "defaultBranchRef", "reviewDecision"] as const;

const text = `query OpenPulls($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId
    isPrivate
    name
    owner { login }
    defaultBranchRef { name }
    pullRequests(states: OPEN, first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        headRefOid
        baseRefName
        baseRepository { databaseId }
        isDraft
        updatedAt
        author {
          __typename
          login
          ... on User { databaseId }
          ... on Bot { databaseId }
          ... on Organization { databaseId }
          ... on Mannequin { databaseId }
        }
        labels(first: 100) { totalCount nodes { name } }
        autoMergeRequest { enabledAt }
        reviewDecision
      }
    }
  }
}`;

const listed = z.object({
  number: z.int(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  baseRepository: z.object({ databaseId: z.int() }).nullable(),
  isDraft: z.boolean(),
  updatedAt: z.string(),
  author: z.object({ __typename: z.string(), login: z.string(), databaseId: z.int().nullish() }).nullable(),
  labels: z.object({ totalCount: z.int(), nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  autoMergeRequest: z.object({}).nullish(),
  reviewDecision: z.string().nullish(),
});

const page = z.object({
  repository: z.object({
    databaseId: z.int(),
    isPrivate: z.boolean(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
    pullRequests: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(listed),
    }),
  }),
});

/** Reads one pull request over REST. */
export type ReadPull = (repository: Repository, number: number) => Promise<Result<{ readonly pull: Pull }>>;

/** Lists every open pull request; `readPull` tells what the list does not. */
export function openPullsOver(client: GitHubClient, readPull: ReadPull) {
  return async (repository: Repository): Promise<Result<OpenPulls>> => {
    const pulls: Pull[] = [];
    const approved = new Set<number>();
    let after: string | undefined;
    for (let count = 0; count < maxPages; count += 1) {
      const read = await readPage(client, repository, after);
      if (!read.ok) return read;
      const { pullRequests, name, owner, isPrivate, defaultBranchRef } = read.value;
      for (const node of pullRequests.nodes) {
        // A pull request belongs to the repository it wants to enter. [T4]
        if (node.baseRepository?.databaseId !== repository.id) continue;
        const known = pullOf(repository, node);
        const whole = known === undefined ? await readPull(repository, node.number) : ok({ pull: known });
        if (!whole.ok && whole.failure.kind !== "gone") return whole;
        if (whole.ok) pulls.push(whole.value.pull);
        if (whole.ok && node.reviewDecision === "APPROVED") approved.add(node.number);
      }
      const { hasNextPage, endCursor } = pullRequests.pageInfo;
      if (!hasNextPage || endCursor === null)
        return ok({
          pulls,
          approved,
          repository: {
            ...repository,
            owner: owner.login,
            name,
            isPublic: !isPrivate,
            defaultBranch: defaultBranchRef?.name ?? repository.defaultBranch,
          },
        });
      after = endCursor;
    }
    return failed({ kind: "too_large", detail: `GitHub's list is longer than ${100 * maxPages}` });
  };
}

async function readPage(
  client: GitHubClient,
  { id, owner, name, installationId }: Repository,
  after: string | undefined,
): Promise<Result<z.infer<typeof page>["repository"]>> {
  const read = await client.call(installationId, (kit) =>
    query(kit, text, { owner, name, after: after ?? null }, optionalFields),
  );
  if (!read.ok) return read;
  const parsed = page.safeParse(read.value);
  if (!parsed.success)
    return failed({ kind: "malformed", detail: "GitHub's answer is no list of pull requests" });
  const { repository } = parsed.data;
  return repository.databaseId === id
    ? ok(repository)
    : failed({ kind: "gone", detail: `${owner}/${name} is another repository by now` });
}

/** The pull request as ours, or `undefined` where the list does not tell all of it. */
function pullOf(repository: Repository, node: z.infer<typeof listed>): Pull | undefined {
  const { author, labels } = node;
  const isCut = labels === null || labels.totalCount !== labels.nodes.length;
  if (isCut || (author !== null && typeof author.databaseId !== "number")) return undefined;
  return {
    repositoryId: repository.id,
    number: node.number,
    headSha: node.headRefOid,
    baseRef: node.baseRefName,
    author: author === null ? ghost : actorOf(author),
    isOpen: true,
    isDraft: node.isDraft,
    labels: labels.nodes.map(({ name }) => name),
    ...((node.autoMergeRequest ?? null) !== null && { isAutoMerge: true }),
    updatedAt: Date.parse(node.updatedAt),
  };
}

function actorOf({
  __typename: type,
  login,
  databaseId,
}: NonNullable<z.infer<typeof listed>["author"]>): Pull["author"] {
  const full = type === "Bot" && !login.endsWith("[bot]") ? `${login}[bot]` : login;
  return { id: databaseId ?? ghost.id, login: full, isBot: type !== "User" };
}
