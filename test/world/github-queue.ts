import type { Account } from "./github-account.ts";
import type { Pull } from "./github-pull.ts";
import { land } from "./github-pull-merge.ts";
import { send, tell } from "./github-pull-event.ts";
import type { Move } from "./github-push.ts";
import { buildGroup, destroyGroup, queueBot, type MergeGroup } from "./github-queue-group.ts";
import { stepOf } from "./github-queue-step.ts";
import type { Done, Repository } from "./github-repository.ts";
import { verdictOf, type Verdict } from "./github-required.ts";
import { mergeQueueOf } from "./github-rule.ts";

const MINUTE = 60_000;

/** Why a pull request left a queue, in the words of `pull_request.dequeued`. */
export type Departure = "ALREADY_MERGED" | "CI_FAILURE" | "CI_TIMEOUT" | "MANUAL" | "MERGE" | "QUEUE_CLEARED";

/** A pull request in a queue; `group` undefined: it waits for one of the few groups that may be built at once. */
type Entry = { id: number; pull: Pull; by: Account; at: number; group: MergeGroup | undefined };

/** How an entry stands, in the words of GraphQL's `MergeQueueEntryState`. */
export type EntryState = "AWAITING_CHECKS" | "MERGEABLE" | "QUEUED" | "UNMERGEABLE";

/** An entry as it stands now; the first has position 1. */
export type StandingEntry = Readonly<Entry> & { number: number; position: number; state: EntryState };

const STATES: { [verdict in Verdict]: EntryState } = {
  green: "MERGEABLE",
  red: "UNMERGEABLE",
  waiting: "AWAITING_CHECKS",
};

/**
 * The merge queues of a repository, one in front of each branch whose rules hold `merge_queue`. As on GitHub an entry's
 * group holds everything ahead of it too, what is required of the branch is required of the group's head, and an entry
 * that leaves has all groups behind it built anew. Assumed, since GitHub's documentation leaves it open: an entry whose
 * check failed leaves at once, not only when it comes to the front; a pull request that is pushed to, closed, retargeted
 * or made a draft leaves as if by hand. Not asked: whether the pull request's own head is green.
 */
