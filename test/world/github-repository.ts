import type { Account } from "./github-account.ts";
import { moveBranch } from "./github-branch.ts";
import { Actions } from "./github-actions.ts";
import { Deployments } from "./github-deployment.ts";
import { Environments } from "./github-environment.ts";
import { Checks } from "./github-checks.ts";
import { Comments } from "./github-comments.ts";
import { GitStore, type Commit, type Files } from "./github-git.ts";
import type { Installation } from "./github-installation.ts";
import * as labels from "./github-label.ts";
import * as actions from "./github-pull-actions.ts";
import type { Label, Pull } from "./github-pull.ts";
import type { Activity, Move } from "./github-push.ts";
import { resolveRef } from "./github-ref.ts";
import type { RepositoryDraft } from "./github-repositories.ts";
import { MergeQueue } from "./github-queue.ts";
import { merge } from "./github-pull-merge.ts";
import * as moves from "./github-repository-moves.ts";
import { Reviews, type ReviewDraft } from "./github-reviews.ts";
import { Roles, type Grant, type Role } from "./github-role.ts";
import type { BranchRule, Protection } from "./github-rule.ts";
import type { Ruleset } from "./github-ruleset.ts";
import { setStatus, StatusBook, type Status, type StatusDraft } from "./github-status.ts";
import { Tags } from "./github-tag.ts";
import type { World } from "./github-world.ts";

/** Who does something, by login; a login ending with `[bot]` is a bot. */
export type Done = { by?: string };

