/**
 * Makes test/world/contract/{api,webhooks}.json: what GitHub's own OpenAPI descriptions say of the requests,
 * answers and webhooks that the test world speaks, without the prose.
 *
 *     node script/contract.ts               installs the descriptions into a temporary folder
 *     node script/contract.ts --from DIR    takes DIR/node_modules, where they are already installed
 *
 * The descriptions are 420 MB on disk, so they are never a dependency of this project; the extract is
 * committed. To speak a new operation or webhook, add it to a list below and run this again.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  bare,
  closure,
  list,
  object,
  text,
  type Json,
  type JsonObject,
} from "../test/world/contract/description.ts";
import { packageFolder, withPackages, type PublishedPackage } from "./published-package.ts";

const API = { package: "@octokit/openapi", version: "23.0.2" };
const WEBHOOKS = { package: "@octokit/openapi-webhooks", version: "12.1.0" };

/** GitHub's operation ids. */
const OPERATIONS = [
  "actions/get-workflow-run",
  "actions/list-workflow-runs-for-repo",
  "actions/review-custom-gates-for-run",
  "apps/create-from-manifest",
  "apps/create-installation-access-token",
  "apps/get-authenticated",
  "apps/get-installation",
  "apps/get-repo-installation",
  "apps/get-webhook-delivery",
  "apps/list-installations",
  "apps/list-repos-accessible-to-installation",
  "apps/list-webhook-deliveries",
  "apps/redeliver-webhook-delivery",
  "checks/create",
  "checks/get",
  "checks/list-for-ref",
  "checks/update",
  "git/get-ref",
  "git/get-tag",
  "git/list-matching-refs",
  "issues/add-labels",
  "issues/create-comment",
  "issues/get-comment",
  "issues/list-comments",
  "issues/list-events-for-timeline",
  "issues/list-labels-on-issue",
  "issues/remove-label",
  "issues/update-comment",
  "pulls/get",
  "pulls/list",
  "pulls/list-reviews",
  "reactions/create-for-issue-comment",
  "repos/create-commit-status",
  "repos/create-deployment",
  "repos/create-deployment-protection-rule",
  "repos/create-deployment-status",
  "repos/create-dispatch-event",
  "repos/get",
  "repos/get-all-deployment-protection-rules",
  "repos/get-all-environments",
  "repos/get-branch",
  "repos/get-branch-rules",
  "repos/get-collaborator-permission-level",
  "repos/get-combined-status-for-ref",
  "repos/get-commit",
  "repos/get-content",
  "repos/get-deployment",
  "repos/get-environment",
  "repos/get-repo-ruleset",
  "repos/get-repo-rulesets",
  "repos/list-activities",
  "repos/list-branches",
  "repos/list-commit-statuses-for-ref",
  "repos/list-deployment-statuses",
  "repos/list-deployments",
  "repos/list-pull-requests-associated-with-commit",
  "teams/get-membership-for-user-in-org",
];

/** Event name -> actions; an event without actions has the one entry "". */
const EVENTS: Record<string, string[]> = {
  check_run: ["completed", "created", "requested_action", "rerequested"],
  check_suite: ["completed", "requested", "rerequested"],
  create: [""],
  delete: [""],
  deployment: ["created"],
  deployment_protection_rule: ["requested"],
  deployment_status: ["created"],
  installation: ["created", "deleted", "new_permissions_accepted", "suspend", "unsuspend"],
  installation_repositories: ["added", "removed"],
  issue_comment: ["created", "deleted", "edited"],
  merge_group: ["checks_requested", "destroyed"],
  ping: [""],
  pull_request: [
    "auto_merge_disabled",
    "auto_merge_enabled",
    "closed",
    "converted_to_draft",
    "dequeued",
    "edited",
    "enqueued",
    "labeled",
    "opened",
    "ready_for_review",
    "reopened",
    "synchronize",
    "unlabeled",
  ],
  pull_request_review: ["dismissed", "edited", "submitted"],
  push: [""],
  repository: ["deleted", "edited", "privatized", "publicized", "renamed", "transferred"],
  status: [""],
};

/** Errors that operations answer without listing them (401 for example) have one of these two shapes. */
const ALWAYS = ["basic-error", "validation-error"];

/**
 * Where GitHub's description is wrong about its own answers. The list of installations has accounts that are
 * a user and an enterprise at once (`allOf` for `anyOf`), which none is; a single installation is described
 * as it is.
 */
