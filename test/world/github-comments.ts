import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import { appNamed } from "./github-app.ts";
import type { Pull } from "./github-pull.ts";
import { touch } from "./github-pull-event.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { commentBody } from "./github-shapes-comment.ts";
import { issueBody } from "./github-shapes-pull.ts";
import type { App } from "./github-world.ts";

/** What GitHub lets people say with a picture. */
export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

/** One of GitHub's reactions. */
export type ReactionContent = (typeof REACTIONS)[number];

/** Somebody's reaction; nobody reacts twice with the same. */
export type Reaction = { id: number; author: Account; content: ReactionContent; at: number };

/** A comment on a pull request. `app`: the one through which it was made. Times are milliseconds. */
export type Comment = {
  readonly id: number;
  readonly pull: Pull;
  readonly author: Account;
  readonly app: App | undefined;
  readonly createdAt: number;
  body: string;
  updatedAt: number;
  readonly reactions: Reaction[];
};

/** The comments on a repository's pull requests. */
export class Comments {
  readonly #repository: Repository;
  readonly #comments = new Map<number, Comment>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** The comment of that id; undefined if there is none, or none any more. */
  get(id: number): Comment | undefined {
    return this.#comments.get(id);
  }

  /** The comments on a pull request, oldest first. */
  of(number: number): readonly Comment[] {
    return this.#repository.pull(number).comments;
  }

  /** Comments on a pull request. `viaApp`: the slug of the app through which it is done. */
  add(number: number, body: string, { by, viaApp }: { by: string; viaApp?: string | undefined }): Comment {
    const { world } = this.#repository;
    const pull = this.#repository.pull(number);
    const author = world.accounts.actor(by);
    const app = viaApp === undefined ? undefined : appNamed(world, viaApp);
    const at = touch(this.#repository, pull);
    const id = world.ids.next("comment");
    const made: Comment = { id, pull, author, app, createdAt: at, body, updatedAt: at, reactions: [] };
    this.#comments.set(id, made);
    pull.comments.push(made);
    pull.timeline.push({ event: "commented", comment: made });
    this.#tell("created", made, author);
    return made;
  }

  /** Changes what a comment says; GitHub lets its author do so, and everybody who may write. */
  edit(id: number, body: string, { by }: { by: string }): void {
    const comment = this.#known(id);
    const { body: from } = comment;
    comment.body = body;
    comment.updatedAt = touch(this.#repository, comment.pull);
    this.#tell("edited", comment, this.#repository.world.accounts.actor(by), { changes: { body: { from } } });
  }

  /** Takes a comment away, and its entry out of the timeline. */
  delete(id: number, { by }: { by: string }): void {
    const comment = this.#known(id);
    const { pull } = comment;
    this.#comments.delete(id);
    pull.comments = pull.comments.filter((each) => each !== comment);
    pull.timeline = pull.timeline.filter((entry) => entry.event !== "commented" || entry.comment !== comment);
    touch(this.#repository, pull);
    this.#tell("deleted", comment, this.#repository.world.accounts.actor(by));
  }

  /** Reacts to a comment; `fresh` unless the same reaction was there already. Apps are sent nothing of it. */
  react(
    id: number,
    content: ReactionContent,
    { by }: { by: string },
  ): { reaction: Reaction; fresh: boolean } {
    const { world } = this.#repository;
    const { reactions } = this.#known(id);
    const author = world.accounts.actor(by);
    const known = reactions.find((each) => each.author === author && each.content === content);
    if (known !== undefined) return { reaction: known, fresh: false };
    const reaction: Reaction = { id: world.ids.next("reaction"), author, content, at: world.now() };
    reactions.push(reaction);
    return { reaction, fresh: true };
  }

  #known(id: number): Comment {
    const comment = this.#comments.get(id);
    if (comment === undefined) throw new Error(`no comment ${id} in ${this.#repository.fullName}`);
    return comment;
  }

  #tell(action: "created" | "edited" | "deleted", comment: Comment, sender: Account, more: Body = {}): void {
    const details = (): Body => ({
      issue: issueBody(this.#repository.world, this.#repository, comment.pull),
      comment: commentBody(this.#repository.world, this.#repository, comment),
      ...more,
    });
    announce(this.#repository, "issue_comment", action, details, sender);
  }
}
