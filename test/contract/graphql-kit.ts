/** What tests of the simulation's GraphQL have in common. */
import type { Acme } from "../world/github-acme.ts";
import type { Answered } from "../world/github-client.ts";
import type { Permissions } from "../world/github-world.ts";

/** What an app needs to be told everything. */
export const permissions: Permissions = {
  contents: "read",
  merge_queues: "read",
  pull_requests: "read",
  statuses: "write",
};

/** Asks a query with the installation's token. */
export async function query(world: Acme, text: string, variables: object = {}): Promise<Answered> {
  return world.call("POST /graphql", { query: text, variables });
}

/** A query about acme's shop. */
export const ofShop = (fields: string): string => `{ repository(owner: "acme", name: "shop") { ${fields} } }`;
