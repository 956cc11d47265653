import { posix } from "node:path";
import { treeSha, type Commit, type Tree, type TreeEntry } from "./github-git.ts";
import { notFound, type Reply } from "./github-reply.ts";
import type { RepositoryCall, Routes } from "./github-route.ts";
import type { Body } from "./github-shapes-account.ts";

/** Above this GitHub leaves the content out of the JSON and gives it raw only. */
const LARGEST_INLINE = 1024 * 1024;

/** Files, directories, links and submodules at a commit. */
export const CONTENTS_ROUTES: Routes = {
  "repos/get-content": {
    for: "repository",
    needs: ["contents", "single_file"],
    level: "read",
    publicly: true,
    handle: get,
  },
};

type Place = { call: RepositoryCall; commit: Commit; ref: string };

function get(call: RepositoryCall): Reply {
  const { repository } = call;
  const path = (call.params["path"] ?? "").replace(/^\/+|\/+$/g, "");
  const ref = call.query.get("ref") ?? repository.defaultBranch;
  const commit = repository.resolve(ref);
  if (commit === undefined)
    return notFound(
      call.query.has("ref") ? `No commit found for the ref ${ref}` : "This repository is empty.",
    );
  const place = { call, commit, ref };
  const entry = commit.tree.get(path);
  if (entry === undefined) return directory(place, path);
  return one(place, path, entry);
}

function one(place: Place, path: string, entry: TreeEntry): Reply {
  const { call, commit } = place;
  const { git } = call.repository;
  if (entry.mode === "160000") {
    return {
      status: 200,
      body: {
        type: "submodule",
        submodule_git_url: git.submodule(entry.sha),
        ...about(place, path, entry.sha, 0),
      },
    };
  }
  const bytes = git.blob(entry.sha) ?? Buffer.alloc(0);
  if (entry.mode === "120000") {
    // A link to a file of the repository answers as that file does.
    const target = posix.join(posix.dirname(path), bytes.toString("utf8"));
    const file = commit.tree.get(target);
    if (file?.mode === "100644") return one(place, target, file);
    return {
      status: 200,
      body: {
        type: "symlink",
        target: bytes.toString("utf8"),
        ...about(place, path, entry.sha, bytes.length),
      },
    };
  }
  if (/\bvnd\.github\.(v3\.)?raw\b/.test(call.accept)) {
    return { status: 200, contentType: "application/vnd.github.raw+json; charset=utf-8", body: bytes };
  }
  const inline = bytes.length <= LARGEST_INLINE;
  const content = inline ? bytes.toString("base64").replaceAll(/.{1,60}/g, "$&\n") : "";
  return {
    status: 200,
    body: {
      type: "file",
      encoding: inline ? "base64" : "none",
      content,
      ...about(place, path, entry.sha, bytes.length),
    },
  };
}

function directory(place: Place, path: string): Reply {
  const { call, commit } = place;
  const prefix = path === "" ? "" : `${path}/`;
  const names = new Set(
    [...commit.tree.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length).split("/")[0] ?? ""),
  );
  if (names.size === 0) return notFound();
  const entries = [...names].toSorted().map((name) => listed(place, prefix + name));
  if (!/\bvnd\.github\.(v3\.)?object\b/.test(call.accept)) return { status: 200, body: entries };
  const sha = treeSha(commit.tree, path);
  const contentType = "application/vnd.github.object+json; charset=utf-8";
  return { status: 200, contentType, body: { type: "dir", ...about(place, path, sha, 0), entries } };
}

function listed(place: Place, path: string): Body {
  const { git } = place.call.repository;
  const tree: Tree = place.commit.tree;
  const entry = tree.get(path);
  if (entry === undefined) return { type: "dir", ...about(place, path, treeSha(tree, path), 0) };
  // GitHub lists a submodule as a file, which it calls a promise to older clients.
  const type = entry.mode === "120000" ? "symlink" : "file";
  return { type, ...about(place, path, entry.sha, git.blob(entry.sha)?.length ?? 0) };
}

function about({ call, ref, commit }: Place, path: string, sha: string, size: number): Body {
  const { repository, world } = call;
  const api = `${world.apiUrl}/repos/${repository.fullName}`;
  const self = `${api}/contents/${encodeURI(path)}?ref=${encodeURIComponent(ref)}`;
  const entry = commit.tree.get(path);
  const git = `${api}/git/${entry === undefined ? "trees" : "blobs"}/${sha}`;
  const html = `${world.webUrl}/${repository.fullName}/${entry === undefined ? "tree" : "blob"}/${ref}/${encodeURI(path)}`;
  return {
    name: posix.basename(path),
    path,
    sha,
    size,
    url: self,
    git_url: git,
    html_url: html,
    download_url:
      entry?.mode === "100644"
        ? `${world.webUrl}/${repository.fullName}/raw/${ref}/${encodeURI(path)}`
        : null,
    _links: { self, git, html },
  };
}
