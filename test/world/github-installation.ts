import type { Account } from "./github-account.ts";
import { organizationBody, installationBody, userBody, type Body } from "./github-shapes-account.ts";
import type { Repository } from "./github-repository.ts";
import { repositoryReference } from "./github-shapes-repository.ts";
import type { Permissions, World } from "./github-world.ts";

const LEVELS = ["read", "write", "admin"];

/** Events that an app is sent whether or not it subscribed; they are not among an installation's `events`. */
type Lifecycle = "created" | "deleted" | "new_permissions_accepted" | "suspend" | "unsuspend";

/** The app on one account. Every change sends its webhook, as on GitHub. */
export class Installation {
  readonly world: World;
  readonly id: number;
  readonly account: Account;
  readonly createdAt: number;
  selection: "all" | "selected";
  /** What the account accepted, which may be less than what the app asks for. */
  permissions: Permissions;
  suspended: { by: Account; at: number } | undefined;
  deleted = false;
  updatedAt: number;

  constructor(
    world: World,
    account: Account,
    permissions: Permissions,
    selection: "all" | "selected",
    repositories: readonly Repository[],
  ) {
    this.world = world;
    this.id = world.ids.next("installation");
    this.account = account;
    this.permissions = { metadata: "read", ...permissions };
    this.selection = selection;
    this.createdAt = world.now();
    this.updatedAt = this.createdAt;
    const taken = [...world.installations.values()].some((each) => each.account === account);
    if (taken) throw new Error(`the app is already installed on ${account.login}`);
    world.installations.set(this.id, this);
    for (const repository of repositories) repository.installation = this;
    this.#announce("created", this.#owner());
  }

  #owner(): Account {
    return this.account.type === "User"
      ? this.account
      : this.world.accounts.user(`${this.account.login}-admin`);
  }

  #actor(by: string | undefined): Account {
    return by === undefined ? this.#owner() : this.world.accounts.actor(by);
  }

  /** The repositories that the installation sees. */
  repositories(): Repository[] {
    return this.world.repositories.all().filter((repository) => repository.installation === this);
  }

  /** The events it is sent: what the app subscribed to. */
  events(): string[] {
    return this.world.app.events;
  }

  /** Whether it accepted that permission at that level or above. */
  can(permission: string, level: "read" | "write"): boolean {
    return LEVELS.indexOf(this.permissions[permission] ?? "") >= LEVELS.indexOf(level);
  }

  #context(sender: Account): Body {
    const { account, world } = this;
    const organization =
      account.type === "Organization" ? { organization: organizationBody(world, account) } : {};
    return { installation: installationBody(world, this), ...organization, sender: userBody(world, sender) };
  }

  #announce(action: Lifecycle, sender: Account): void {
    const listed = action === "created" || action === "deleted";
    const repositories = listed ? { repositories: this.repositories().map(repositoryReference) } : {};
    const payload = { action, ...repositories, ...this.#context(sender) };
    this.world.outbox.add({
      event: "installation",
      action,
      payload,
      installationId: this.id,
      repositoryId: null,
    });
  }

  #announceRepositories(action: "added" | "removed", repository: Repository, sender: Account): void {
    if (this.suspended !== undefined) return;
    const payload = {
      action,
      repository_selection: this.selection,
      repositories_added: action === "added" ? [repositoryReference(repository)] : [],
      repositories_removed: action === "removed" ? [repositoryReference(repository)] : [],
      requester: null,
      ...this.#context(sender),
    };
    this.world.outbox.add({
      event: "installation_repositories",
      action,
      payload,
      installationId: this.id,
      repositoryId: null,
    });
  }

  /** Tokens are refused and repository events stop until `unsuspend`. */
  suspend(options: { by?: string } = {}): void {
    if (this.suspended !== undefined) return;
    const by = this.#actor(options.by);
    this.suspended = { by, at: this.world.now() };
    this.updatedAt = this.world.now();
    this.#announce("suspend", by);
  }

  unsuspend(options: { by?: string } = {}): void {
    if (this.suspended === undefined) return;
    this.suspended = undefined;
    this.updatedAt = this.world.now();
    this.#announce("unsuspend", this.#actor(options.by));
  }

  /** Uninstalls the app: tokens die, repositories are out of sight. */
  delete(options: { by?: string } = {}): void {
    this.#announce("deleted", this.#actor(options.by));
    for (const repository of this.repositories()) repository.installation = undefined;
    this.world.installations.delete(this.id);
    this.deleted = true;
  }

  /** The account accepts other permissions. */
  accept(permissions: Permissions, options: { by?: string } = {}): void {
    this.permissions = { metadata: "read", ...permissions };
    this.updatedAt = this.world.now();
    this.#announce("new_permissions_accepted", this.#actor(options.by));
  }

  /** Lets the installation see a repository of its account. */
  add(repository: Repository, options: { by?: string } = {}): void {
    if (repository.owner !== this.account)
      throw new Error(`${repository.fullName} does not belong to ${this.account.login}`);
    if (repository.installation === this) return;
    repository.installation = this;
    this.#announceRepositories("added", repository, this.#actor(options.by));
  }

  /** Takes a repository out of the installation's sight. */
  remove(repository: Repository, options: { by?: string } = {}): void {
    if (repository.installation !== this) return;
    repository.installation = undefined;
    this.#announceRepositories("removed", repository, this.#actor(options.by));
  }
}
