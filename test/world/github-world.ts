import type { KeyObject } from "node:crypto";
import type { Account, Accounts, Bot } from "./github-account.ts";
import type { Ids } from "./github-ids.ts";
import type { Installation } from "./github-installation.ts";
import type { Outbox } from "./github-outbox.ts";
import type { Repositories } from "./github-repositories.ts";
import type { Violations } from "./github-violations.ts";

/** Permission name -> level, as in an app's manifest. */
export type Permissions = { [name: string]: "read" | "write" | "admin" };

/** The registered GitHub App: one to a world. */
export type App = {
  id: number;
  slug: string;
  name: string;
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
  app: App;
  accounts: Accounts;
  repositories: Repositories;
  installations: Map<number, Installation>;
  outbox: Outbox;
  violations: Violations;
};
