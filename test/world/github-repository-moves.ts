import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Installation } from "./github-installation.ts";
import type { Repository } from "./github-repository.ts";
import { organizationBody, userBody } from "./github-shapes-account.ts";

/** Renames a repository; its old name redirects from now on. */
export function rename(repository: Repository, name: string, actor: Account): void {
  const from = repository.name;
  refile(repository, () => {
    repository.name = name;
  });
  announce(
    repository,
    "repository",
    "renamed",
    () => ({ changes: { repository: { name: { from } } } }),
    actor,
  );
}

/**
 * Gives a repository to another owner. The old owner's installation loses it; the new owner's, if it is given,
 * gets it and hears of the transfer.
 */
export function transfer(
  repository: Repository,
  owner: string,
  installation: Installation | undefined,
  actor: Account,
): void {
  const { world, owner: from } = repository;
  repository.installation?.remove(repository, { by: actor.login });
  refile(repository, () => {
    repository.owner = world.accounts.find(owner) ?? world.accounts.user(owner);
  });
  if (installation === undefined) return;
  installation.add(repository, { by: actor.login });
  const old =
    from.type === "Organization"
      ? { organization: organizationBody(world, from) }
      : { user: userBody(world, from) };
  announce(repository, "repository", "transferred", () => ({ changes: { owner: { from: old } } }), actor);
}

/** Deletes a repository: its name and its id answer 404 from now on. */
export function remove(repository: Repository, actor: Account): void {
  announce(repository, "repository", "deleted", () => ({}), actor);
  repository.world.repositories.unfile(repository, "deleted");
  repository.installation = undefined;
  repository.deleted = true;
}

/** Hides a repository from the public or shows it. */
export function setPrivate(repository: Repository, hidden: boolean, actor: Account): void {
  if (repository.private === hidden) return;
  repository.private = hidden;
  repository.updatedAt = repository.world.now();
  announce(repository, "repository", hidden ? "privatized" : "publicized", () => ({}), actor);
}

function refile(repository: Repository, change: () => void): void {
  repository.world.repositories.unfile(repository, "moved");
  change();
  repository.updatedAt = repository.world.now();
  repository.world.repositories.file(repository);
}
