import type { RequiredCheck, TagRuleset } from "../domain/enforcement.ts";
import type { Repository } from "../domain/subject.ts";
import type { EnforcementReader } from "../gate/enforcement-port.ts";
import { ok, type Result } from "../gate/failure.ts";
import type { GitHubClient, Kit } from "./client.ts";
import { allPages, perPage } from "./pages.ts";
import { postersOver } from "./posters.ts";

/** A thousand branches, environments or rulesets; who has more is told so. */
const maxPages = 10;

type ListedRule = Awaited<ReturnType<Kit["rest"]["repos"]["getBranchRules"]>>["data"][number];

/** How GitHub enforces our answers: rules, protection, environments. Nothing here needs an admin's rights. */
export function enforcementOver(client: GitHubClient): EnforcementReader {
  return {
    ...postersOver(client),

    async describe({ owner, name: repo }, installationId) {
      const read = await client.call(installationId, ({ rest }) => rest.repos.get({ owner, repo }));
      if (!read.ok) return read;
      const { id, name, owner: account, private: isPrivate, default_branch: defaultBranch } = read.value;
      const repository = {
        id,
        owner: account.login,
        name,
        isPublic: !isPrivate,
        installationId,
        defaultBranch,
      };
      return ok({ repository, defaultBranch, page: read.value.html_url });
    },

    async branchNames({ owner, name: repo, installationId }, which) {
      const filter = which === "protected" ? { protected: true } : {};
      const read = await allPages(
        (page) =>
          client.call(installationId, ({ rest }) =>
            rest.repos.listBranches({ owner, repo, ...filter, per_page: perPage, page }),
          ),
        maxPages,
      );
      return read.ok ? ok(read.value.map(({ name }) => name)) : read;
    },

    async branchRules({ owner, name: repo, installationId }, branch, page) {
      const read = await allPages(
        (number) =>
          client.call(installationId, ({ rest }) =>
            rest.repos.getBranchRules({ owner, repo, branch, per_page: perPage, page: number }),
          ),
        maxPages,
      );
      if (!read.ok) return read;
      const queue = read.value.find((rule) => rule.type === "merge_queue");
      const timeoutMinutes = queue?.parameters?.check_response_timeout_minutes;
      return ok({
        checks: read.value.flatMap((rule) => checksOf(rule, page)),
        queue: queue === undefined ? undefined : { timeoutMinutes },
      });
    },

    async branchProtection({ owner, name: repo, installationId }, branch, page) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.getBranch({ owner, repo, branch }),
      );
      if (!read.ok) return read;
      const required = read.value.protection.required_status_checks?.checks ?? [];
      return ok(
        required.map(({ context, app_id: id }): RequiredCheck => {
          // GitHub writes -1 for "any source" where it does not write null.
          const appId = id === null || id < 0 ? undefined : id;
          return { context, appId, requiredBy: "branch protection", page: `${page}/settings/branches` };
        }),
      );
    },

    async environments({ owner, name: repo, installationId }, page) {
      const read = await allPages(
        (number) =>
          client.call(installationId, async ({ rest }) => {
            const answer = await rest.repos.getAllEnvironments({
              owner,
              repo,
              per_page: perPage,
              page: number,
            });
            return { data: answer.data.environments ?? [] };
          }),
        maxPages,
      );
      if (!read.ok) return read;
      return ok(
        read.value.map(({ id, name }) => ({ name, page: `${page}/settings/environments/${id}/edit` })),
      );
    },

    async environmentRules({ owner, name: repo, installationId }, environment) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.getAllDeploymentProtectionRules({ owner, repo, environment_name: environment }),
      );
      if (!read.ok) return read;
      const rules = read.value.custom_deployment_protection_rules ?? [];
      return ok(rules.map(({ app, enabled }) => ({ appId: app.id, isEnabled: enabled })));
    },

    tagRulesets: (repository) => tagRulesets(client, repository),
  };
}

function checksOf(rule: ListedRule, page: string): readonly RequiredCheck[] {
  if (rule.type !== "required_status_checks") return [];
  const { ruleset_id: id, ruleset_source: source = "" } = rule;
  const settings = settingsOf(rule, page);
  const owner = rule.ruleset_source_type === "Repository" || source === "" ? "" : ` of "${source}"`;
  return (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id: appId }) => ({
    context,
    appId: appId === undefined || appId < 0 ? undefined : appId,
    requiredBy: `${id === undefined ? "a ruleset" : `ruleset ${id}`}${owner}`,
    page: id === undefined ? settings : `${settings}/${id}`,
  }));
}

/** Where a rule's ruleset is changed; an enterprise's is at least seen from the repository. */
function settingsOf(
  { ruleset_source_type: level, ruleset_source: source = "" }: ListedRule,
  page: string,
): string {
  if (level === "Organization")
    return `${new URL(page).origin}/organizations/${encodeURIComponent(source)}/settings/rules`;
  return level === "Repository" || level === undefined ? `${page}/settings/rules` : `${page}/rules`;
}

async function tagRulesets(
  client: GitHubClient,
  { owner, name: repo, installationId }: Repository,
): Promise<Result<readonly TagRuleset[]>> {
  const list = await allPages(
    (page) =>
      client.call(installationId, ({ rest }) =>
        rest.repos.getRepoRulesets({ owner, repo, targets: "tag", per_page: perPage, page }),
      ),
    maxPages,
  );
  if (!list.ok) return list;
  const found: TagRuleset[] = [];
  for (const { id, enforcement } of list.value) {
    if (enforcement !== "active") continue;
    const read = await client.call(installationId, ({ rest }) =>
      rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id }),
    );
    if (!read.ok) return read;
    const { name, conditions, rules = [] } = read.value;
    const refs =
      conditions !== null && conditions !== undefined && "ref_name" in conditions
        ? conditions.ref_name
        : undefined;
    const [include, exclude] = [refs?.include ?? [], refs?.exclude ?? []];
    found.push({ name, include, exclude, rules: rules.map(({ type }) => type) });
  }
  return ok(found);
}
