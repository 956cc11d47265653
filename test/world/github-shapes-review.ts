import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import type { Review } from "./github-reviews.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { associationOf, pullLinks } from "./github-shapes-pull.ts";
import type { World } from "./github-world.ts";

/** A review as the API lists it. */
export function reviewBody(world: World, repository: Repository, review: Review): Body {
  const link = pullLinks(world, repository, review.pull);
  const page = `${link["html"]}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: userBody(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: link["self"],
    author_association: associationOf(repository, review.pull, review.author),
    _links: { html: { href: page }, pull_request: { href: link["self"] } },
    submitted_at: timestamp(review.submittedAt),
    commit_id: review.commitSha,
  };
}

/** A review as events and the timeline show it: the state in small letters, and no text is null. */
export function reviewEventBody(world: World, repository: Repository, review: Review): Body {
  return {
    ...reviewBody(world, repository, review),
    body: review.body === "" ? null : review.body,
    state: review.state.toLowerCase(),
    updated_at: timestamp(review.updatedAt),
  };
}
