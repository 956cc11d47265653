import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Pull } from "./github-pull.ts";
import { touch } from "./github-pull-event.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { listedPullBody } from "./github-shapes-pull.ts";
import { reviewEventBody } from "./github-shapes-review.ts";

/** What a reviewer may submit. */
export type Opinion = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";

/** What is to be said of a pull request as it is now. */
export type ReviewDraft = { by: string; body?: string; state: Opinion };

/** A review of a pull request. `commitSha`: the head that it is about. Times are milliseconds. */
export type Review = {
  readonly id: number;
  readonly pull: Pull;
  readonly author: Account;
  readonly commitSha: string;
  readonly submittedAt: number;
  body: string;
  state: Opinion | "DISMISSED";
  updatedAt: number;
};

/** The reviews of a repository's pull requests. */
export class Reviews {
  readonly #repository: Repository;
  readonly #reviews = new Map<number, Review>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** The review of that id. */
  get(id: number): Review | undefined {
    return this.#reviews.get(id);
  }

  /** The reviews of a pull request, oldest first. */
  of(number: number): readonly Review[] {
    return this.#repository.pull(number).reviews;
  }

  /** Submits a review of the present head. As on GitHub nobody judges their own work, and all but an approval has a text. */
  submit(number: number, draft: ReviewDraft): Review {
    const { world } = this.#repository;
    const { state, body = "" } = draft;
    const pull = this.#repository.pull(number);
    const author = world.accounts.actor(draft.by);
    if (author === pull.author && state !== "COMMENTED")
      throw new Error(`${author.login} cannot judge their own pull request ${number}`);
    if (body === "" && state !== "APPROVED") throw new Error(`a review that is ${state} needs a text`);
    const id = world.ids.next("review");
    const at = touch(this.#repository, pull);
    const { sha: commitSha } = pull.head;
    const made: Review = { id, pull, author, commitSha, submittedAt: at, body, state, updatedAt: at };
    this.#reviews.set(id, made);
    pull.reviews.push(made);
    pull.timeline.push({ event: "reviewed", review: made });
    this.#tell("submitted", made, author);
    return made;
  }

  /** Changes what a review says; it stays bound to its commit. */
  edit(id: number, body: string, { by }: { by: string }): void {
    const review = this.#known(id);
    const { body: from } = review;
    review.body = body;
    review.updatedAt = touch(this.#repository, review.pull);
    this.#tell("edited", review, this.#repository.world.accounts.actor(by), { changes: { body: { from } } });
  }

  /** Takes the weight from an approval or a request for changes; mere comments have none. */
  dismiss(id: number, message: string, { by }: { by: string }): void {
    const { world } = this.#repository;
    const review = this.#known(id);
    const { pull, state } = review;
    if (state === "COMMENTED" || state === "DISMISSED")
      throw new Error(`review ${id} is ${state}, which cannot be dismissed`);
    const actor = world.accounts.actor(by);
    review.state = "DISMISSED";
    review.updatedAt = touch(this.#repository, pull);
    pull.timeline.push({
      event: "review_dismissed",
      id: world.ids.next("event"),
      actor,
      at: review.updatedAt,
      app: undefined,
      dismissed: { review, state, message },
    });
    this.#tell("dismissed", review, actor);
  }

  #known(id: number): Review {
    const review = this.#reviews.get(id);
    if (review === undefined) throw new Error(`no review ${id} in ${this.#repository.fullName}`);
    return review;
  }

  #tell(
    action: "submitted" | "edited" | "dismissed",
    review: Review,
    sender: Account,
    more: Body = {},
  ): void {
    const { world } = this.#repository;
    const details = (): Body => ({
      review: reviewEventBody(world, this.#repository, review),
      pull_request: listedPullBody(world, this.#repository, review.pull),
      ...more,
    });
    announce(this.#repository, "pull_request_review", action, details, sender);
  }
}

/**
 * What the reviewers of a pull request make of it together: each one's newest opinion counts, a comment is none, and
 * one request for changes outweighs all approvals. Undefined where nobody has an opinion. Whether reviews are required,
 * and who of the reviewers may write, is for the caller to know.
 */
export function reviewDecision(pull: Pull): "APPROVED" | "CHANGES_REQUESTED" | undefined {
  const judged = pull.reviews.filter(({ state }) => state !== "COMMENTED");
  const newest = [...new Map(judged.map((review) => [review.author, review.state])).values()];
  if (newest.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  return newest.includes("APPROVED") ? "APPROVED" : undefined;
}
