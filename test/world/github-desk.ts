import { Accounts } from "./github-account.ts";
import { registerApp } from "./github-app.ts";
import { Tokens } from "./github-auth.ts";
import { Faults } from "./github-faults.ts";
import { HttpFace, type Desk } from "./github-http.ts";
import { Ids } from "./github-ids.ts";
import { Limits } from "./github-limits.ts";
import { Manifests } from "./github-manifest.ts";
import { Outbox } from "./github-outbox.ts";
import { Repositories } from "./github-repositories.ts";
import { Violations } from "./github-violations.ts";
import type { Permissions, World } from "./github-world.ts";

/** `now` in milliseconds, default the real clock; `seed` decides all ids; `port` 0 (default) takes any. */
export type GitHubOptions = {
  webhookSecret: string;
  now?: () => number;
  /** What tokens are measured by; the real clock unless the app's own process lives by another. */
  tokenClock?: () => number;
  appId?: number;
  appSlug?: string;
  /** What the app asks for, and what an installation accepts unless it says otherwise. */
  permissions?: Permissions;
  /** What the app subscribes to beyond what every app is sent. */
  events?: string[];
  seed?: string;
  port?: number;
  /** Plays an Enterprise Server, whose addresses are all below `/api/v3`. */
  enterprise?: boolean;
};

/** Makes a world with one registered app and nobody else, and its HTTP face, which listens. */
export async function openDesk(options: GitHubOptions): Promise<{ desk: Desk; face: HttpFace }> {
  const { webhookSecret, now = Date.now, appId = 31415, appSlug = "burngate", seed = "burngate" } = options;
  const ids = new Ids(seed);
  const accounts = new Accounts(ids);
  const violations = new Violations();
  const face: HttpFace = new HttpFace(() => desk);
  const world: World = {
    now,
    apiUrl: `http://127.0.0.1:${await face.listen(options.port ?? 0)}${options.enterprise === true ? "/api/v3" : ""}`,
    webUrl: "https://github.com",
    ids,
    app: registerApp({ accounts, ids, now, appId, appSlug, ...options }),
    accounts,
    repositories: new Repositories(),
    installations: new Map(),
    manifests: new Manifests({ accounts, ids, now }),
    outbox: new Outbox({ now, ids, violations, secret: webhookSecret, appId }),
    violations,
  };
  const desk: Desk = {
    world,
    tokens: new Tokens(world, options.tokenClock ?? Date.now),
    limits: new Limits(now),
    faults: new Faults(),
    log: [],
  };
  return { desk, face };
}
