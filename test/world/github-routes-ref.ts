import { refNames, refTarget } from "./github-ref.ts";
import { notFound, refuse, type Reply } from "./github-reply.ts";
import type { RepositoryCall, Routes } from "./github-route.ts";
import { refBody, tagBody } from "./github-shapes-ref.ts";

const CONTENTS = { for: "repository", needs: ["contents"], level: "read", publicly: true } as const;

/** Refs by their full names, and the objects of annotated tags. */
export const REF_ROUTES: Routes = {
  "git/get-ref": { ...CONTENTS, handle: ref },
  "git/list-matching-refs": { ...CONTENTS, handle: matching },
  "git/get-tag": { ...CONTENTS, handle: tag },
};

function emptiness({ repository }: RepositoryCall): Reply | undefined {
  return repository.branches.size === 0 ? refuse(409, "Git Repository is empty.") : undefined;
}

function ref(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  const name = params["ref"] ?? "";
  const sha = refTarget(repository, name);
  if (sha === undefined) return emptiness(call) ?? notFound();
  return { status: 200, body: refBody(world, repository, name, sha) };
}

/** Refs that begin so, all in one answer: this list has no pages. */
function matching(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  const found = refNames(repository).filter((name) => name.startsWith(params["ref"] ?? ""));
  const body = found.map((name) => refBody(world, repository, name, refTarget(repository, name) ?? ""));
  return emptiness(call) ?? { status: 200, body };
}

function tag(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  const found = repository.git.tag(params["tag_sha"] ?? "");
  return found === undefined ? notFound() : { status: 200, body: tagBody(world, repository, found) };
}
