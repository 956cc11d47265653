import { email, type Account } from "./github-account.ts";
import { tagObject, type Signature, type Tagger } from "./github-git-tag.ts";
import { announceRef, type RefMove } from "./github-push.ts";
import type { Done, Repository } from "./github-repository.ts";

/** GitHub sends no `create`, `delete` or `push` at all for more tags than these in one push. */
const MOST_ANNOUNCED = 3;

/** What makes a tag annotated: its message, who signs for it (default: who pushes it), its signature (default: none). */
export type Annotation = { message: string; tagger?: Tagger; signature?: Signature };

/** One tag of a push: a commit or a tag object to point at, undefined to delete the tag. */
export type PushedTag = { name: string; sha: string | undefined; annotated?: Annotation | undefined };

/** How a tag is set: by whom, and annotated or else lightweight. */
export type TagOptions = Done & { annotated?: Annotation };

/** The tags of a repository; every push sends its webhooks, as on GitHub. */
export class Tags {
  readonly #repository: Repository;
  readonly #actor: (by: string | undefined) => Account;
  readonly #targets = new Map<string, string>();

  constructor(repository: Repository, actor: (by: string | undefined) => Account) {
    this.#repository = repository;
    this.#actor = actor;
  }

  /** What a tag points at: a commit, or the tag object of an annotated one. */
  get(name: string): string | undefined {
    return this.#targets.get(name);
  }

  names(): string[] {
    return [...this.#targets.keys()];
  }

  /** Makes a tag. Gives the sha that it points at, which for an annotated one is the new tag object's. */
  create(name: string, sha: string, options: TagOptions = {}): string {
    if (this.#targets.has(name)) throw new Error(`${this.#repository.fullName} has a tag ${name} already`);
    return this.#set(name, sha, options);
  }

  /** Points a tag at something else, by force. Gives the sha that it points at now. */
  move(name: string, sha: string, options: TagOptions = {}): string {
    this.#known(name);
    return this.#set(name, sha, options);
  }

  delete(name: string, options: Done = {}): void {
    this.push([{ name, sha: undefined }], options);
  }

  /** Makes, moves and deletes tags in one push. */
  push(tags: readonly PushedTag[], options: Done = {}): void {
    const repository = this.#repository;
    const actor = this.#actor(options.by);
    const moves = tags.map((tag) => this.#point(tag, actor)).filter(({ before, after }) => before !== after);
    if (moves.length === 0) return;
    repository.pushedAt = repository.world.now();
    repository.updatedAt = repository.pushedAt;
    if (moves.length > MOST_ANNOUNCED) return;
    for (const move of moves) announceRef(repository, move, actor);
  }

  #known(name: string): string {
    const sha = this.#targets.get(name);
    if (sha === undefined) throw new Error(`no tag ${name} in ${this.#repository.fullName}`);
    return sha;
  }

  #set(name: string, sha: string, { annotated, ...options }: TagOptions): string {
    this.push([{ name, sha, annotated }], options);
    return this.#known(name);
  }

  #point({ name, sha, annotated }: PushedTag, actor: Account): RefMove {
    const { git } = this.#repository;
    const ref = `refs/tags/${name}`;
    if (sha === undefined) {
      const before = this.#known(name);
      this.#targets.delete(name);
      return { ref, before, after: undefined, forced: false };
    }
    const before = this.#targets.get(name);
    const after = annotated === undefined ? sha : this.#annotate(name, sha, annotated, actor);
    const commit = git.peel(after);
    if (commit === undefined) throw new Error(`no object ${after} in ${this.#repository.fullName}`);
    this.#targets.set(name, after);
    const old = before === undefined ? undefined : git.peel(before)?.sha;
    return { ref, before, after, forced: old !== undefined && !git.reaches(commit.sha, old) };
  }

  #annotate(name: string, sha: string, annotation: Annotation, actor: Account): string {
    const { git, world } = this.#repository;
    const {
      message,
      tagger = { name: actor.login, email: email(actor) },
      signature = "unsigned",
    } = annotation;
    const type = git.tag(sha) === undefined ? "commit" : "tag";
    const made = tagObject({ name, target: { sha, type }, tagger, at: world.now(), message, signature });
    git.keepTag(made);
    return made.sha;
  }
}
