import type { KeyObject } from "node:crypto";
import type { Account, Accounts, Bot } from "./github-account.ts";
import type { Ids } from "./github-ids.ts";
import type { Installation } from "./github-installation.ts";
import type { Manifests } from "./github-manifest.ts";
import type { Outbox } from "./github-outbox.ts";
import type { Repositories } from "./github-repositories.ts";
import type { Violations } from "./github-violations.ts";

/** Permission name -> level, as in an app's manifest. */
export type Permissions = { [name: string]: "read" | "write" | "admin" };

/** A registered GitHub App. */
export type App = {
  id: number;
  slug: string;
  name: string;
  description: string;
  /** Its home page. */
  url: string;
  clientId: string;
  owner: Account;
  bot: Bot;
  publicKey: KeyObject;
  permissions: Permissions;
  events: string[];
  createdAt: number;
};

/** All that a simulated GitHub knows. Times are milliseconds of `now`. */
export type World = {
  now: () => number;
  /** Base of the API, without a slash at the end. */
  apiUrl: string;
  /** Base of the web pages that payloads link to. */
  webUrl: string;
  ids: Ids;
  /** The app that is installed, sent webhooks and let in by its key. */
  app: App;
  accounts: Accounts;
  repositories: Repositories;
  installations: Map<number, Installation>;
  manifests: Manifests;
  outbox: Outbox;
  violations: Violations;
};
