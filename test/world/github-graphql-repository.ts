import type { GraphQLResolveInfo } from "graphql";
import type { Account } from "./github-account.ts";
import type { Authority } from "./github-auth.ts";
import { graphqlError, pageOf, type Page, type PageArguments } from "./github-graphql-page.ts";
import { timestamp } from "./github-ids.ts";
import type { Standing } from "./github-limits.ts";
import { reviewDecision } from "./github-reviews.ts";
import type { Pull } from "./github-pull.ts";
import type { StandingEntry } from "./github-queue.ts";
import type { Repository } from "./github-repository.ts";
import { repositoryRefusal } from "./github-route.ts";
import { mergeQueueOf } from "./github-rule.ts";
import type { World } from "./github-world.ts";

/** Who asks, and how the caller will stand afterwards. */
export type GraphqlCall = { world: World; authority: Authority; standing: Standing };

/** An object of the schema: field -> value, or how to find it. */
export type Source = { [field: string]: unknown };

type PullState = "CLOSED" | "MERGED" | "OPEN";

type PullArguments = PageArguments & {
  states?: PullState[] | null;
  baseRefName?: string | null;
  orderBy?: { field: "COMMENTS" | "CREATED_AT" | "UPDATED_AT"; direction: "ASC" | "DESC" } | null;
};

/** What a query may begin with. */
export function rootOf(call: GraphqlCall): Source {
  const { limit, remaining, reset } = call.standing;
  return {
    rateLimit: { cost: 1, limit, remaining, resetAt: timestamp(reset * 1000) },
    repository: (args: { owner: string; name: string; followRenames: boolean }) => {
      const { repositories } = call.world;
      const { owner, name } = args;
      const moved = args.followRenames ? repositories.movedFrom(owner, name) : undefined;
      const repository = repositories.byName(owner, name) ?? moved;
      if (repository === undefined || !may(call, repository, "metadata", true)) {
        const message = `Could not resolve to a Repository with the name '${owner}/${name}'.`;
        throw graphqlError("NOT_FOUND", message);
      }
      return repositorySource(call, repository);
    },
  };
}

function may(
  { authority }: GraphqlCall,
  repository: Repository,
  permission: string,
  publicly: boolean,
): boolean {
  const asked = { for: "repository", needs: [permission], level: "read", publicly } as const;
  return repositoryRefusal(authority, repository, asked) === undefined;
}

function demand(call: GraphqlCall, repository: Repository, permission: string): void {
  if (!may(call, repository, permission, true))
    throw graphqlError("FORBIDDEN", "Resource not accessible by integration");
}

/** An account; GraphQL tells a bot's login without `[bot]`, which REST appends. */
function accountSource({ id, login, type }: Account): Source {
  return { __typename: type, databaseId: id, login: login.replace(/\[bot\]$/, "") };
}

function repositorySource(call: GraphqlCall, repository: Repository): Source {
  const { branches, defaultBranch, id, name, owner, rules } = repository;
  return {
    databaseId: id,
    name,
    isPrivate: repository.private,
    owner: accountSource(owner),
    defaultBranchRef: () => {
      demand(call, repository, "contents");
      const oid = branches.get(defaultBranch);
      return oid === undefined ? null : { name: defaultBranch, target: { __typename: "Commit", oid } };
    },
    pullRequests: (args: PullArguments, _: unknown, info: GraphQLResolveInfo) => {
      demand(call, repository, "pull_requests");
      return pullsPage(call, repository, args, info);
    },
    mergeQueue: (args: { branch?: string | null }) => {
      const branch = args.branch ?? defaultBranch;
      const there = mergeQueueOf(rules.get(branch)) !== undefined;
      return there && seesQueue(call, repository) ? queueSource(call, repository, branch) : null;
    },
  };
}

/** Assumed, since GitHub's documentation does not say: an app without `merge_queues` is told that there is no queue. */
function seesQueue(call: GraphqlCall, repository: Repository): boolean {
  return may(call, repository, "merge_queues", false);
}

function stateOf(pull: Pull): PullState {
  if (pull.merged !== undefined) return "MERGED";
  return pull.state === "open" ? "OPEN" : "CLOSED";
}

function pullsPage(
  call: GraphqlCall,
  repository: Repository,
  args: PullArguments,
  info: GraphQLResolveInfo,
): Page<Source> {
  const { states, baseRefName, orderBy } = args;
  const found = [...repository.pulls.values()].filter(
    (pull) => (states?.includes(stateOf(pull)) ?? true) && (baseRefName ?? pull.base.ref) === pull.base.ref,
  );
  const sign = orderBy?.direction === "DESC" ? -1 : 1;
  const key = (pull: Pull): number => {
    if (orderBy?.field === "COMMENTS") return pull.comments.length;
    return orderBy?.field === "UPDATED_AT" ? pull.updatedAt : pull.createdAt;
  };
  const placed = found.map((pull) => ({
    place: [sign * key(pull), sign * pull.number] as const,
    item: pullSource(call, repository, pull),
  }));
  return pageOf(placed, args, info);
}

function pullSource(call: GraphqlCall, repository: Repository, pull: Pull): Source {
  const enabled = pull.timeline.findLast(({ event }) => event === "auto_merge_enabled");
  const enabledAt = enabled !== undefined && "at" in enabled ? timestamp(enabled.at) : null;
  return {
    number: pull.number,
    state: stateOf(pull),
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    baseRepository: () => repositorySource(call, repository),
    isDraft: pull.draft,
    updatedAt: timestamp(pull.updatedAt),
    author: accountSource(pull.author),
    labels: (args: PageArguments, _: unknown, info: GraphQLResolveInfo) =>
      pageOf(
        pull.labels.map(({ name }, index) => ({ place: [index, 0] as const, item: { name } })),
        args,
        info,
      ),
    autoMergeRequest: pull.autoMerge === undefined ? null : { enabledAt },
    mergeQueueEntry: () => {
      const entry = seesQueue(call, repository) ? repository.queue.entryOf(pull) : undefined;
      return entry === undefined ? null : entrySource(call, repository, entry);
    },
    reviewDecision: reviewDecision(pull) ?? null,
  };
}

function queueSource(call: GraphqlCall, repository: Repository, branch: string): Source {
  return {
    entries: (args: PageArguments, _: unknown, info: GraphQLResolveInfo) =>
      pageOf(
        repository.queue
          .entries(branch)
          .map((entry) => ({ place: [entry.id, 0] as const, item: entrySource(call, repository, entry) })),
        args,
        info,
      ),
  };
}

function entrySource(call: GraphqlCall, repository: Repository, entry: StandingEntry): Source {
  const { group, position, pull, state } = entry;
  return {
    position,
    state,
    headCommit: group === undefined ? null : { oid: group.headSha },
    baseCommit: group === undefined ? null : { oid: group.baseSha },
    pullRequest: () => {
      demand(call, repository, "pull_requests");
      return pullSource(call, repository, pull);
    },
  };
}
