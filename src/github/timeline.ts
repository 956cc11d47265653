import { ok } from "../gate/failure.ts";
import type { GitHubReader, TimelineEntry } from "../gate/ports.ts";
import { accountOf } from "./account.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { allPages, perPage } from "./pages.ts";

type Listed = Awaited<ReturnType<Kit["rest"]["issues"]["listEventsForTimeline"]>>["data"][number];

/** What happened on a pull request, as far as a bypass asks. */
export function timelineOver(client: GitHubClient): Pick<GitHubReader, "timeline"> {
  return {
    async timeline({ owner, name: repo, installationId }, number) {
      const pages = await allPages((page) =>
        client.call(installationId, ({ rest }) =>
          rest.issues.listEventsForTimeline({ owner, repo, issue_number: number, per_page: perPage, page }),
        ),
      );
      return pages.ok ? ok(pages.value.flatMap((event) => entryOf(event) ?? [])) : pages;
    },
  };
}

function entryOf(event: Listed): TimelineEntry | undefined {
  if (!("event" in event)) return undefined;
  switch (event.event) {
    case "labeled":
    case "unlabeled":
      if (!("label" in event) || !("actor" in event) || typeof event.label !== "object") return undefined;
      return {
        kind: event.event,
        label: event.label.name ?? "",
        actor: accountOf(event.actor),
        at: Date.parse("created_at" in event ? (event.created_at ?? "") : ""),
        isThroughApp: isThroughApp(event),
      };
    case "committed":
    case "head_ref_force_pushed":
      return { kind: "head_moved" };
    case "commented": {
      if (!("issue_url" in event) || !("user" in event)) return undefined;
      const { user, body, created_at: madeAt, updated_at: changedAt } = event;
      return {
        kind: "comment",
        actor: accountOf(user),
        at: Date.parse(madeAt),
        body: body ?? "",
        isEdited: changedAt !== madeAt,
        isThroughApp: isThroughApp(event),
      };
    }
    case "reviewed": {
      if (!("submitted_at" in event) || !("state" in event) || event.submitted_at === undefined)
        return undefined;
      const { user, body, state, commit_id: commitSha, submitted_at: at } = event;
      // Whoever dismisses a review takes back what it asked for.
      if (state.toLowerCase() === "dismissed") return undefined;
      // GitHub need not tell when a review was changed last; then nobody knows whose words it holds.
      const changedAt = "updated_at" in event ? event.updated_at : undefined;
      const review = { actor: accountOf(user), at: Date.parse(at), body: body ?? "", commitSha };
      return { kind: "review", ...review, isEdited: changedAt !== at };
    }
    default:
      return undefined;
  }
}

function isThroughApp(event: object): boolean {
  const app = "performed_via_github_app" in event ? event.performed_via_github_app : undefined;
  return app !== null && app !== undefined;
}
