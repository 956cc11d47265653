import type { Account } from "./github-account.ts";
import type { Ids } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";

/** A repository to be made. `parent`: the one that it is a fork of. */
export type RepositoryDraft = {
  owner: Account;
  name: string;
  private: boolean;
  defaultBranch: string;
  parent?: Repository;
};

/** Every repository, by id and by name; old names lead on to where a repository went. */
export class Repositories {
  readonly #byId = new Map<number, Repository>();
  readonly #byName = new Map<string, Repository>();
  readonly #moved = new Map<string, Repository>();
  readonly #ids = new Set<number>();

  /** An id for a new repository of that name: never one that another has or had. */
  newId(ids: Ids, fullName: string): number {
    const name = fullName.toLowerCase();
    for (let round = 0; ; round += 1) {
      const id = ids.named("repository", round === 0 ? name : `${name} ${round}`);
      if (!this.#ids.has(id)) return id;
    }
  }

  /** Files a repository under its present name. A new one at an old name ends the redirection from there. */
  file(repository: Repository): void {
    const name = repository.fullName.toLowerCase();
    if (this.#byName.has(name)) throw new Error(`${repository.fullName} exists already`);
    this.#byId.set(repository.id, repository);
    this.#ids.add(repository.id);
    this.#byName.set(name, repository);
    this.#moved.delete(name);
  }

  /** Takes the present name away, leaving a redirection unless the repository is gone. */
  unfile(repository: Repository, why: "moved" | "deleted"): void {
    const name = repository.fullName.toLowerCase();
    this.#byName.delete(name);
    if (why === "moved") this.#moved.set(name, repository);
    else this.#byId.delete(repository.id);
  }

  byId(id: number): Repository | undefined {
    return this.#byId.get(id);
  }

  byName(owner: string, name: string): Repository | undefined {
    return this.#byName.get(`${owner}/${name}`.toLowerCase());
  }

  /** Where the repository of that former name is now. */
  movedFrom(owner: string, name: string): Repository | undefined {
    const repository = this.#moved.get(`${owner}/${name}`.toLowerCase());
    return repository === undefined || repository.deleted ? undefined : repository;
  }

  all(): Repository[] {
    return [...this.#byId.values()];
  }
}
