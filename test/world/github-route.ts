import type { Account } from "./github-account.ts";
import type { Authority, InstallationAuthority, Tokens } from "./github-auth.ts";
import type { Pull } from "./github-pull.ts";
import { notAccessible, notFound, refuse, type Reply } from "./github-reply.ts";
import type { Repository } from "./github-repository.ts";
import { ROLES, type Role } from "./github-role.ts";
import type { World } from "./github-world.ts";

/** A request whose operation is known, whoever asks. `url` is the full URL as asked for. */
export type OpenCall = {
  world: World;
  tokens: Tokens;
  url: URL;
  params: { [name: string]: string };
  query: URLSearchParams;
  body: { [field: string]: unknown };
  accept: string;
};

/** A request whose caller is known too. */
export type Call = OpenCall & { authority: Authority };

/** A call about a repository that the caller may see. */
export type RepositoryCall = Call & { repository: Repository };

/** A call with an installation's token. */
export type InstallationCall = Call & { authority: InstallationAuthority };

/**
 * How one operation is answered and to whom; `anybody` needs no token. `needs`: permissions of which one suffices, at that `level`.
 * `publicly`: whoever has a token may read it of a public repository, whatever their permissions.
 */
export type Route =
  | { for: "anybody"; handle: (call: OpenCall) => Reply }
  | { for: "app"; handle: (call: Call) => Reply }
  | { for: "installation"; needs?: readonly string[]; handle: (call: InstallationCall) => Reply }
  | {
      for: "repository";
      needs: readonly string[];
      level: "read" | "write";
      publicly: boolean;
      handle: (call: RepositoryCall) => Reply;
    };

/** Operation id -> route. */
export type Routes = { [operation: string]: Route };

const LEVELS = ["read", "write", "admin"];

/** Whether the permissions include one of those needed, at that level or above. */
function holds(
  permissions: { [name: string]: string },
  needs: readonly string[],
  level: "read" | "write",
): boolean {
  return needs.some((name) => LEVELS.indexOf(permissions[name] ?? "") >= LEVELS.indexOf(level));
}

/** The weakest role that lets a person write what these permissions are about. */
function roleToWrite(needs: readonly string[]): Role {
  if (needs.includes("administration")) return "admin";
  return needs.includes("issues") ? "triage" : "write";
}

/** GitHub's refusal to a caller who may not do this in a repository; undefined if they may. */
export function repositoryRefusal(
  authority: Authority,
  repository: Repository,
  route: Omit<Route & { for: "repository" }, "handle">,
): Reply | undefined {
  const open = route.publicly && route.level === "read" && !repository.private;
  if (authority.kind === "app") return refuse(401, "A JSON web token could not be used for this endpoint");
  if (authority.kind === "user") {
    const role = repository.roleOf(authority.user.login)?.base;
    if (open) return undefined;
    if (role === undefined)
      return repository.private ? notFound() : refuse(403, "Must have push access to this repository");
    const enough = route.level === "read" || ROLES.indexOf(role) >= ROLES.indexOf(roleToWrite(route.needs));
    return enough ? undefined : refuse(403, "Must have push access to this repository");
  }
  const { installation, repositories, permissions } = authority;
  const seen = repository.installation === installation && (repositories?.has(repository.id) ?? true);
  if (!seen) return open ? undefined : repository.private ? notFound() : notAccessible();
  // A permission that the account took back meanwhile is gone from its tokens too.
  const allowed =
    holds(permissions, route.needs, route.level) && holds(installation.permissions, route.needs, route.level);
  return allowed || open ? undefined : notAccessible();
}

/** GitHub's refusal to an installation that lacks an account's permission. */
export function installationRefusal(authority: Authority, needs: readonly string[] = []): Reply | undefined {
  if (authority.kind !== "installation") return notAccessible();
  return needs.length === 0 || holds(authority.permissions, needs, "read") ? undefined : notAccessible();
}

/** Who acts, by a token. */
export function actorOf(call: Call): Account {
  return call.authority.kind === "user" ? call.authority.user : call.world.app.bot;
}

/** The app through which is acted: its slug, or undefined for a person's token. */
export function appOf(call: Call): string | undefined {
  return call.authority.kind === "user" ? undefined : call.world.app.slug;
}

/** The pull request that a path names, or GitHub's 404. */
export function withPull(
  call: RepositoryCall,
  number: string | undefined,
  handle: (pull: Pull) => Reply,
): Reply {
  const pull = call.repository.pulls.get(Number(number));
  return pull === undefined ? notFound() : handle(pull);
}

/** One page of a list, `per_page` (30, at most 100) to a page, and the Link header to the others. */
export function paged<T>(
  call: Call,
  items: readonly T[],
): { items: T[]; headers: { [name: string]: string } } {
  const per = Math.min(100, Math.max(1, Number(call.query.get("per_page") ?? 30)));
  const page = Math.max(1, Number(call.query.get("page") ?? 1));
  const last = Math.max(1, Math.ceil(items.length / per));
  const rels: [string, number][] = [];
  if (page > 1) rels.push(["prev", page - 1]);
  if (page < last) rels.push(["next", page + 1], ["last", last]);
  if (page > 1) rels.push(["first", 1]);
  const links = rels.map(([rel, number]) => link(call, rel, { page: String(number) }));
  return {
    items: items.slice((page - 1) * per, page * per),
    headers: links.length === 0 ? {} : { Link: links.join(", ") },
  };
}

/** One entry of a Link header: the URL asked for, with other query parameters. */
export function link(call: Call, rel: string, query: { [name: string]: string }): string {
  const url = new URL(call.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="${rel}"`;
}