/** A repository: its state, which tests may read, and everything that people do to it. Changes send webhooks as on GitHub. */
export class Repository {
  readonly world: World;
  readonly id: number;
  readonly parent: Repository | undefined;
  readonly git: GitStore;
  readonly createdAt: number;
  readonly branches = new Map<string, string>();
  readonly tags = new Tags(this, (by) => this.#actor(by));
  readonly pulls = new Map<number, Pull>();
  readonly labels = new Map<string, Label>();
  readonly statusBook = new StatusBook();
  readonly checks = new Checks(this);
  readonly comments = new Comments(this);
  readonly reviews = new Reviews(this);
  readonly activities: Activity[] = [];
  /** Branch -> classic protection. */
  readonly protection = new Map<string, Protection>();
  /** Branch -> active ruleset rules, from whatever level; tests set them (see github-rule.ts). */
  readonly rules = new Map<string, BranchRule[]>();
  /** Rulesets as GitHub lists them; tests set them. They stop nobody here. */
  readonly rulesets: Ruleset[] = [];
  readonly roles = new Roles();
  readonly environments = new Environments(this);
  readonly deployments = new Deployments(this);
  /** What `repository_dispatch` told its workflows. */
  readonly dispatches: { eventType: string; payload: object }[] = [];
  readonly actions = new Actions(this);
  readonly queue: MergeQueue;
  owner: Account;
  name: string;
  private: boolean;
  defaultBranch: string;
  installation: Installation | undefined;
  deleted = false;
  updatedAt: number;
  pushedAt: number;

  constructor(world: World, draft: RepositoryDraft) {
    this.world = world;
    this.id = world.repositories.newId(world.ids, `${draft.owner.login}/${draft.name}`);
    this.owner = draft.owner;
    this.name = draft.name;
    this.private = draft.private;
    this.defaultBranch = draft.defaultBranch;
    this.parent = draft.parent;
    this.git = draft.parent?.git ?? new GitStore();
    this.createdAt = world.now();
    this.updatedAt = this.createdAt;
    this.pushedAt = this.createdAt;
    this.queue = new MergeQueue(this);
    world.repositories.file(this);
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  #actor(by: string | undefined): Account {
    return this.world.accounts.actor(
      by ?? (this.owner.type === "User" ? this.owner.login : `${this.owner.login}-admin`),
    );
  }

  /** Gives a person a role; an organization's own role needs the built-in one that it stands on. */
  permit(login: string, role: string, base?: Role): void {
    this.world.accounts.actor(login);
    this.roles.give(login, role, base);
  }

  /** A person's role; undefined if none was given. A user's own repository makes them admin. */
  roleOf(login: string): Grant | undefined {
    const own = this.owner.login.toLowerCase() === login.toLowerCase();
    return own ? { name: "admin", base: "admin" } : this.roles.of(login);
  }

  /** The commit that a branch, a tag, a full ref or a sha means; the branch where a tag has the same name. */
  resolve(ref: string): Commit | undefined {
    return resolveRef(this, ref);
  }

  /** Commits files on a branch and pushes it; a new branch starts from `from`, by default from the default branch. Gives the sha. */
  commit(branch: string, files: Files, options: Done & { message?: string; from?: string } = {}): string {
    const tip = this.branches.get(branch) ?? this.resolve(options.from ?? this.defaultBranch)?.sha;
    const names = Object.keys(files);
    const commit = this.git.write({
      parents: tip === undefined ? [] : [tip],
      files,
      author: this.#actor(options.by),
      at: this.world.now(),
      message: options.message ?? `Change ${names.length === 0 ? "nothing" : names.join(", ")}`,
    });
    this.move(branch, commit.sha, options);
    return commit.sha;
  }

  /** Points a branch at a commit that exists (undefined: deletes the branch), with all that GitHub does then. */
  move(branch: string, sha: string | undefined, options: Done & { kind?: Move["kind"] } = {}): void {
    moveBranch(this, branch, sha, this.#actor(options.by), options.kind);
  }

  /** Every status of a commit, oldest first. */
  statuses(sha: string): readonly Status[] {
    return this.statusBook.of(sha);
  }

  /** The status that GitHub shows for a context. */
  latestStatus(sha: string, context: string): Status | undefined {
    return this.statusBook.latest(sha, context);
  }

  /** Sets a status as somebody other than the app. */
  setStatus(sha: string, status: StatusDraft, options: Done = {}): Status {
    return setStatus(this, sha, status, this.#actor(options.by));
  }

  /** Requires checks of a branch by classic protection; undefined ends it. */
  protect(branch: string, protection: Protection | undefined): void {
    if (protection === undefined) this.protection.delete(branch);
    else this.protection.set(branch, protection);
  }

  /** The pull request, as it is now. */
  pull(number: number): Pull {
    const pull = this.pulls.get(number);
    if (pull === undefined) throw new Error(`no pull request ${number} in ${this.fullName}`);
    return pull;
  }

  openPull(draft: actions.PullDraft): { number: number; id: number; headSha: string } {
    const { number, id, head } = actions.openPull(this, draft);
    return { number, id, headSha: head.sha };
  }

  /** Pushes to a pull request's head: new files, with `force` in place of its commits, or an existing commit. Gives the new head. */
  push(
    number: number,
    files: Files,
    options: Done & { force?: boolean; toSha?: string; message?: string } = {},
  ): string {
    return actions.pushToPull(this, this.pull(number), files, this.#actor(options.by), options);
  }

  label(number: number, name: string, options: Done & { viaApp?: string } = {}): void {
    labels.label(this, this.pull(number), name, this.#actor(options.by), options.viaApp);
  }

  unlabel(number: number, name: string, options: Done & { viaApp?: string } = {}): void {
    labels.unlabel(this, this.pull(number), name, this.#actor(options.by), options.viaApp);
  }

  /** Comments on a pull request. Gives the comment's id. */
  comment(number: number, body: string, options: Done & { viaApp?: string } = {}): number {
    return this.comments.add(number, body, { ...options, by: this.#actor(options.by).login }).id;
  }

  /** Reviews a pull request's present head. Gives the review's id. */
  review(number: number, draft: ReviewDraft): number {
    return this.reviews.submit(number, draft).id;
  }

  retarget(number: number, base: string, options: Done = {}): void {
    actions.retarget(this, this.pull(number), base, this.#actor(options.by));
  }

  editBody(number: number, body: string, options: Done = {}): void {
    actions.editText(this, this.pull(number), { body }, this.#actor(options.by));
  }

  editTitle(number: number, title: string, options: Done = {}): void {
    actions.editText(this, this.pull(number), { title }, this.#actor(options.by));
  }

  close(number: number, options: Done = {}): void {
    actions.close(this, this.pull(number), this.#actor(options.by));
  }

  reopen(number: number, options: Done = {}): void {
    actions.reopen(this, this.pull(number), this.#actor(options.by));
  }

  /** Merges with a merge commit, whose sha it gives. */
  merge(number: number, options: Done = {}): string {
    return merge(this, this.pull(number), this.#actor(options.by));
  }

  setDraft(number: number, draft: boolean, options: Done = {}): void {
    actions.setDraft(this, this.pull(number), draft, this.#actor(options.by));
  }

  setAutoMerge(number: number, on: boolean, options: Done = {}): void {
    actions.setAutoMerge(this, this.pull(number), on, this.#actor(options.by));
  }

  /** A new name; the old one redirects. */
  rename(name: string, options: Done = {}): void {
    moves.rename(this, name, this.#actor(options.by));
  }

  /** A new owner; `installation` is the app's there, if it sees the repository. */
  transfer(owner: string, options: Done & { installation?: Installation } = {}): void {
    moves.transfer(this, owner, options.installation, this.#actor(options.by));
  }

  delete(options: Done = {}): void {
    moves.remove(this, this.#actor(options.by));
  }

  publicize(options: Done = {}): void {
    moves.setPrivate(this, false, this.#actor(options.by));
  }

  privatize(options: Done = {}): void {
    moves.setPrivate(this, true, this.#actor(options.by));
  }
}
