import type { Account } from "./github-account.ts";
import type { Files } from "./github-git.ts";
import type { Pull } from "./github-pull.ts";
import { send, tell, touch } from "./github-pull-event.ts";
import type { Move } from "./github-push.ts";
import { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";

/**
 * A pull request to be opened. `head` is a branch, made from the base if it does not exist; `files` are committed
 * on it first (by default one small file, if the branch is new). `fork` names the repository that holds the head.
 */
export type PullDraft = {
  head: string;
  base?: string;
  author: string;
  title?: string;
  body?: string | null;
  draft?: boolean;
  files?: Files;
  fork?: string;
};

function forkOf(repository: Repository, fullName: string): Repository {
  const { world } = repository;
  const [owner = "", name = ""] = fullName.split("/");
  const known = world.repositories.byName(owner, name);
  if (known !== undefined) return known;
  const { private: hidden, defaultBranch } = repository;
  const account = world.accounts.find(owner) ?? world.accounts.user(owner);
  return new Repository(world, { owner: account, name, private: hidden, defaultBranch, parent: repository });
}

/** Opens a pull request; issues and pull requests share their numbers, so the first is 1. */
export function openPull(repository: Repository, draft: PullDraft): Pull {
  const { world, git } = repository;
  const home = draft.fork === undefined ? repository : forkOf(repository, draft.fork);
  const number = repository.pulls.size + 1;
  const ref = draft.base ?? repository.defaultBranch;
  const base = repository.branches.get(ref);
  if (base === undefined)
    throw new Error(`no branch ${ref} in ${repository.fullName}: commit to it before opening a pull request`);
  const title = draft.title ?? `Change ${number}`;
  const fresh = home.branches.has(draft.head) ? undefined : { [`change-${number}.txt`]: `${title}\n` };
  const files = draft.files ?? fresh;
  if (files !== undefined) home.commit(draft.head, files, { by: draft.author, message: title, from: base });
  const author = world.accounts.actor(draft.author);
  const at = world.now();
  const pull: Pull = {
    id: world.ids.next("pull"),
    number,
    title,
    body: draft.body ?? null,
    state: "open",
    draft: draft.draft ?? false,
    author,
    head: { repository: home, ref: draft.head, sha: home.branches.get(draft.head) ?? base },
    base: { ref, sha: base },
    labels: [],
    comments: [],
    reviews: [],
    timeline: [],
    createdAt: at,
    updatedAt: at,
    closedAt: undefined,
    merged: undefined,
    autoMerge: undefined,
  };
  for (const { sha } of git.between(base, pull.head.sha)) pull.timeline.push({ event: "committed", sha });
  repository.pulls.set(number, pull);
  send(repository, pull, "opened", author);
  return pull;
}

/** Moves the heads of the open pull requests that come from a branch which moved; one whose branch is gone closes. */
export function followHead(repository: Repository, home: Repository, move: Move, actor: Account): void {
  for (const pull of repository.pulls.values()) {
    if (pull.state !== "open" || pull.head.repository !== home || pull.head.ref !== move.branch) continue;
    repository.queue.drop(pull, "MANUAL", actor);
    if (move.after === undefined) {
      close(repository, pull, actor);
      continue;
    }
    const before = pull.head.sha;
    moveHead(repository, pull, move.after);
    if (move.kind === "force_push") tell(repository, pull, "head_ref_force_pushed", actor, move.after);
    touch(repository, pull);
    send(repository, pull, "synchronize", actor, { before, after: move.after });
  }
}

function moveHead(repository: Repository, pull: Pull, sha: string): void {
  pull.head.sha = sha;
  pull.base.sha = repository.branches.get(pull.base.ref) ?? pull.base.sha;
  const told = new Set(pull.timeline.map((entry) => (entry.event === "committed" ? entry.sha : "")));
  for (const commit of repository.git.between(pull.base.sha, sha)) {
    if (!told.has(commit.sha)) pull.timeline.push({ event: "committed", sha: commit.sha });
  }
}

/** Pushes to the branch that a pull request comes from. Gives the new head. */
export function pushToPull(
  repository: Repository,
  pull: Pull,
  files: Files,
  actor: Account,
  options: { force?: boolean; toSha?: string; message?: string },
): string {
  const { world, git } = repository;
  const { repository: home, ref } = pull.head;
  const message = options.message ?? `Change ${pull.number} again`;
  const onto =
    options.force === true ? (git.mergeBase(pull.base.sha, pull.head.sha) ?? pull.base.sha) : pull.head.sha;
  const sha =
    options.toSha ?? git.write({ parents: [onto], files, author: actor, at: world.now(), message }).sha;
  home.move(ref, sha, { by: actor.login });
  return sha;
}

/** Aims a pull request at another base branch. */
export function retarget(repository: Repository, pull: Pull, base: string, actor: Account): void {
  const sha = repository.branches.get(base);
  if (sha === undefined) throw new Error(`no branch ${base} in ${repository.fullName}`);
  repository.queue.drop(pull, "MANUAL", actor);
  const from = pull.base;
  pull.base = { ref: base, sha };
  tell(repository, pull, "base_ref_changed", actor);
  send(repository, pull, "edited", actor, {
    changes: { base: { ref: { from: from.ref }, sha: { from: from.sha } } },
  });
}

/** Changes the title or the text. */
export function editText(
  repository: Repository,
  pull: Pull,
  text: { title?: string; body?: string },
  actor: Account,
): void {
  const at = touch(repository, pull);
  const changes: Body = {};
  if (text.title !== undefined) {
    const { title: from } = pull;
    const id = repository.world.ids.next("event");
    pull.timeline.push({ event: "renamed", id, actor, at, app: undefined, from, to: text.title });
    changes["title"] = { from };
    pull.title = text.title;
  }
  if (text.body !== undefined) {
    changes["body"] = { from: pull.body ?? "" };
    pull.body = text.body;
  }
  send(repository, pull, "edited", actor, { changes });
}

/** Closes without merging. */
export function close(repository: Repository, pull: Pull, actor: Account): void {
  if (pull.state === "closed") return;
  repository.queue.drop(pull, "MANUAL", actor);
  pull.state = "closed";
  pull.closedAt = repository.world.now();
  tell(repository, pull, "closed", actor);
  send(repository, pull, "closed", actor);
}

/** Opens again, at where the head's branch is by now. */
export function reopen(repository: Repository, pull: Pull, actor: Account): void {
  if (pull.state === "open" || pull.merged !== undefined) return;
  pull.state = "open";
  pull.closedAt = undefined;
  moveHead(repository, pull, pull.head.repository.branches.get(pull.head.ref) ?? pull.head.sha);
  tell(repository, pull, "reopened", actor);
  send(repository, pull, "reopened", actor);
}

/** Makes a draft of a pull request, or declares it ready for review. */
export function setDraft(repository: Repository, pull: Pull, draft: boolean, actor: Account): void {
  if (pull.draft === draft) return;
  if (draft) repository.queue.drop(pull, "MANUAL", actor);
  pull.draft = draft;
  tell(repository, pull, draft ? "convert_to_draft" : "ready_for_review", actor);
  send(repository, pull, draft ? "converted_to_draft" : "ready_for_review", actor);
}

/** Enables or disables auto-merge. */
export function setAutoMerge(repository: Repository, pull: Pull, on: boolean, actor: Account): void {
  if ((pull.autoMerge !== undefined) === on) return;
  pull.autoMerge = on ? actor : undefined;
  tell(repository, pull, on ? "auto_merge_enabled" : "auto_merge_disabled", actor);
  send(repository, pull, on ? "auto_merge_enabled" : "auto_merge_disabled", actor, on ? {} : { reason: "" });
}
