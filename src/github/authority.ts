import { type BypassTerms, isAtLeast, repositoryRoles } from "../domain/bypass-terms.ts";
import type { Actor, Repository } from "../domain/subject.ts";
import { isTransient, ok, type Result } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";

/**
 * What entitles a person, cheapest proof first: named, member of a team (`active` only: an invitation is not
 * membership), role. The role is `role_name`, since the older `permission` calls triage read and maintain
 * write. What GitHub refuses to tell entitles nobody. [T6]
 */
export function authorityOver(client: GitHubClient): Pick<GitHubReader, "entitlement"> {
  return {
    async entitlement(repository, actor, { entitled }) {
      if (entitled.ids.includes(actor.id)) return ok(`account ${actor.id}`);
      const isNamed = entitled.users.some((user) => user.toLowerCase() === actor.login.toLowerCase());
      if (isNamed && !actor.isBot) return ok(`user ${actor.login}`);
      for (const team of entitled.teams) {
        const member = await isMember(client, repository, actor, team);
        if (!member.ok) return member;
        if (member.value) return ok(`team ${team}`);
      }
      return byRole(client, repository, actor, entitled.permission);
    },
  };
}

async function isMember(
  client: GitHubClient,
  repository: Repository,
  actor: Actor,
  team: string,
): Promise<Result<boolean>> {
  const [org = "", slug = ""] = team.split("/");
  const membership = await client.call(repository.installationId, ({ rest }) =>
    rest.teams.getMembershipForUserInOrg({ org, team_slug: slug, username: actor.login }),
  );
  if (!membership.ok) return isTransient(membership.failure) ? membership : ok(false);
  return ok(membership.value.state === "active");
}

async function byRole(
  client: GitHubClient,
  { owner, name: repo, installationId }: Repository,
  actor: Actor,
  wanted: BypassTerms["entitled"]["permission"],
): Promise<Result<string | undefined>> {
  if (wanted === undefined) return ok(undefined);
  const level = await client.call(installationId, ({ rest }) =>
    rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: actor.login }),
  );
  if (!level.ok) return isTransient(level.failure) ? level : ok(undefined);
  const { role_name: role, permission } = level.value;
  // A custom role's name says nothing; the older field then tells what it is at least.
  const known = repositoryRoles.some((one) => one === role) ? role : permission;
  return ok(isAtLeast(known, wanted) ? `role ${known}` : undefined);
}
