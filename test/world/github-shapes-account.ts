import type { Account } from "./github-account.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Installation } from "./github-installation.ts";
import type { App, World } from "./github-world.ts";

/** Any JSON object that GitHub sends; its form is held by the contract rather than by a type. */
export type Body = { [key: string]: unknown };

const PREFIX = { User: "U", Bot: "BOT", Organization: "O" };

/** An account as GitHub's `simple-user`; organizations too, which GitHub shows as a kind of user there. */
export function userBody(world: World, account: Account): Body {
  const login = encodeURIComponent(account.login);
  const url = `${world.apiUrl}/users/${login}`;
  const page = account.type === "Bot" ? `apps/${account.login.replace("[bot]", "")}` : login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(PREFIX[account.type], account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${world.webUrl}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** An organization as webhooks show it beside the repository. */
export function organizationBody(world: World, organization: Account): Body {
  const url = `${world.apiUrl}/orgs/${organization.login}`;
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId("O", organization.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${organization.id}?v=4`,
    description: null,
  };
}

/** The app as GitHub's `integration`, in `GET /app` and wherever something was done through it. */
export function appBody(world: World, app: App): Body {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: userBody(world, app.owner),
    name: app.name,
    description: app.description,
    external_url: app.url,
    html_url: `${world.webUrl}/apps/${app.slug}`,
    created_at: timestamp(app.createdAt),
    updated_at: timestamp(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

/** An installation in full, with the permissions that were accepted for it. */
export function installationBody(world: World, installation: Installation): Body {
  const { account, id, suspended } = installation;
  const settings = account.type === "Organization" ? `organizations/${account.login}/settings` : "settings";
  return {
    id,
    account: userBody(world, account),
    repository_selection: installation.selection,
    access_tokens_url: `${world.apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.webUrl}/${settings}/installations/${id}`,
    app_id: world.app.id,
    client_id: world.app.clientId,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events(),
    created_at: timestamp(installation.createdAt),
    updated_at: timestamp(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspended === undefined ? null : userBody(world, suspended.by),
    suspended_at: suspended === undefined ? null : timestamp(suspended.at),
  };
}

/** The two ids by which repository events name their installation. */
export function installationReference(installation: Installation): Body {
  return { id: installation.id, node_id: nodeId("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id) };
}
