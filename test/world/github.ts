/**
 * GitHub for tests and for the demo: state that people change through methods, an HTTP face that apps talk to, webhooks
 * that it sends. Every request, answer and webhook is held against GitHub's own description (github-contract.ts), so a
 * test that passes here has spoken nothing but GitHub's language; `assertClean` says so.
 *
 * What it models: one GitHub App, its installations and tokens; apps registered from a manifest; people, teams and
 * roles; repositories with real git objects, branches, tags and their signatures, rulesets (told, not enforced),
 * statuses, check runs and their suites, labels, pull requests with comments, reviews and timelines; merge queues with their groups;
 * deployments, environments with custom protection rules and the workflow runs that wait for them; queries over pulls
 * and queues (github-graphql.ts); rate limits; deliveries and redelivery.
 * What it does not: what annotations say, comments on lines, issues that are no pull requests; of deployments the merging of the default branch, of environments
 * every other protection (reviewers, timers, branches).
 *
 * Time is `now`, which tests may hold still; only tokens are measured by the real clock (github-auth.ts). Nothing sleeps.
 */
import type { Bot, Membership, Team, User } from "./github-account.ts";
import { appKey } from "./github-app.ts";
import { openDesk, type GitHubOptions } from "./github-desk.ts";
import type { Fault } from "./github-faults.ts";
import type { Desk, HttpFace, LoggedRequest } from "./github-http.ts";
import { Installation } from "./github-installation.ts";
import type { Limits } from "./github-limits.ts";
import type { Attempt, WebhookDelivery } from "./github-outbox.ts";
import { Repository } from "./github-repository.ts";
import type { Violation } from "./github-violations.ts";
import type { Permissions, World } from "./github-world.ts";

/** An account on which the app is installed. */
export type InstallationDraft = {
  account: string;
  accountType?: "Organization" | "User";
  permissions?: Permissions;
  selection?: "all" | "selected";
  /** What it is installed on at once, which its `created` tells. */
  repositories?: readonly Repository[];
};

/** A repository; private unless said otherwise, and out of the app's sight without `installation`. */
export type RepositorySpec = {
  owner: string;
  name: string;
  private?: boolean;
  defaultBranch?: string;
  installation?: Installation;
};

/** A running GitHub; see `startGitHub`. */
export class GitHub {
  readonly appId: number;
  readonly appSlug: string;
  /** The app's private key, PEM. */
  readonly privateKey = appKey();
  readonly webhookSecret: string;
  /** Base of the API, e.g. `http://127.0.0.1:41234`; also answers below `/api/v3` and at `/api/graphql`. */
  readonly url: string;
  readonly world: World;
  readonly limits: Limits;
  /** Every request since the start or the last `forget`, in order of arrival. */
  readonly requests: LoggedRequest[];
  readonly #desk: Desk;
  readonly #face: HttpFace;

  constructor(desk: Desk, face: HttpFace, webhookSecret: string) {
    const { world } = desk;
    this.world = world;
    this.appId = world.app.id;
    this.appSlug = world.app.slug;
    this.webhookSecret = webhookSecret;
    this.url = world.apiUrl;
    this.limits = desk.limits;
    this.requests = desk.log;
    this.#desk = desk;
    this.#face = face;
  }

  user(login: string): User {
    return this.world.accounts.user(login);
  }

  bot(login: string): Bot {
    return this.world.accounts.bot(login);
  }

  /** A team of an organization; replaces the members of one that is there. `parent`: the slug of the team above. */
  team(organization: string, slug: string, members: { [login: string]: Membership }, parent?: string): Team {
    const { accounts } = this.world;
    return accounts.setTeam(accounts.organization(organization), slug, members, parent);
  }

  /** Installs the app on an account. */
  installation(draft: InstallationDraft): Installation {
    const { accounts, app } = this.world;
    const type = draft.accountType ?? "Organization";
    const account = type === "User" ? accounts.user(draft.account) : accounts.organization(draft.account);
    return new Installation(
      this.world,
      account,
      draft.permissions ?? app.permissions,
      draft.selection ?? "selected",
      draft.repositories ?? [],
    );
  }

