import { callerOf, type Authority } from "./github-auth.ts";
import { findOperation, requestProblems, responseProblems, type Operation } from "./github-contract.ts";
import { answerGraphql, isGraphql } from "./github-graphql.ts";
import type { Desk } from "./github-http.ts";
import { formRefusal, isRefused, type Answer, type Question } from "./github-question.ts";
import { invalid, notFound, refuse, type Reply } from "./github-reply.ts";
import {
  installationRefusal,
  repositoryRefusal,
  type Call,
  type InstallationCall,
  type OpenCall,
  type Routes,
} from "./github-route.ts";
import { APP_ROUTES } from "./github-routes-app.ts";
import { CHECK_ROUTES } from "./github-routes-check.ts";
import { COMMENT_ROUTES } from "./github-routes-comment.ts";
import { CONTENTS_ROUTES } from "./github-routes-contents.ts";
import { DEPLOYMENT_ROUTES } from "./github-routes-deployment.ts";
import { DISPATCH_ROUTES } from "./github-routes-dispatch.ts";
import { ENVIRONMENT_ROUTES } from "./github-routes-environment.ts";
import { PEOPLE_ROUTES } from "./github-routes-people.ts";
import { PULL_ROUTES } from "./github-routes-pull.ts";
import { REF_ROUTES } from "./github-routes-ref.ts";
import { REPOSITORY_ROUTES } from "./github-routes-repository.ts";
import { RULESET_ROUTES } from "./github-routes-ruleset.ts";
import { RUN_ROUTES } from "./github-routes-run.ts";
import { STATUS_ROUTES } from "./github-routes-status.ts";

const ROUTES: Routes = {
  ...APP_ROUTES,
  ...CHECK_ROUTES,
  ...COMMENT_ROUTES,
  ...CONTENTS_ROUTES,
  ...DEPLOYMENT_ROUTES,
  ...DISPATCH_ROUTES,
  ...ENVIRONMENT_ROUTES,
  ...PEOPLE_ROUTES,
  ...PULL_ROUTES,
  ...REF_ROUTES,
  ...REPOSITORY_ROUTES,
  ...RULESET_ROUTES,
  ...RUN_ROUTES,
  ...STATUS_ROUTES,
};

/**
 * Answers a request as GitHub would: identity, limits, contract, permission, then the route. Whatever goes against the
 * contract is a violation; a reply that does is not sent at all.
 *
 * @param planned the reply that a test planned in place of the route's
 */
export function answer(desk: Desk, question: Question, planned?: Reply, unchecked = false): Answer {
  if (isGraphql(question)) return answerGraphql(desk, question, planned, unchecked);
  const { world, tokens, limits } = desk;
  const { headers, method } = question;
  const where = `${method} ${question.path}${question.url.search}`;
  const operation = operationOf(desk, question);
  if (operation === undefined) {
    world.violations.note({
      at: world.now(),
      kind: "unknown-request",
      where,
      problems: ["the contract has no such operation"],
    });
    return { reply: planned ?? notFound(), authority: undefined };
  }
  const problems = requestProblems(operation.id, {
    params: operation.params,
    query: question.url.searchParams,
    body: question.body,
  });
  world.violations.note({ at: world.now(), kind: "request", where, problems });
  // Whoever needs no token may send none; one that is sent must be good all the same.
  const nobody = ROUTES[operation.id]?.for === "anybody" && headers.authorization === undefined;
  const authority = nobody ? undefined : tokens.authority(headers.authorization);
  const known = authority === undefined || isRefused(authority) ? undefined : authority;
  if (planned !== undefined) {
    return {
      reply: unchecked || planned.status >= 300 ? planned : checked(desk, operation, where, planned),
      authority: known,
    };
  }
  const early = formRefusal(question);
  if (early !== undefined) return { reply: early, authority: known };
  if (authority !== undefined && isRefused(authority))
    return { reply: checked(desk, operation, where, authority), authority: known };
  const limited = limits.refusal(callerOf(known), method);
  if (limited !== undefined) return { reply: limited, authority: known };
  // What GitHub merely ignores is a slip and recorded above; what it cannot read it refuses.
  const message = problems.find(
    (each) => each.startsWith("body") && !each.endsWith("is no field of this request"),
  );
  const refused =
    message === undefined ? undefined : invalid([{ resource: "Request", code: "invalid", message }]);
  return {
    reply: checked(desk, operation, where, refused ?? route(desk, question, operation, authority)),
    authority: known,
  };
}

/** The operation asked for; `/repositories/{id}/...`, where redirections lead, means the repository of that id. */
function operationOf({ world }: Desk, { method, path }: Question): Operation | undefined {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : world.repositories.byId(Number(id));
  // An id that nobody has must come out as a repository that is not there rather than as an unknown request.
  const name = repository?.fullName ?? "-/-";
  try {
    return findOperation(method, id === undefined ? path : `/repos/${name}${rest}`);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function route(
  { world, tokens }: Desk,
  question: Question,
  operation: Operation,
  authority: Authority | undefined,
): Reply {
  const found = ROUTES[operation.id];
  if (found === undefined) throw new Error(`${operation.id} is in the contract and has no route`);
  const { url, headers } = question;
  const { params } = operation;
  const body = (question.body ?? {}) as Call["body"];
  const open: OpenCall = {
    world,
    tokens,
    url,
    params,
    query: url.searchParams,
    body,
    accept: headers.accept ?? "",
  };
  if (found.for === "anybody") return found.handle(open);
  if (authority === undefined) throw new Error(`${operation.id} was let through without a caller`);
  const call: Call = { ...open, authority };
  if (found.for === "app") {
    return authority.kind === "app"
      ? found.handle(call)
      : refuse(401, "A JSON web token could not be decoded");
  }
  if (found.for === "installation") {
    return installationRefusal(authority, found.needs) ?? found.handle(call as InstallationCall);
  }
  const [owner = "", name = ""] = [params["owner"], params["repo"]];
  const present = world.repositories.byName(owner, name);
  const repository = present ?? world.repositories.movedFrom(owner, name);
  if (repository === undefined) return notFound();
  const refusal = repositoryRefusal(authority, repository, found);
  if (refusal !== undefined) return refusal;
  return present === undefined
    ? moved(question, world.apiUrl, repository.id)
    : found.handle({ ...call, repository });
}

/** GitHub's redirection from a former name; other methods than GET get the status that forbids clients to change them. */
function moved({ method, path, url }: Question, apiUrl: string, id: number): Reply {
  const location = `${apiUrl}/repositories/${id}${path.replace(/^\/repos\/[^/]+\/[^/]+/, "")}${url.search}`;
  const status = method === "GET" ? 301 : 307;
  const message = status === 301 ? "Moved Permanently" : "Temporary Redirect";
  return {
    status,
    headers: { Location: location },
    body: { message, url: location, documentation_url: "https://docs.github.com/rest" },
  };
}

function checked({ world }: Desk, operation: Operation, where: string, reply: Reply): Reply {
  if (Buffer.isBuffer(reply.body)) return reply;
  const contentType = (reply.contentType ?? "application/json").split(";")[0]?.replace("+json", "");
  const problems = responseProblems(operation.id, reply.status, reply.body, contentType);
  const bad = world.violations.note({
    at: world.now(),
    kind: "response",
    where: `${where} -> ${reply.status}`,
    problems,
  });
  return bad ? refuse(500, `This answer would go against GitHub's contract: ${problems.join("; ")}`) : reply;
}
