import {
  conflictMessage,
  type Deployment,
  type DeploymentDraft,
  type DeploymentStatusDraft,
} from "./github-deployment.ts";
import { invalid, notFound, refuse, type Reply } from "./github-reply.ts";
import { actorOf, paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { deploymentBody, deploymentStatusBody } from "./github-shapes-deployment.ts";
import { DESCRIPTION_CHARACTERS } from "./github-status.ts";

const READ = { for: "repository", needs: ["deployments"], level: "read", publicly: true } as const;
const WRITE = { for: "repository", needs: ["deployments"], level: "write", publicly: false } as const;

/** Deployments and their statuses: create, get, list. */
export const DEPLOYMENT_ROUTES: Routes = {
  "repos/create-deployment": { ...WRITE, handle: create },
  "repos/get-deployment": { ...READ, handle: withDeployment(get) },
  "repos/list-deployments": { ...READ, handle: list },
  "repos/create-deployment-status": { ...WRITE, handle: withDeployment(createStatus) },
  "repos/list-deployment-statuses": { ...READ, handle: withDeployment(listStatuses) },
};

function withDeployment(
  handle: (call: RepositoryCall, deployment: Deployment) => Reply,
): (call: RepositoryCall) => Reply {
  return (call) => {
    const deployment = call.repository.deployments.find(Number(call.params["deployment_id"]));
    return deployment === undefined ? notFound() : handle(call, deployment);
  };
}

function create(call: RepositoryCall): Reply {
  const { repository, world } = call;
  // The contract has checked the body's form.
  const draft = call.body as DeploymentDraft;
  const commit = repository.resolve(draft.ref);
  if (commit === undefined) return refuse(422, `No ref found for: ${draft.ref}`);
  if (!repository.deployments.ready(commit.sha, draft.required_contexts)) {
    const contexts = repository.statusBook
      .current(commit.sha)
      .map(({ context, state }) => ({ context, state }));
    const errors = [{ contexts, resource: "Deployment", field: "required_contexts", code: "invalid" }];
    const refused = refuse(409, conflictMessage(draft.ref));
    return { ...refused, body: { ...(refused.body as object), errors } };
  }
  const body = deploymentBody(
    world,
    repository,
    repository.deployments.add(commit.sha, draft, actorOf(call)),
  );
  return { status: 201, headers: { Location: String(body["url"]) }, body };
}

function get({ world, repository }: RepositoryCall, deployment: Deployment): Reply {
  return { status: 200, body: deploymentBody(world, repository, deployment) };
}

function list(call: RepositoryCall): Reply {
  const { repository, world, query } = call;
  const wanted = (name: "sha" | "ref" | "task" | "environment", deployment: Deployment): boolean =>
    [null, "none", deployment[name]].includes(query.get(name));
  const found = repository.deployments
    .all()
    .filter((each) => (["sha", "ref", "task", "environment"] as const).every((name) => wanted(name, each)));
  const { items, headers } = paged(call, found.toReversed());
  return { status: 200, headers, body: items.map((each) => deploymentBody(world, repository, each)) };
}

function createStatus(call: RepositoryCall, deployment: Deployment): Reply {
  const { repository, world } = call;
  // The contract has checked the body's form.
  const draft = call.body as DeploymentStatusDraft;
  if ([...(draft.description ?? "")].length > DESCRIPTION_CHARACTERS) {
    const message = `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`;
    return invalid([{ resource: "DeploymentStatus", code: "custom", field: "description", message }]);
  }
  const status = repository.deployments.addStatus(deployment, draft, actorOf(call));
  const body = deploymentStatusBody(world, repository, deployment, status);
  return { status: 201, headers: { Location: String(body["url"]) }, body };
}

function listStatuses(call: RepositoryCall, deployment: Deployment): Reply {
  const { repository, world } = call;
  const { items, headers } = paged(call, deployment.statuses.toReversed());
  const body = items.map((each) => deploymentStatusBody(world, repository, deployment, each));
  return { status: 200, headers, body };
}
