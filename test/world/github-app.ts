import { createPublicKey, generateKeyPairSync } from "node:crypto";
import type { Accounts } from "./github-account.ts";
import type { Ids } from "./github-ids.ts";
import type { App, Permissions, World } from "./github-world.ts";

const PERMISSIONS: Permissions = {
  contents: "read",
  issues: "read",
  members: "read",
  metadata: "read",
  pull_requests: "write",
  statuses: "write",
};
const EVENTS = ["pull_request", "push", "repository", "status"];

let key: string | undefined;

/** The app's private key. Making one takes a good part of a second, so all the worlds of a process share it. */
export function appKey(): string {
  const publicKeyEncoding = { type: "spki", format: "pem" } as const;
  const privateKeyEncoding = { type: "pkcs1", format: "pem" } as const;
  key ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding,
    privateKeyEncoding,
  }).privateKey;
  return key;
}

/** What an app is registered with; permissions and events have defaults that suit a gate on commit statuses. */
export type Registration = {
  accounts: Accounts;
  ids: Ids;
  now: () => number;
  appId: number;
  appSlug: string;
  permissions?: Permissions;
  events?: string[];
};

/** Registers the app whose private key `appKey` gives. */
export function registerApp(registration: Registration): App {
  const { accounts, ids, appId, appSlug } = registration;
  return {
    id: appId,
    slug: appSlug,
    name: appSlug,
    description: "",
    url: `https://${appSlug}.example.com`,
    clientId: `Iv23li${ids.sha(`client ${appId}`).slice(0, 14)}`,
    owner: accounts.organization(`${appSlug}-maker`),
    bot: accounts.bot(`${appSlug}[bot]`),
    publicKey: createPublicKey(appKey()),
    permissions: registration.permissions ?? PERMISSIONS,
    events: registration.events ?? EVENTS,
    createdAt: registration.now(),
  };
}

/** The app of that slug: ours, or another of which nothing but its name is known. */
export function appNamed(world: World, slug: string): App {
  const { app, accounts, ids } = world;
  if (slug === app.slug) return app;
  const owner = accounts.organization(slug);
  return {
    ...app,
    id: ids.named("app", slug),
    slug,
    name: slug,
    owner,
    bot: accounts.bot(`${slug}[bot]`),
  };
}
