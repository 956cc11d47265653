/** GitHub's built-in repository roles, weakest first. */
export const ROLES = ["read", "triage", "write", "maintain", "admin"] as const;

/** One of GitHub's built-in repository roles. */
export type Role = (typeof ROLES)[number];

/** A person's role: `name` is the `role_name`, which may be an organization's own; `base` the built-in role it stands on. */
export type Grant = { name: string; base: Role };

/** The roles that people were given in one repository. Logins are compared without case. */
export class Roles {
  readonly #grants = new Map<string, Grant>();

  /** Gives a role, in place of any before. Throws if it is no built-in role and does not say on which one it stands. */
  give(login: string, name: string, base: Role | undefined = ROLES.find((each) => each === name)): void {
    if (base === undefined) throw new Error(`${name} is no built-in role; say on which one it stands`);
    this.#grants.set(login.toLowerCase(), { name, base });
  }

  /** Takes a person's role away. */
  take(login: string): void {
    this.#grants.delete(login.toLowerCase());
  }

  of(login: string): Grant | undefined {
    return this.#grants.get(login.toLowerCase());
  }
}