const CORRECTED: { [operation: string]: JsonObject } = {
  "apps/list-installations": { type: "array", items: { $ref: "#/components/schemas/installation" } },
};

/** Follows a reference to a parameter, a response or a header; schemas keep theirs. */
function resolve(document: JsonObject, value: Json): JsonObject {
  const ref = object(value)["$ref"];
  if (typeof ref !== "string") return object(value);
  return object(
    ref
      .replace("#/", "")
      .split("/")
      .reduce<Json>((at, key) => object(at)[key] ?? null, document),
  );
}

function contentSchemas(document: JsonObject, holder: Json): JsonObject {
  const content = resolve(document, holder)["content"];
  if (content === undefined) return {};
  return Object.fromEntries(
    Object.entries(object(content)).map(([type, media]) => [type, bare(object(media)["schema"] ?? {})]),
  );
}

function operation(document: JsonObject, id: string): JsonObject {
  for (const [path, methods] of Object.entries(object(document["paths"]))) {
    for (const [method, raw] of Object.entries(object(methods))) {
      if (raw === null || typeof raw !== "object" || Array.isArray(raw) || raw["operationId"] !== id)
        continue;
      const parameters = list(raw["parameters"]).map((each) => resolve(document, each));
      const named = (where: string): JsonObject =>
        Object.fromEntries(
          parameters
            .filter((each) => each["in"] === where)
            .map((each) => [text(each["name"]), bare(each["schema"] ?? {})]),
        );
      const body = raw["requestBody"];
      const responses = Object.entries(object(raw["responses"])).map(([status, each]): [string, Json] => [
        status,
        contentSchemas(document, each),
      ]);
      const correction = CORRECTED[id];
      const corrected = correction === undefined ? {} : { 200: { "application/json": correction } };
      return {
        method: method.toUpperCase(),
        path,
        multiSegment: parameters
          .filter((each) => each["x-multi-segment"] === true)
          .map((each) => text(each["name"])),
        pathParameters: named("path"),
        query: named("query"),
        body:
          body === undefined
            ? null
            : { required: object(body)["required"] === true, ...contentSchemas(document, body) },
        responses: { ...Object.fromEntries(responses), ...corrected },
      };
    }
  }
  throw new Error(`no operation named ${id}`);
}

function webhook(document: JsonObject, event: string, action: string): Json {
  const name = [event, action]
    .filter((part) => part !== "")
    .join("-")
    .replaceAll("_", "-");
  const schema = contentSchemas(
    document,
    object(object(object(document["webhooks"])[name])["post"])["requestBody"] ?? {},
  );
  return schema["application/json"] ?? null;
}

/** JSON with one entry of every table on a line: small, and still a diff that can be read. */
function lines(tables: { [table: string]: JsonObject }): string {
  const table = (entries: JsonObject): string =>
    Object.entries(entries)
      .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
      .join(",\n");
  return `{\n${Object.entries(tables)
    .map(([name, entries]) => `${JSON.stringify(name)}:{\n${table(entries)}\n}`)
    .join(",\n")}\n}\n`;
}

function read(folder: string, source: PublishedPackage): JsonObject {
  const file = join(packageFolder(folder, source), "generated/api.github.com.json");
  return object(JSON.parse(readFileSync(file, "utf8")) as Json);
}

function write(name: string, tables: { [table: string]: JsonObject }): void {
  const file = join(import.meta.dirname, "../test/world/contract", name);
  const content = lines(tables);
  JSON.parse(content);
  writeFileSync(file, content);
  console.log(`${file}: ${Math.round(content.length / 1000)} kB`);
}

withPackages([API, WEBHOOKS], (folder) => {
  const api = read(folder, API);
  const operations = Object.fromEntries(OPERATIONS.map((id) => [id, operation(api, id)]));
  write("api.json", { source: API, operations, schemas: closure(api, operations, ALWAYS) });

  const hooks = read(folder, WEBHOOKS);
  const events = Object.fromEntries(
    Object.entries(EVENTS).flatMap(([event, actions]) =>
      actions.map((action) => [action === "" ? event : `${event}.${action}`, webhook(hooks, event, action)]),
    ),
  );
  write("webhooks.json", { source: WEBHOOKS, events, schemas: closure(hooks, events, []) });
});
