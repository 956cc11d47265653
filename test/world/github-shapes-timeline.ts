import { nodeId, timestamp } from "./github-ids.ts";
import type { Pull, TimelineEntry } from "./github-pull.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { timelineCommitBody } from "./github-shapes-commit.ts";
import { commentBody } from "./github-shapes-comment.ts";
import { throughApp } from "./github-shapes-pull.ts";
import { reviewEventBody } from "./github-shapes-review.ts";
import type { World } from "./github-world.ts";

/**
 * The timeline, oldest first. Like GitHub's it tells only the commits that the pull request has now: those that a
 * force push took away are gone from it.
 */
export function timelineBody(world: World, repository: Repository, pull: Pull): Body[] {
  const present = new Set(repository.git.between(pull.base.sha, pull.head.sha).map((commit) => commit.sha));
  return pull.timeline.flatMap((entry) => entryBody(world, repository, entry, present));
}

function entryBody(world: World, repository: Repository, entry: TimelineEntry, present: Set<string>): Body[] {
  if (entry.event === "committed") {
    const commit = repository.git.commit(entry.sha);
    return commit === undefined || !present.has(entry.sha)
      ? []
      : [timelineCommitBody(world, repository, commit)];
  }
  if (entry.event === "commented") {
    const body = commentBody(world, repository, entry.comment);
    return [{ event: "commented", ...body, actor: body["user"] }];
  }
  if (entry.event === "reviewed")
    return [{ event: "reviewed", ...reviewEventBody(world, repository, entry.review) }];
  const url = `${world.apiUrl}/repos/${repository.fullName}`;
  const commitSha = "commitSha" in entry ? entry.commitSha : undefined;
  const done = {
    id: entry.id,
    node_id: nodeId("EV", entry.id),
    url: `${url}/issues/events/${entry.id}`,
    actor: userBody(world, entry.actor),
    event: entry.event,
    commit_id: commitSha ?? null,
    commit_url: commitSha === undefined ? null : `${url}/commits/${commitSha}`,
    created_at: timestamp(entry.at),
    performed_via_github_app: throughApp(world, entry.app),
  };
  if ("label" in entry) return [{ ...done, label: { name: entry.label.name, color: entry.label.color } }];
  if (entry.event === "renamed") return [{ ...done, rename: { from: entry.from, to: entry.to } }];
  if (entry.event === "review_dismissed") {
    const { review, state, message } = entry.dismissed;
    const dismissed = { state: state.toLowerCase(), review_id: review.id, dismissal_message: message };
    return [{ ...done, dismissed_review: dismissed }];
  }
  return [done];
}
