import type { Environment } from "./github-environment.ts";
import { invalid, notFound, type Reply } from "./github-reply.ts";
import { paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { environmentBody, protectionRuleBody } from "./github-shapes-environment.ts";

const READ = { for: "repository", needs: ["actions"], level: "read", publicly: true } as const;

/** Environments and the custom deployment protection rules on them. */
export const ENVIRONMENT_ROUTES: Routes = {
  "repos/get-all-environments": { ...READ, handle: list },
  "repos/get-environment": { ...READ, handle: withEnvironment(get) },
  "repos/get-all-deployment-protection-rules": {
    ...READ,
    handle: withEnvironment(listRules),
  },
  "repos/create-deployment-protection-rule": {
    for: "repository",
    needs: ["administration"],
    level: "write",
    publicly: false,
    handle: withEnvironment(enableRule),
  },
};

function withEnvironment(
  handle: (call: RepositoryCall, environment: Environment) => Reply,
): (call: RepositoryCall) => Reply {
  return (call) => {
    const environment = call.repository.environments.find(call.params["environment_name"] ?? "");
    return environment === undefined ? notFound() : handle(call, environment);
  };
}

function list(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const found = repository.environments.all();
  const { items, headers } = paged(call, found);
  const environments = items.map((each) => environmentBody(world, repository, each));
  return { status: 200, headers, body: { total_count: found.length, environments } };
}

function get({ world, repository }: RepositoryCall, environment: Environment): Reply {
  return { status: 200, body: environmentBody(world, repository, environment) };
}

function listRules({ world }: RepositoryCall, { rules }: Environment): Reply {
  const bodies = [...rules.values()].map((rule) => protectionRuleBody(world, rule));
  return { status: 200, body: { total_count: bodies.length, custom_deployment_protection_rules: bodies } };
}

function enableRule({ world, repository, body }: RepositoryCall, environment: Environment): Reply {
  const { environments } = repository;
  const resource = "DeploymentProtectionRule";
  // Only our app is installed anywhere, so no other can be chosen.
  if (body["integration_id"] !== world.app.id)
    return invalid([{ resource, code: "invalid", field: "integration_id" }]);
  if (environment.rules.has(world.app.slug))
    return invalid([{ resource, code: "already_exists", field: "integration_id" }]);
  if (!environments.hasRoom(environment))
    return invalid([{ resource, code: "custom", message: "The environment has the most rules that it can" }]);
  return { status: 201, body: protectionRuleBody(world, environments.enableRule(environment.name)) };
}
