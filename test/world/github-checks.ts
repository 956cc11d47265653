import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import { appNamed } from "./github-app.ts";
import {
  addRun,
  changeRun,
  suiteStatus,
  type CheckChange,
  type CheckDraft,
  type CheckRun,
  type CheckSuite,
} from "./github-check.ts";
import type { Repository } from "./github-repository.ts";
import { appBody, type Body } from "./github-shapes-account.ts";
import { checkRunEventBody, checkSuiteBody } from "./github-shapes-check.ts";
import type { App } from "./github-world.ts";

/** What only the app that a run or a suite belongs to is told, and only if it may write checks. */
const OWNERS_ONLY = new Set(["rerequested", "requested", "requested_action"]);

/**
 * The check runs of a repository. GitHub tells every app that listens and may read checks what runs are made and
 * completed, by whatever app, and asks only the owner of a run or a suite for another one. It subscribes an app that may
 * write checks to both events by itself; here it is the app's `events` that say so.
 */
export class Checks {
  readonly #repository: Repository;
  readonly #suites = new Map<string, CheckSuite[]>();
  readonly #runs = new Map<number, CheckRun>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Every run of a commit, by whatever app; those of one app oldest first. */
  of(sha: string): readonly CheckRun[] {
    return this.suites(sha).flatMap(({ runs }) => runs);
  }

  /** The run that GitHub shows for a name: the newest one, of our app unless another's slug is given. */
  latest(sha: string, name: string, slug = this.#repository.world.app.slug): CheckRun | undefined {
    return this.of(sha).findLast((run) => run.name === name && run.suite.app.slug === slug);
  }

  /** The suites of a commit, one to an app. */
  suites(sha: string): readonly CheckSuite[] {
    return this.#suites.get(sha) ?? [];
  }

  /** The run of that id, unless GitHub has deleted it. */
  run(id: number): CheckRun | undefined {
    return this.#runs.get(id);
  }

  /** Makes a run as another app, e.g. `github-actions`. */
  createAs(slug: string, draft: CheckDraft): CheckRun {
    return this.create(appNamed(this.#repository.world, slug), draft);
  }

  /** Makes a run as the app itself; the commit must be there. */
  create(app: App, draft: CheckDraft): CheckRun {
    const { world, git, fullName } = this.#repository;
    if (git.commit(draft.head_sha) === undefined)
      throw new Error(`no commit ${draft.head_sha} in ${fullName}`);
    const suite = this.#suite(app, draft.head_sha);
    const run: CheckRun = {
      id: world.ids.next("check run"),
      suite,
      name: draft.name,
      status: "queued",
      conclusion: undefined,
      startedAt: world.now(),
      completedAt: undefined,
      detailsUrl: String(appBody(world, app)["external_url"]),
      externalId: "",
      output: { title: null, summary: null, text: null, annotations: 0 },
      actions: [],
    };
    this.#runs.set(run.id, run);
    for (const { id } of addRun(suite, run)) this.#runs.delete(id);
    this.#change(run, draft, () => this.#tellRun("created", run, app.bot));
    return run;
  }

  /** Changes a run as its app. */
  update(run: CheckRun, change: CheckChange): void {
    this.#change(run, change, () => undefined);
  }

  /** Somebody asks for a run anew. GitHub leaves the run as it is, and puts its suite back to `queued`. */
  rerequest(id: number, { by }: { by: string }): void {
    const run = this.#known(id);
    run.suite.rerequested = true;
    this.#tellRun("rerequested", run, this.#repository.world.accounts.actor(by));
  }

  /** Somebody presses one of a run's buttons, which GitHub shows once the run is completed. */
  press(id: number, identifier: string, { by }: { by: string }): void {
    const run = this.#known(id);
    const offered = run.status === "completed" && run.actions.some((each) => each.identifier === identifier);
    if (!offered) throw new Error(`check run ${id} shows no button ${identifier}`);
    const actor = this.#repository.world.accounts.actor(by);
    this.#tellRun("requested_action", run, actor, { requested_action: { identifier } });
  }

  /** Somebody asks for all of our app's runs of a commit anew. */
  rerequestSuite(sha: string, { by }: { by: string }): void {
    const { world, fullName } = this.#repository;
    const suite = this.suites(sha).find(({ app }) => app === world.app);
    if (suite === undefined) throw new Error(`no check suite of ${world.app.slug} for ${sha} in ${fullName}`);
    suite.rerequested = true;
    this.#tellSuite("rerequested", suite, world.accounts.actor(by));
  }

  /** Asks our app for checks of a commit that was pushed, unless it has a suite there. */
  request(sha: string, pusher: Account): void {
    const { world, installation } = this.#repository;
    if (installation?.can("checks", "write") !== true) return;
    if (this.suites(sha).some(({ app }) => app === world.app)) return;
    this.#tellSuite("requested", this.#suite(world.app, sha), pusher);
  }

  #known(id: number): CheckRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw new Error(`no check run ${id} in ${this.#repository.fullName}`);
    return run;
  }

  #suite(app: App, sha: string): CheckSuite {
    const suites = this.#suites.get(sha) ?? [];
    this.#suites.set(sha, suites);
    const known = suites.find((each) => each.app.id === app.id);
    if (known !== undefined) return known;
    const { world } = this.#repository;
    const at = world.now();
    const id = world.ids.next("check suite");
    const made: CheckSuite = { id, app, sha, createdAt: at, updatedAt: at, runs: [], rerequested: false };
    suites.push(made);
    return made;
  }

  /** Changes a run and tells, after `first`, what it completes by that. */
  #change(run: CheckRun, change: CheckChange, first: () => void): void {
    const { suite } = run;
    changeRun(run, change, this.#repository.world.now());
    suite.rerequested = false;
    suite.updatedAt = this.#repository.world.now();
    first();
    if (change.conclusion === undefined) return;
    this.#tellRun("completed", run, suite.app.bot);
    if (suiteStatus(suite) === "completed") this.#tellSuite("completed", suite, suite.app.bot);
  }

  #hears(action: string, app: App): boolean {
    const { installation, world } = this.#repository;
    return !OWNERS_ONLY.has(action) || (app === world.app && installation?.can("checks", "write") === true);
  }

  #tellRun(
    action: "created" | "completed" | "rerequested" | "requested_action",
    run: CheckRun,
    sender: Account,
    more: Body = {},
  ): void {
    if (!this.#hears(action, run.suite.app)) return;
    const details = (): Body => ({ check_run: checkRunEventBody(this.#repository, run), ...more });
    announce(this.#repository, "check_run", action, details, sender);
  }

  #tellSuite(action: "completed" | "requested" | "rerequested", suite: CheckSuite, sender: Account): void {
    if (!this.#hears(action, suite.app)) return;
    const details = (): Body => ({ check_suite: checkSuiteBody(this.#repository, suite) });
    announce(this.#repository, "check_suite", action, details, sender);
  }
}
