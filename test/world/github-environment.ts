import type { Repository } from "./github-repository.ts";
import type { App } from "./github-world.ts";

/** An app's custom deployment protection rule on one environment. */
export type ProtectionRule = { id: number; app: App };

/** An environment; `rules` by the slug of the app that gates. */
export type Environment = {
  id: number;
  name: string;
  createdAt: number;
  updatedAt: number;
  rules: Map<string, ProtectionRule>;
};

/** GitHub enables this many custom deployment protection rules on one environment. */
const RULES_PER_ENVIRONMENT = 6;

/** The environments of a repository. Names are compared without case, as on GitHub. */
export class Environments {
  readonly #repository: Repository;
  readonly #byName = new Map<string, Environment>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  find(name: string): Environment | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  all(): Environment[] {
    return [...this.#byName.values()];
  }

  /** The environment of that name, made without any protection if there is none. */
  create(name: string): Environment {
    const known = this.find(name);
    if (known !== undefined) return known;
    const { world } = this.#repository;
    const at = world.now();
    const made: Environment = {
      id: world.ids.next("environment"),
      name,
      createdAt: at,
      updatedAt: at,
      rules: new Map(),
    };
    this.#byName.set(name.toLowerCase(), made);
    return made;
  }

  /** Whether GitHub would enable another rule. */
  hasRoom(environment: Environment): boolean {
    return environment.rules.size < RULES_PER_ENVIRONMENT;
  }

  /** Lets an app, by default ours, gate an environment that is there. */
  enableRule(name: string, app: App = this.#repository.world.app): ProtectionRule {
    const environment = this.#known(name);
    if (environment.rules.has(app.slug)) throw new Error(`${app.slug} gates ${name} already`);
    if (!this.hasRoom(environment))
      throw new Error(`${name} has ${RULES_PER_ENVIRONMENT} rules, and GitHub enables no more`);
    const rule: ProtectionRule = { id: this.#repository.world.ids.next("protection rule"), app };
    environment.rules.set(app.slug, rule);
    environment.updatedAt = this.#repository.world.now();
    return rule;
  }

  /** Ends our app's gating of an environment. */
  disableRule(name: string): void {
    const environment = this.#known(name);
    environment.rules.delete(this.#repository.world.app.slug);
    environment.updatedAt = this.#repository.world.now();
  }

  #known(name: string): Environment {
    const environment = this.find(name);
    if (environment === undefined) throw new Error(`no environment ${name} in ${this.#repository.fullName}`);
    return environment;
  }
}
