import type { Ids } from "./github-ids.ts";

/** Somebody on GitHub. `id` never changes, `login` may. */
export type Account = { id: number; login: string; type: "User" | "Bot" | "Organization" };

/** A person. */
export type User = Account & { type: "User" };

/** An app's or a service's own account; the login ends with `[bot]`. */
export type Bot = Account & { type: "Bot" };

/** An organization. */
export type Organization = Account & { type: "Organization" };

/** Whether a member has accepted the invitation. */
export type Membership = "active" | "pending";

/** A team; members by lower-case login. A child team's members are members of its parent too. */
export type Team = {
  id: number;
  organization: Account;
  slug: string;
  parent: string | undefined;
  members: Map<string, Membership>;
};

/** The no-reply address that GitHub gives an account; a bot's is without its brackets, which addresses cannot hold. */
export function email(account: Account): string {
  return `${account.id}+${account.login.replace("[bot]", "")}@users.noreply.github.com`;
}

/** Everybody on the simulated GitHub. Logins are compared without case, as on GitHub. */
export class Accounts {
  readonly #ids: Ids;
  readonly #accounts = new Map<string, Account>();
  readonly #teams = new Map<string, Team>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  #make(login: string, type: Account["type"]): Account {
    const known = this.#accounts.get(login.toLowerCase());
    if (known !== undefined) {
      if (known.type !== type)
        throw new Error(`${login} is already a ${known.type}, so it cannot be a ${type}`);
      return known;
    }
    const account: Account = { id: this.#ids.named("account", login.toLowerCase()), login, type };
    this.#accounts.set(login.toLowerCase(), account);
    return account;
  }

  user(login: string): User {
    return this.#make(login, "User") as User;
  }

  bot(login: string): Bot {
    if (!login.endsWith("[bot]")) throw new Error(`the login of a bot ends with [bot]: ${login}`);
    return this.#make(login, "Bot") as Bot;
  }

  organization(login: string): Organization {
    return this.#make(login, "Organization") as Organization;
  }

  find(login: string): Account | undefined {
    return this.#accounts.get(login.toLowerCase());
  }

  /** The person or bot of that login, made if there is none. */
  actor(login: string): User | Bot {
    return login.endsWith("[bot]") ? this.bot(login) : this.user(login);
  }

  /** Makes a team or replaces its members. */
  setTeam(
    organization: Account,
    slug: string,
    members: { [login: string]: Membership },
    parent?: string,
  ): Team {
    const entries = Object.entries(members).map(([login, state]): [string, Membership] => {
      this.user(login);
      return [login.toLowerCase(), state];
    });
    const key = `${organization.login}/${slug}`.toLowerCase();
    const id = this.#ids.named("team", key);
    const team: Team = { id, organization, slug, parent, members: new Map(entries) };
    this.#teams.set(key, team);
    return team;
  }

  team(organization: string, slug: string): Team | undefined {
    return this.#teams.get(`${organization}/${slug}`.toLowerCase());
  }

  /** A person's membership of a team or of any team below it. */
  membership(team: Team, login: string): Membership | undefined {
    const own = team.members.get(login.toLowerCase());
    if (own !== undefined) return own;
    for (const each of this.#teams.values()) {
      if (each.organization !== team.organization || each.parent !== team.slug) continue;
      const below = this.membership(each, login);
      if (below !== undefined) return below;
    }
    return undefined;
  }
}
