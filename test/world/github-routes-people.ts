import { notFound, type Reply } from "./github-reply.ts";
import type { InstallationCall, RepositoryCall, Routes } from "./github-route.ts";
import { ROLES, type Role } from "./github-role.ts";
import { userBody } from "./github-shapes-account.ts";

/** The older field knows four levels; roles between them show as the next one down. */
const LEGACY: { [role in Role]: string } = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

/** What people may do: a collaborator's permission, a team's member. */
export const PEOPLE_ROUTES: Routes = {
  "repos/get-collaborator-permission-level": {
    for: "repository",
    needs: ["metadata"],
    level: "read",
    publicly: false,
    handle: permission,
  },
  "teams/get-membership-for-user-in-org": { for: "installation", needs: ["members"], handle: membership },
};

function permission(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const login = call.params["username"] ?? "";
  const account = world.accounts.find(login);
  if (account === undefined || account.type !== "User") return notFound(`${login} is not a user`);
  // Anybody may read a public repository; of a private one a stranger has no permission, which GitHub says rather than 404.
  const granted =
    repository.roleOf(account.login) ??
    (repository.private ? undefined : { name: "read", base: "read" as const });
  const rank = granted === undefined ? -1 : ROLES.indexOf(granted.base);
  const names = {
    pull: "read",
    triage: "triage",
    push: "write",
    maintain: "maintain",
    admin: "admin",
  } as const;
  const permissions = Object.fromEntries(
    Object.entries(names).map(([name, role]) => [name, rank >= ROLES.indexOf(role)]),
  );
  const role = granted?.name ?? "none";
  const user = { ...userBody(world, account), permissions, role_name: role };
  return {
    status: 200,
    body: { permission: granted === undefined ? "none" : LEGACY[granted.base], role_name: role, user },
  };
}

function membership(call: InstallationCall): Reply {
  const { accounts, apiUrl } = call.world;
  const [organization = "", slug = "", login = ""] = [
    call.params["org"],
    call.params["team_slug"],
    call.params["username"],
  ];
  const team = accounts.team(organization, slug);
  if (team === undefined || team.organization !== call.authority.installation.account) return notFound();
  const state = accounts.membership(team, login);
  if (state === undefined) return notFound();
  const url = `${apiUrl}/organizations/${team.organization.id}/team/${team.id}/memberships/${login}`;
  return { status: 200, body: { url, role: "member", state } };
}
