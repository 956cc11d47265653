/**
 * Makes test/world/contract/schema.graphql: of GitHub's own GraphQL schema the fields and arguments that the test world
 * answers, without the prose.
 *
 *     node script/graphql-contract.ts               installs the schema into a temporary folder
 *     node script/graphql-contract.ts --from DIR    takes DIR/node_modules, where it is already installed
 *
 * To answer a new field, add it to the list below, run this again, and resolve it in test/world/github-graphql-*.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildASTSchema,
  Kind,
  parse,
  print,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type NamedTypeNode,
} from "graphql";
import { packageFolder, withPackages } from "./published-package.ts";

const SCHEMA = { package: "@octokit/graphql-schema", version: "15.26.1" };

/** Type -> fields, with the arguments they may be given. Enums, inputs and scalars come along with what names them. */
const FIELDS: { [type: string]: string[] } = {
  Query: ["rateLimit", "repository(followRenames, name, owner)"],
  RateLimit: ["cost", "limit", "remaining", "resetAt"],
  PageInfo: ["endCursor", "hasNextPage"],
  RepositoryOwner: ["login"],
  Organization: ["databaseId", "login"],
  Actor: ["login"],
  Bot: ["databaseId", "login"],
  Mannequin: ["databaseId", "login"],
  User: ["databaseId", "login"],
  Repository: [
    "databaseId",
    "defaultBranchRef",
    "isPrivate",
    "mergeQueue(branch)",
    "name",
    "owner",
    "pullRequests(after, baseRefName, first, orderBy, states)",
  ],
  Ref: ["name", "target"],
  GitObject: ["oid"],
  Commit: ["oid"],
  PullRequestConnection: ["nodes", "pageInfo", "totalCount"],
  PullRequest: [
    "author",
    "autoMergeRequest",
    "baseRefName",
    "baseRepository",
    "headRefOid",
    "isDraft",
    "labels(after, first)",
    "mergeQueueEntry",
    "number",
    "reviewDecision",
    "state",
    "updatedAt",
  ],
  AutoMergeRequest: ["enabledAt"],
  LabelConnection: ["nodes", "pageInfo", "totalCount"],
  Label: ["name"],
  MergeQueue: ["entries(after, first)"],
  MergeQueueEntryConnection: ["nodes", "pageInfo", "totalCount"],
  MergeQueueEntry: ["baseCommit", "headCommit", "position", "pullRequest", "state"],
};

/** The fields wanted of a type, with only the arguments wanted. Throws if GitHub has not all of them. */
function pick(type: string, fields: readonly FieldDefinitionNode[]): FieldDefinitionNode[] {
  return (FIELDS[type] ?? []).map((wanted) => {
    const [name = "", ...names] = wanted.split(/[(), ]+/).filter((part) => part !== "");
    const field = fields.find((each) => each.name.value === name);
    if (field === undefined) throw new Error(`GitHub's ${type} has no field ${name}`);
    const given = names.map((argument) => {
      const found = field.arguments?.find((each) => each.name.value === argument);
      if (found === undefined) throw new Error(`GitHub's ${type}.${name} takes no ${argument}`);
      return found;
    });
    return { ...field, arguments: given };
  });
}

/** A definition with the fields wanted only; undefined: a type of which none is. */
function bare(definition: DefinitionNode): DefinitionNode | undefined {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
    return definition;
  const { fields = [], interfaces = [], name } = definition;
  if (FIELDS[name.value] === undefined) return undefined;
  const kept = interfaces.filter((each) => FIELDS[each.name.value] !== undefined);
  return { ...definition, fields: pick(name.value, fields), interfaces: kept };
}

/** What the types listed and whatever they name are, in alphabetical order. */
function extract(published: DocumentNode): DocumentNode {
  const definitions = new Map<string, DefinitionNode>();
  for (const definition of published.definitions) {
    const kept = "name" in definition ? bare(definition) : undefined;
    if (kept !== undefined && "name" in kept && kept.name !== undefined)
      definitions.set(kept.name.value, kept);
  }
  const found = new Map<string, DefinitionNode>();
  const todo = Object.keys(FIELDS);
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const definition = definitions.get(name);
    if (definition === undefined || found.has(name)) continue;
    const plain = visit(definition, {
      Directive: () => null,
      enter: (node) => ("description" in node ? { ...node, description: undefined } : undefined),
    });
    found.set(name, plain);
    visit(plain, { NamedType: ({ name: { value } }: NamedTypeNode) => void todo.push(value) });
  }
  const sorted = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { kind: Kind.DOCUMENT, definitions: sorted.map(([, definition]) => definition) };
}

withPackages([SCHEMA], (folder) => {
  const file = join(packageFolder(folder, SCHEMA), "schema.graphql");
  const schema = extract(parse(readFileSync(file, "utf8"), { noLocation: true }));
  buildASTSchema(schema);
  const source = `# From ${SCHEMA.package} ${SCHEMA.version}; made by script/graphql-contract.ts.\n\n`;
  const target = join(import.meta.dirname, "../test/world/contract/schema.graphql");
  writeFileSync(target, `${source}${print(schema)}\n`);
  console.log(`${target}: ${schema.definitions.length} types`);
});
