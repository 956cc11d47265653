import { createHash } from "node:crypto";
import { email, type Account } from "./github-account.ts";
import type { TagObject } from "./github-git-tag.ts";

/** What a path holds: text or bytes, a symbolic link to a path, or a submodule at a URL. */
export type FileContent = string | Uint8Array | { symlink: string } | { submodule: string };

/** A change to a tree: path -> new content, or null to delete. */
export type Files = { [path: string]: FileContent | null };

/** `mode` is git's: 100644 file, 120000 symbolic link, 160000 submodule. */
export type TreeEntry = { mode: "100644" | "120000" | "160000"; sha: string };

/** Path -> entry of a whole tree, directories implied. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** A commit; `at` is in milliseconds, whole seconds only. */
export type Commit = {
  sha: string;
  treeSha: string;
  tree: Tree;
  parents: readonly string[];
  author: Account;
  at: number;
  message: string;
};

/** What a commit is made of. */
export type CommitDraft = { parents: string[]; files: Files; author: Account; at: number; message: string };

/** Paths by what happened to them between two trees. */
export type TreeChanges = { added: string[]; modified: string[]; removed: string[] };

/** An object's name as git computes it. */
export function objectSha(type: "blob" | "tree" | "commit" | "tag", body: Uint8Array): string {
  return createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");
}

/** The name of the tree at a directory ("" for the root); empty trees have git's name for them. */
export function treeSha(tree: Tree, directory: string): string {
  const prefix = directory === "" ? "" : `${directory}/`;
  const rows = new Map<string, { mode: string; sha: string; order: string }>();
  for (const [path, entry] of tree) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...rest] = path.slice(prefix.length).split("/");
    if (rest.length === 0) rows.set(name, { ...entry, order: name });
    else if (!rows.has(name))
      rows.set(name, { mode: "40000", sha: treeSha(tree, prefix + name), order: `${name}/` });
  }
  const sorted = [...rows].toSorted(([, a], [, b]) =>
    Buffer.compare(Buffer.from(a.order), Buffer.from(b.order)),
  );
  const bodies = sorted.map(([name, { mode, sha }]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, "hex")]),
  );
  return objectSha("tree", Buffer.concat(bodies));
}

/** What changed from one tree to another, each list in alphabetical order. */
export function treeChanges(from: Tree, to: Tree): TreeChanges {
  const added = [...to.keys()].filter((path) => !from.has(path));
  const modified = [...to].filter(([path, entry]) => from.has(path) && from.get(path)?.sha !== entry.sha);
  const removed = [...from.keys()].filter((path) => !to.has(path));
  return {
    added: added.toSorted(),
    modified: modified.map(([path]) => path).toSorted(),
    removed: removed.toSorted(),
  };
}

/** The objects of a repository and all its forks, as on GitHub, where a fork's commits are reachable from its parent. */
export class GitStore {
  readonly #blobs = new Map<string, Buffer>();
  readonly #commits = new Map<string, Commit>();
  readonly #submodules = new Map<string, string>();
  readonly #tags = new Map<string, TagObject>();

  blob(sha: string): Buffer | undefined {
    return this.#blobs.get(sha);
  }

  commit(sha: string): Commit | undefined {
    return this.#commits.get(sha);
  }

  tag(sha: string): TagObject | undefined {
    return this.#tags.get(sha);
  }

  keepTag(tag: TagObject): void {
    this.#tags.set(tag.sha, tag);
  }

  /** The commit that a sha names itself or, as a tag object, through however many tags. */
  peel(sha: string): Commit | undefined {
    const tag = this.#tags.get(sha);
    return tag === undefined ? this.#commits.get(sha) : this.peel(tag.target.sha);
  }

  /** The URL of a submodule, by the commit that its entry names. */
  submodule(sha: string): string | undefined {
    return this.#submodules.get(sha);
  }

