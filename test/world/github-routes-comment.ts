import type { Comment, ReactionContent } from "./github-comments.ts";
import { invalid, notFound, type Reply } from "./github-reply.ts";
import { actorOf, appOf, paged, withPull, type RepositoryCall, type Routes } from "./github-route.ts";
import { commentBody, reactionBody } from "./github-shapes-comment.ts";

const PERMISSIONS = { for: "repository", needs: ["issues", "pull_requests"] } as const;
const READ = { ...PERMISSIONS, level: "read", publicly: true } as const;
const WRITE = { ...PERMISSIONS, level: "write", publicly: false } as const;

/** GitHub takes this many characters of comment. */
const COMMENT_CHARACTERS = 65_536;

/** Comments on pull requests, and reactions to them. */
export const COMMENT_ROUTES: Routes = {
  "issues/create-comment": { ...WRITE, handle: create },
  "issues/get-comment": { ...READ, handle: onComment(get) },
  "issues/list-comments": { ...READ, handle: list },
  "issues/update-comment": { ...WRITE, handle: onComment(update) },
  "reactions/create-for-issue-comment": { ...WRITE, handle: onComment(react) },
};

function onComment(
  handle: (call: RepositoryCall, comment: Comment) => Reply,
): (call: RepositoryCall) => Reply {
  return (call) => {
    const comment = call.repository.comments.get(Number(call.params["comment_id"]));
    return comment === undefined ? notFound() : handle(call, comment);
  };
}

/** GitHub's refusal of a text; undefined if it takes it. */
function refusal(text: string): Reply | undefined {
  const wrong = (message: string): Reply =>
    invalid([{ resource: "IssueComment", code: "unprocessable", field: "data", message }]);
  if (text.trim() === "") return wrong("Body cannot be blank");
  return [...text].length > COMMENT_CHARACTERS
    ? wrong(`Body is too long (maximum is ${COMMENT_CHARACTERS} characters)`)
    : undefined;
}

function create(call: RepositoryCall): Reply {
  const { repository, world } = call;
  return withPull(call, call.params["issue_number"], ({ number }) => {
    const text = String(call.body["body"]);
    const refused = refusal(text);
    if (refused !== undefined) return refused;
    const made = repository.comments.add(number, text, { by: actorOf(call).login, viaApp: appOf(call) });
    const body = commentBody(world, repository, made);
    return { status: 201, headers: { Location: String(body["url"]) }, body };
  });
}

function get({ repository, world }: RepositoryCall, comment: Comment): Reply {
  return { status: 200, body: commentBody(world, repository, comment) };
}

function list(call: RepositoryCall): Reply {
  const { repository, world, query } = call;
  return withPull(call, call.params["issue_number"], ({ comments }) => {
    const since = query.get("since");
    const found = comments.filter(({ updatedAt }) => since === null || updatedAt >= Date.parse(since));
    const { items, headers } = paged(call, found);
    return { status: 200, headers, body: items.map((each) => commentBody(world, repository, each)) };
  });
}

function update(call: RepositoryCall, comment: Comment): Reply {
  const text = String(call.body["body"]);
  const refused = refusal(text);
  if (refused !== undefined) return refused;
  call.repository.comments.edit(comment.id, text, { by: actorOf(call).login });
  return get(call, comment);
}

function react(call: RepositoryCall, comment: Comment): Reply {
  // The contract has checked which it is.
  const content = call.body["content"] as ReactionContent;
  const { reaction, fresh } = call.repository.comments.react(comment.id, content, {
    by: actorOf(call).login,
  });
  return { status: fresh ? 201 : 200, body: reactionBody(call.world, reaction) };
}