export class MergeQueue {
  readonly #repository: Repository;
  readonly #lines = new Map<string, Entry[]>();
  readonly #built = new Set<string>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Puts an open pull request at the end of the queue in front of its base branch. */
  add(number: number, options: Done = {}): void {
    const pull = this.#repository.pull(number);
    const branch = pull.base.ref;
    if (this.#settings(branch) === undefined) throw new Error(`${branch} has no merge queue: set its rules`);
    if (pull.state === "closed" || pull.draft) throw new Error(`pull request ${number} is closed or a draft`);
    if (this.#entry(pull) !== undefined) throw new Error(`pull request ${number} is queued already`);
    const { ids, accounts, now } = this.#repository.world;
    const by = accounts.actor(options.by ?? pull.author.login);
    const entry: Entry = { id: ids.next("queue entry"), pull, by, at: now(), group: undefined };
    this.#lines.set(branch, [...this.#line(branch), entry]);
    tell(this.#repository, pull, "added_to_merge_queue", by);
    send(this.#repository, pull, "enqueued", by);
    this.settle();
  }

  /** Takes a pull request out of its queue by hand. */
  remove(number: number, options: Done = {}): void {
    const pull = this.#repository.pull(number);
    if (this.#entry(pull) === undefined) throw new Error(`pull request ${number} is not queued`);
    this.drop(pull, "MANUAL", this.#repository.world.accounts.actor(options.by ?? pull.author.login));
  }

  /** Lets the time be over within which checks must answer: whoever still waits for one leaves. */
  expire(): void {
    for (const branch of this.#lines.keys()) {
      const late = this.entries(branch).filter(({ state }) => state === "AWAITING_CHECKS");
      for (const { pull } of late) this.#leave(pull, "CI_TIMEOUT", queueBot(this.#repository));
    }
    this.settle();
  }

  /** The queue in front of a branch, first to merge first. */
  entries(branch: string): StandingEntry[] {
    return this.#line(branch).map((entry, index) => {
      const { group, pull } = entry;
      const state =
        group === undefined ? "QUEUED" : STATES[verdictOf(this.#repository, branch, group.headSha)];
      return { ...entry, number: pull.number, position: index + 1, state };
    });
  }

  /** Where a pull request stands in its queue; undefined if it is in none. */
  entryOf(pull: Pull): StandingEntry | undefined {
    return this.entries(pull.base.ref).find((entry) => entry.pull === pull);
  }

  /** The group that was built last for a queued pull request. */
  group(number: number): MergeGroup {
    const group = this.#entry(this.#repository.pull(number))?.group;
    if (group === undefined) throw new Error(`pull request ${number} has no merge group`);
    return group;
  }

  /** Takes a pull request out of its queue if it is in one, because of what happens to it. */
  drop(pull: Pull, reason: Departure, actor: Account): void {
    if (this.#entry(pull) === undefined) return;
    this.#leave(pull, reason, actor);
    this.settle();
  }

  /** Builds all groups anew when somebody else than the queue moved its branch; without the branch there is no queue. */
  followBase(move: Move, actor: Account): void {
    if (move.kind === "merge_queue_merge" || !this.#lines.has(move.branch)) return;
    if (move.after === undefined)
      for (const { pull } of this.#line(move.branch)) this.#leave(pull, "QUEUE_CLEARED", actor);
    this.settle();
  }

  /** Does all that the statuses and the time now allow or demand; also for tests that let time pass. */
  settle(): void {
    for (const branch of this.#lines.keys()) {
      let moved = true;
      while (moved) moved = this.#step(branch);
    }
  }

  #settings(branch: string): ReturnType<typeof mergeQueueOf> {
    return mergeQueueOf(this.#repository.rules.get(branch));
  }

  #line(branch: string): readonly Entry[] {
    return this.#lines.get(branch) ?? [];
  }

  #entry(pull: Pull): Entry | undefined {
    return this.#line(pull.base.ref).find((entry) => entry.pull === pull);
  }

  /** One thing that happens by itself to a queue; false: nothing does. */
  #step(branch: string): boolean {
    const settings = this.#settings(branch);
    const first = this.#line(branch)[0];
    if (settings === undefined || first === undefined) return false;
    this.#build(branch);
    const built = this.#line(branch).flatMap(({ pull, group }) =>
      group === undefined
        ? []
        : [{ pull, group, verdict: verdictOf(this.#repository, branch, group.headSha) }],
    );
    const waited = this.#repository.world.now() - first.at;
    const step = stepOf(
      built.map(({ verdict }) => verdict),
      settings,
      waited >= settings.min_entries_to_merge_wait_minutes * MINUTE,
    );
    switch (step.kind) {
      case "wait":
        return false;
      case "leave":
        for (const { pull } of step.which.flatMap((index) => built[index] ?? []))
          this.#leave(pull, "CI_FAILURE", queueBot(this.#repository));
        return true;
      case "merge":
        this.#merge(branch, built.slice(0, step.count));
        return true;
    }
  }

  /** Destroys groups that no longer stand on the one before, and builds those that are missing. */
  #build(branch: string): void {
    const settings = this.#settings(branch);
    const tip = this.#repository.branches.get(branch);
    if (settings === undefined || tip === undefined) return;
    const line = this.#line(branch);
    let base = tip;
    const sound = line.findIndex(({ group }) => {
      const stands = group?.baseSha === base;
      if (stands) base = group.headSha;
      return !stands;
    });
    const unsound = sound === -1 ? [] : line.slice(sound);
    for (const entry of unsound) {
      const { group } = entry;
      entry.group = undefined;
      if (group !== undefined) destroyGroup(this.#repository, group, "invalidated");
    }
    for (const entry of line.slice(0, settings.max_entries_to_build)) {
      entry.group ??= buildGroup(this.#repository, entry.pull, base, settings.merge_method, this.#built);
      base = entry.group.headSha;
    }
  }

  #merge(branch: string, merging: readonly { pull: Pull; group: MergeGroup }[]): void {
    const bot = queueBot(this.#repository);
    this.#lines.set(branch, this.#line(branch).slice(merging.length));
    const landed = merging.map(({ pull, group }) => ({ pull, sha: group.headSha }));
    land(this.#repository, branch, landed, bot, "merge_queue_merge");
    for (const { pull, group } of merging) {
      destroyGroup(this.#repository, group, "merged");
      this.#tellDeparture(pull, "MERGE", bot);
    }
  }

  #leave(pull: Pull, reason: Departure, actor: Account): void {
    const entry = this.#entry(pull);
    if (entry === undefined) return;
    const rest = this.#line(pull.base.ref).filter((each) => each !== entry);
    this.#lines.set(pull.base.ref, rest);
    if (entry.group !== undefined) destroyGroup(this.#repository, entry.group, "dequeued");
    this.#tellDeparture(pull, reason, actor);
  }

  #tellDeparture(pull: Pull, reason: Departure, actor: Account): void {
    tell(this.#repository, pull, "removed_from_merge_queue", actor);
    send(this.#repository, pull, "dequeued", actor, { reason });
  }
}
