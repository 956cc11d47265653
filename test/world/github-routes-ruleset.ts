import { nodeId, timestamp } from "./github-ids.ts";
import { notFound, type Reply } from "./github-reply.ts";
import type { Repository } from "./github-repository.ts";
import { paged, type RepositoryCall, type Routes } from "./github-route.ts";
import type { Ruleset } from "./github-ruleset.ts";
import type { Body } from "./github-shapes-account.ts";
import type { World } from "./github-world.ts";

const METADATA = { for: "repository", needs: ["metadata"], level: "read", publicly: true } as const;

/** Rulesets in all states of enforcement, the organization's too unless they are not wanted. */
export const RULESET_ROUTES: Routes = {
  "repos/get-repo-rulesets": { ...METADATA, handle: rulesets },
  "repos/get-repo-ruleset": { ...METADATA, handle: ruleset },
};

function visible({ query, repository }: RepositoryCall): Ruleset[] {
  const parents = query.get("includes_parents") !== "false";
  return repository.rulesets.filter((each) => parents || each.source_type === "Repository");
}

function summaryBody(world: World, repository: Repository, found: Ruleset): Body {
  const { id, name, target, enforcement, source_type } = found;
  const own = source_type === "Repository";
  const source = own ? repository.fullName : repository.owner.login;
  const at = timestamp(repository.createdAt);
  const page = own ? `${source}/rules/${id}` : `organizations/${source}/settings/rules/${id}`;
  return {
    id,
    name,
    target,
    source_type,
    source,
    enforcement,
    node_id: nodeId("RRS", id),
    _links: {
      self: { href: `${world.apiUrl}/${own ? "repos" : "orgs"}/${source}/rulesets/${id}` },
      html: { href: `${world.webUrl}/${page}` },
    },
    created_at: at,
    updated_at: at,
  };
}

function rulesets(call: RepositoryCall): Reply {
  const { query, repository, world } = call;
  const targets = query.get("targets")?.split(",");
  const found = visible(call).filter(({ target }) => targets?.includes(target) ?? true);
  const { items, headers } = paged(call, found);
  return { status: 200, headers, body: items.map((each) => summaryBody(world, repository, each)) };
}

/** One ruleset with its rules. Who may bypass it is told to those only who could change it, and no caller here is one. */
function ruleset(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  const found = visible(call).find(({ id }) => String(id) === params["ruleset_id"]);
  if (found === undefined) return notFound();
  const { conditions, rules } = found;
  const body = {
    ...summaryBody(world, repository, found),
    conditions,
    rules,
    current_user_can_bypass: "never",
  };
  return { status: 200, body };
}
