import { z } from "zod";
import type { Accounts } from "./github-account.ts";
import { NEEDS } from "./github-announce.ts";
import { appKey, registerApp } from "./github-app.ts";
import { permissionProblems } from "./github-contract.ts";
import type { Ids } from "./github-ids.ts";
import type { App, Permissions } from "./github-world.ts";

/** How long a code can be exchanged. */
const HOUR = 3_600_000;

const page = z.url({ protocol: /^https?$/ });

/** GitHub's webhooks come over the public Internet, and its page refuses an address on this machine. */
const hook = page.refine((url) => !/^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname), {
  message: "Hook url is not supported because it isn't reachable over the public Internet",
});

/**
 * A manifest as GitHub documents it, and nothing more: what GitHub would ignore is a slip. `redirect_url` is optional to
 * GitHub, but without it nobody gets the code.
 */
const schema = z.strictObject({
  name: z.string().min(1).max(34),
  url: page,
  description: z.string().default(""),
  public: z.boolean().optional(),
  hook_attributes: z.strictObject({ url: hook, active: z.boolean().optional() }).optional(),
  redirect_url: page,
  callback_urls: z.array(page).max(10).optional(),
  setup_url: page.optional(),
  setup_on_update: z.boolean().optional(),
  request_oauth_on_install: z.boolean().optional(),
  default_permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).default({}),
  default_events: z.array(z.string()).default([]),
});

/** An app made from a manifest, with the secrets that GitHub tells once. `webhookSecret` null: it has no webhook. */
export type MadeApp = {
  app: App;
  clientSecret: string;
  webhookSecret: string | null;
  privateKey: string;
};

type Options = { accounts: Accounts; ids: Ids; now: () => number };

/** The page on which people make apps from manifests, and the codes that it hands out. */
export class Manifests {
  readonly #options: Options;
  readonly #made = new Map<string, MadeApp & { until: number }>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** What a person does who submits the form for that account. Gives the code that GitHub appends to `redirect_url`; throws what the page would complain of. */
  submit(manifest: unknown, owner: string): string {
    const { accounts, ids, now } = this.#options;
    const parsed = schema.safeParse(manifest);
    if (!parsed.success) throw refusal([z.prettifyError(parsed.error)]);
    const { name, url, description, hook_attributes, default_events } = parsed.data;
    const permissions: Permissions = { metadata: "read", ...parsed.data.default_permissions };
    const appSlug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    const problems = [...permissionProblems(permissions), ...eventProblems(default_events, permissions)];
    const names = [accounts.find(appSlug), accounts.find(`${appSlug}[bot]`)];
    if (names.some((each) => each !== undefined && each !== accounts.find(owner)))
      problems.push("Name is already taken");
    if (problems.length > 0) throw refusal(problems);
    const appId = ids.next("app");
    const registered = registerApp({
      accounts,
      ids,
      now,
      appId,
      appSlug,
      permissions,
      events: default_events,
    });
    const app = {
      ...registered,
      name,
      description,
      url,
      owner: accounts.find(owner) ?? accounts.user(owner),
    };
    const code = ids.sha(`manifest code ${appId}`);
    this.#made.set(code, {
      app,
      clientSecret: ids.sha(`client secret ${appId}`),
      webhookSecret: hook_attributes === undefined ? null : ids.sha(`webhook secret ${appId}`),
      privateKey: appKey(),
      until: now() + HOUR,
    });
    return code;
  }

  /** The app that a code stands for; every code can be asked once, within the hour. */
  exchange(code: string): MadeApp | undefined {
    const made = this.#made.get(code);
    this.#made.delete(code);
    return made !== undefined && this.#options.now() < made.until ? made : undefined;
  }
}

function refusal(problems: string[]): Error {
  return new Error(`Invalid GitHub App configuration: ${problems.join("; ")}`);
}

/** An app can subscribe to an event only if it asks for a permission that the event needs. */
function eventProblems(events: string[], permissions: Permissions): string[] {
  return events
    .filter((event) => !(NEEDS[event] ?? []).some((name) => Object.hasOwn(permissions, name)))
    .map((event) => `Default events are not supported by permissions: ${event}`);
}