  repository(spec: RepositorySpec): Repository {
    const { accounts } = this.world;
    const { installation, name } = spec;
    const owner = installation?.account ?? accounts.find(spec.owner) ?? accounts.organization(spec.owner);
    if (owner.login.toLowerCase() !== spec.owner.toLowerCase())
      throw new Error(`the installation is on ${owner.login}, not on ${spec.owner}`);
    const draft = { owner, name, private: spec.private ?? true, defaultBranch: spec.defaultBranch ?? "main" };
    const repository = new Repository(this.world, draft);
    installation?.add(repository);
    return repository;
  }

  /**
   * What GitHub's page does when a person registers an app from a manifest: gives the code that it appends to the
   * manifest's `redirect_url`, or throws what it would complain of. The world's own app stays the one that acts.
   */
  registerFromManifest(manifest: unknown, owner = "ann"): string {
    return this.world.manifests.submit(manifest, owner);
  }

  /** A person's token, for clients that are no app. */
  personalToken(login: string): string {
    return this.#desk.tokens.personal(this.user(login));
  }

  /** An installation's token, as the app would be given it. */
  installationToken(installation: Installation): string {
    const { permissions } = installation;
    return this.#desk.tokens.mint({ installation, permissions, repositories: undefined }).token;
  }

  /** Lets the hour of every installation token have passed. */
  expireTokens(): void {
    this.#desk.tokens.expire();
  }

  /** Plans a failure of requests to come; the function given takes it back. */
  fail(fault: Fault): () => void {
    return this.#desk.faults.plan(fault);
  }

  /** How many requests there were of that method to a path (without query) that matches, or of that GraphQL operation. */
  count(filter: { method?: string; path?: RegExp; operation?: string } = {}): number {
    const { method, operation, path } = filter;
    return this.requests.filter(
      (each) =>
        (method ?? each.method) === each.method &&
        (operation ?? each.operation) === each.operation &&
        (path === undefined || each.path.search(path) !== -1),
    ).length;
  }

  /** Empties the log of requests. */
  forget(): void {
    this.requests.length = 0;
  }

  /** Where webhooks go from now on; undefined: nowhere. Those made before are not sent by this. */
  sendWebhooksTo(url: string | undefined): void {
    this.world.outbox.sendTo(url);
  }

  /** Every webhook made, in order, sent or not. */
  get deliveries(): readonly WebhookDelivery[] {
    return this.world.outbox.deliveries;
  }

  /** Makes webhooks wait: nothing is sent but by `deliver` and `deliverAll`. */
  holdWebhooks(): void {
    this.world.outbox.hold();
  }

  /** Ends `holdWebhooks` and starts sending all that waited. */
  releaseWebhooks(): void {
    this.world.outbox.release();
  }

  /** Sends one webhook now, for the first time or again, and waits for the answer. */
  async deliver(guid: string): Promise<Attempt> {
    return this.world.outbox.deliver(guid);
  }

  /** Sends webhooks one after the other; `order` may leave some out and name others twice. Default: all never sent, in order. */
  async deliverAll(options: { order?: readonly string[] } = {}): Promise<Attempt[]> {
    return this.world.outbox.deliverAll(options.order);
  }

  /** Sends again, under the same GUID, all whose last attempt failed. */
  async redeliverFailed(): Promise<Attempt[]> {
    return this.world.outbox.deliverAll(this.world.outbox.failed().map(({ guid }) => guid));
  }

  /** Waits until every webhook in flight is answered. */
  async settled(): Promise<void> {
    await this.world.outbox.settled();
  }

  /** What went against GitHub's contract so far. */
  get violations(): readonly Violation[] {
    return this.world.violations.list;
  }

  /** Throws, listing them, if there were violations. */
  assertClean(): void {
    this.world.violations.assertNone();
  }

  /** Stops serving and sending. */
  async stop(): Promise<void> {
    this.world.outbox.stop();
    await this.#face.stop();
  }
}

/** Starts a GitHub on the loopback interface with one registered app and nobody else. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const { desk, face } = await openDesk(options);
  return new GitHub(desk, face, options.webhookSecret);
}
