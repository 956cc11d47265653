import type { InstallationFacts } from "../domain/enforcement.ts";
import type { InstalledApp, RegistrationReader } from "../gate/enforcement-port.ts";
import { failed, ok } from "../gate/failure.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { repositoriesOf } from "./installation-repositories.ts";
import { allPages, perPage } from "./pages.ts";

type GitHubInstallation = Awaited<ReturnType<Kit["rest"]["apps"]["getRepoInstallation"]>>["data"];

/** A thousand installations, and a thousand repositories of each. */
const maxPages = 10;

/**
 * What GitHub tells the App of itself. `asApp` authenticates with the App's key, `client` in the name of
 * installations.
 */
export function registrationOver(asApp: GitHubClient, client: GitHubClient): RegistrationReader {
  return {
    async app() {
      const read = await asApp.call(0, ({ rest }) => rest.apps.getAuthenticated());
      if (!read.ok) return read;
      const app = read.value;
      if (app === null) return failed({ kind: "malformed", detail: "GitHub says that we are no App" });
      const { id, slug = "", owner, html_url: page, permissions, events } = app;
      const origin = new URL(page).origin;
      const isOrganization = "type" in owner && owner.type === "Organization";
      const settings = isOrganization
        ? `${origin}/organizations/${owner.login}/settings`
        : `${origin}/settings`;
      return ok({
        id,
        slug,
        installPage: `${page}/installations/new`,
        permissionsPage: `${settings}/apps/${slug}/permissions`,
        permissions: levelsOf(permissions),
        events,
      });
    },

    async installationOf({ owner, name: repo }) {
      const read = await asApp.call(0, ({ rest }) => rest.apps.getRepoInstallation({ owner, repo }));
      if (read.ok) return ok(installedApp(read.value));
      return read.failure.kind === "gone" ? ok(undefined) : read;
    },

    async installations() {
      const read = await allPages(
        (page) => asApp.call(0, ({ rest }) => rest.apps.listInstallations({ per_page: perPage, page })),
        maxPages,
      );
      return read.ok ? ok(read.value.map(installedApp)) : read;
    },

    async repositoriesOf(installationId) {
      const read = await repositoriesOf(client, installationId, maxPages);
      return read.ok ? ok(read.value.map(({ owner, name }) => ({ owner: owner.login, name }))) : read;
    },
  };
}

function installedApp(installation: GitHubInstallation): InstalledApp {
  const { id, account, suspended_at: suspendedAt, html_url: page, permissions, events } = installation;
  const facts: InstallationFacts =
    suspendedAt === null
      ? { kind: "active", page, permissions: levelsOf(permissions), events }
      : { kind: "suspended", page };
  const name = account === null ? String(id) : "login" in account ? account.login : account.slug;
  return { id, account: name, facts };
}

function levelsOf(permissions: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(permissions).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