  /** Commits the files on top of the first parent's tree. */
  write(draft: CommitDraft): Commit {
    const tree = new Map(this.#treeOf(draft.parents[0]));
    for (const [path, content] of Object.entries(draft.files)) {
      if (content === null) tree.delete(path);
      else tree.set(path, this.#entry(content));
    }
    return this.#store(draft, tree);
  }

  /** Commits the merge of `head` into `base`: what `head` changed since they parted wins. `squash`: as one commit without the second parent. */
  merge(base: string, head: string, draft: Omit<CommitDraft, "parents" | "files">, squash = false): Commit {
    const theirs = this.#treeOf(head);
    const changes = treeChanges(this.#treeOf(this.mergeBase(base, head)), theirs);
    const tree = new Map(this.#treeOf(base));
    for (const path of changes.removed) tree.delete(path);
    for (const path of [...changes.added, ...changes.modified]) {
      const entry = theirs.get(path);
      if (entry !== undefined) tree.set(path, entry);
    }
    return this.#store({ ...draft, parents: squash ? [base] : [base, head] }, tree);
  }

  #treeOf(sha: string | undefined): Tree {
    return (sha === undefined ? undefined : this.#commits.get(sha)?.tree) ?? new Map();
  }

  #store(draft: Omit<CommitDraft, "files">, tree: Tree): Commit {
    const at = Math.floor(draft.at / 1000) * 1000;
    const root = treeSha(tree, "");
    const who = `${draft.author.login} <${email(draft.author)}> ${at / 1000} +0000`;
    const parents = draft.parents.map((sha) => `parent ${sha}\n`).join("");
    const body = `tree ${root}\n${parents}author ${who}\ncommitter ${who}\n\n${draft.message}\n`;
    const sha = objectSha("commit", Buffer.from(body));
    const commit: Commit = {
      sha,
      treeSha: root,
      tree,
      parents: draft.parents,
      author: draft.author,
      at,
      message: draft.message,
    };
    this.#commits.set(sha, commit);
    return commit;
  }

  #entry(content: FileContent): TreeEntry {
    if (typeof content === "object" && "submodule" in content) {
      const sha = objectSha("commit", Buffer.from(content.submodule));
      this.#submodules.set(sha, content.submodule);
      return { mode: "160000", sha };
    }
    const link = typeof content === "object" && "symlink" in content;
    const bytes = Buffer.from(link ? content.symlink : content);
    const sha = objectSha("blob", bytes);
    this.#blobs.set(sha, bytes);
    return { mode: link ? "120000" : "100644", sha };
  }

  #ancestors(sha: string): Set<string> {
    const seen = new Set<string>();
    const todo = [sha];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      todo.push(...(this.#commits.get(next)?.parents ?? []));
    }
    return seen;
  }

  /** Whether `ancestor` is reachable from `sha` (a commit reaches itself). */
  reaches(sha: string, ancestor: string): boolean {
    return this.#ancestors(sha).has(ancestor);
  }

  /** The newest commit on the first-parent line of `a` that `b` reaches; undefined if they share none. */
  mergeBase(a: string, b: string): string | undefined {
    const known = this.#ancestors(b);
    for (let at: string | undefined = a; at !== undefined; at = this.#commits.get(at)?.parents[0]) {
      if (known.has(at)) return at;
    }
    return undefined;
  }

  /** The commits that `head` reaches and `base` does not, every commit after its parents. */
  between(base: string, head: string): Commit[] {
    const seen = this.#ancestors(base);
    const found: Commit[] = [];
    const todo = [{ sha: head, parentsDone: false }];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const commit = this.#commits.get(next.sha);
      if (commit === undefined) continue;
      if (next.parentsDone) {
        found.push(commit);
        continue;
      }
      if (seen.has(next.sha)) continue;
      seen.add(next.sha);
      todo.push({ sha: next.sha, parentsDone: true });
      for (const sha of commit.parents.toReversed()) todo.push({ sha, parentsDone: false });
    }
    return found;
  }
}
