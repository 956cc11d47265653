import type { Actor, Pull, Repository } from "../domain/subject.ts";
import { ok } from "../gate/failure.ts";
import type { GitHubReader, TimelineEntry } from "../gate/ports.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

type GitHubPull = Awaited<ReturnType<Kit["rest"]["pulls"]["get"]>>["data"];
type ListedPull = Awaited<ReturnType<Kit["rest"]["pulls"]["list"]>>["data"][number];
type GitHubTimelineEvent = Awaited<
  ReturnType<Kit["rest"]["issues"]["listEventsForTimeline"]>
>["data"][number];

/** Pull requests, their timelines, and who pushed what. */
export function pullsOver(
  client: GitHubClient,
): Pick<GitHubReader, "pull" | "openPulls" | "timeline" | "pusher"> {
  return {
    async pull(repository, number) {
      const { owner, name: repo, installationId } = repository;
      const read = await client.call(installationId, ({ rest }) =>
        rest.pulls.get({ owner, repo, pull_number: number }),
      );
      if (!read.ok) return read;
      const { head, body } = read.value;
      return ok({
        pull: pullOf(repository, read.value),
        body: body ?? "",
        headBranch: head.repo?.id === repository.id ? head.ref : undefined,
      });
    },

    async openPulls(repository) {
      const { owner, name: repo, installationId } = repository;
      const pages = await allPages((page) =>
        client.call(installationId, ({ rest }) =>
          rest.pulls.list({ owner, repo, state: "open", per_page: perPage, page }),
        ),
      );
      if (!pages.ok) return pages;
      const base = pages.value[0]?.base.repo;
      const described =
        base === undefined ? {} : { owner: base.owner.login, name: base.name, isPublic: !base.private };
      return ok({
        pulls: pages.value.map((pull) => pullOf(repository, pull)),
        repository: { ...repository, ...described },
      });
    },

    async timeline({ owner, name: repo, installationId }, number) {
      const pages = await allPages((page) =>
        client.call(installationId, ({ rest }) =>
          rest.issues.listEventsForTimeline({ owner, repo, issue_number: number, per_page: perPage, page }),
        ),
      );
      return pages.ok ? ok(pages.value.flatMap((event) => entryOf(event) ?? [])) : pages;
    },

    async pusher({ owner, name: repo, installationId }, branch, sha) {
      const ref = `refs/heads/${branch}`;
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.listActivities({ owner, repo, ref, per_page: perPage }),
      );
      if (!read.ok)
        return read.failure.kind === "gone" || read.failure.kind === "refused" ? ok(undefined) : read;
      return ok(actorOf(read.value.find((activity) => activity.after === sha)?.actor));
    },
  };
}

/** GitHub's pull request as ours. */
function pullOf(repository: Repository, pull: GitHubPull | ListedPull): Pull {
  return {
    repositoryId: repository.id,
    number: pull.number,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    author: actorOf(pull.user) ?? ghost,
    isOpen: pull.state === "open",
    isDraft: pull.draft === true,
    labels: pull.labels.map(({ name }) => name),
    ...(pull.auto_merge !== null && { isAutoMerge: true }),
    updatedAt: Date.parse(pull.updated_at),
  };
}

/** GitHub's stand-in for deleted accounts. */
export const ghost: Actor = { id: 10_137, login: "ghost", isBot: false };

function actorOf(
  user: { readonly id: number; readonly login: string; readonly type?: string } | null | undefined,
): Actor | undefined {
  return user ? { id: user.id, login: user.login, isBot: user.type !== "User" } : undefined;
}

function entryOf(event: GitHubTimelineEvent): TimelineEntry | undefined {
  if (!("event" in event)) return undefined;
  switch (event.event) {
    case "labeled":
    case "unlabeled": {
      if (!("label" in event) || !("actor" in event) || typeof event.label !== "object") return undefined;
      const isThroughApp = "performed_via_github_app" in event && event.performed_via_github_app !== null;
      return {
        kind: event.event,
        label: event.label.name ?? "",
        actor: actorOf(event.actor),
        at: Date.parse("created_at" in event ? (event.created_at ?? "") : ""),
        isThroughApp,
      };
    }
    case "committed":
    case "head_ref_force_pushed":
      return { kind: "head_moved" };
    case "commented":
      return "body" in event && "actor" in event
        ? { kind: "comment", actor: actorOf(event.actor), body: event.body ?? "" }
        : undefined;
    default:
      return undefined;
  }
}
