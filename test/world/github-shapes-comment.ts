import { REACTIONS, type Comment, type Reaction } from "./github-comments.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { associationOf, pullLinks, throughApp } from "./github-shapes-pull.ts";
import type { World } from "./github-world.ts";

/** How many of each reaction something has; `url` is the thing's own. */
export function reactionsBody(url: string, reactions: readonly Reaction[]): Body {
  const counts = REACTIONS.map((content): [string, number] => [
    content,
    reactions.filter((each) => each.content === content).length,
  ]);
  return { ...Object.fromEntries(counts), url: `${url}/reactions`, total_count: reactions.length };
}

/** A reaction as the API shows it. */
export function reactionBody(world: World, reaction: Reaction): Body {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: userBody(world, reaction.author),
    content: reaction.content,
    created_at: timestamp(reaction.at),
  };
}

/** A comment as the API, its events and the timeline show it. */
export function commentBody(world: World, repository: Repository, comment: Comment): Body {
  const link = pullLinks(world, repository, comment.pull);
  const url = `${world.apiUrl}/repos/${repository.fullName}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${link["html"]}#issuecomment-${comment.id}`,
    issue_url: link["issue"],
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: userBody(world, comment.author),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    author_association: associationOf(repository, comment.pull, comment.author),
    body: comment.body,
    reactions: reactionsBody(url, comment.reactions),
    performed_via_github_app: throughApp(world, comment.app),
  };
}
