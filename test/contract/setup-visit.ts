/** The setup page, served on a folder of its own, and a browser's part in it without a browser. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertCode } from "../../src/github/app-manifest.ts";
import { readFileSync } from "node:fs";
import { webhookPath } from "../../src/http/server.ts";
import { readAppPlan } from "../../src/setup/manifest.ts";
import type { SetupWorld } from "../../src/setup/registrar.ts";
import { listenSetup, type SetupServer } from "../../src/setup/server.ts";
import type { GitHub } from "../world/github.ts";
import { type Answer, send } from "./http-surface.ts";

const root = new URL("../../", import.meta.url);

/** The setup page and a visitor who has opened the link. */
export interface SetupVisit {
  readonly server: SetupServer;
  readonly credentialsPath: string;
  readonly folder: string;
  /** What the server threw. */
  readonly broke: readonly unknown[];
  /** The time that the page goes by; move it freely. */
  readonly clock: { now: number };
  /** The visitor's cookie. */
  readonly cookie: string;
  /** Gets a page, as the visitor unless another cookie is given. */
  get(path: string, cookie?: string): Promise<Answer>;
  /** Posts the form, as the visitor unless other headers are given. */
  post(fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Registers an App as far as GitHub's code: the way back, with its `state` and code. */
  wayBack(github: GitHub): Promise<{ readonly state: string; readonly code: string; readonly path: string }>;
  stop(): Promise<void>;
}

/** What is filled in where nothing else is said. */
export const filled = {
  owner: "organization",
  organization: "acme",
  name: "burngate-acme",
  webhookUrl: "https://gate.example",
} as const;

/** Serves the page for a GitHub's API and opens the link. */
export async function visitSetup(apiUrl: string, more: Partial<SetupWorld> = {}): Promise<SetupVisit> {
  const folder = mkdtempSync(join(tmpdir(), "burngate-setup-"));
  const clock = { now: 1_700_000_000_000 };
  const broke: unknown[] = [];
  let count = 0;
  const world: SetupWorld = {
    plan: readAppPlan(readFileSync(new URL("app.yml", root), "utf8")),
    gitHubUrl: "https://github.com",
    webhookPath,
    publicUrl: undefined,
    credentialsPath: join(folder, "data", "credentials.json"),
    convert: (code) => convertCode(apiUrl, code),
    remaining: () => [],
    token: "the-token",
    random: () => `random-${(count += 1)}`,
    now: () => clock.now,
    ...more,
  };
  const server = await listenSetup(world, "127.0.0.1", 0, (error) => void broke.push(error));
  const get = async (path: string, cookie?: string): Promise<Answer> =>
    send(server, { path, ...(cookie === undefined ? {} : { headers: { cookie } }) });
  const entered = await get("/?token=the-token");
  const cookie = String(entered.headers["set-cookie"]).split(";", 1).join();
  const post: SetupVisit["post"] = async (fields, headers = { cookie }) =>
    send(
      server,
      {
        method: "POST",
        path: "/register",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      },
      new URLSearchParams(fields).toString(),
    );
  return {
    server,
    credentialsPath: world.credentialsPath,
    folder,
    broke,
    clock,
    cookie,
    get: async (path, as = cookie) => get(path, as),
    post,
    async wayBack(github) {
      const { text } = await post(filled);
      const { action, manifest } = handoffOf(text);
      const state = new URL(action).searchParams.get("state") ?? "";
      const code = github.registerFromManifest(manifest, "acme");
      return { state, code, path: `/registered?code=${code}&state=${state}` };
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the second page's form leads, and what it carries. */
export function handoffOf(page: string): { readonly action: string; readonly manifest: unknown } {
  const action = /<form method="post" action="([^"]*)"/.exec(page)?.[1] ?? "";
  const value = /name="manifest"\s+value="([^"]*)"/.exec(page)?.[1] ?? "null";
  return { action: unescaped(action), manifest: JSON.parse(unescaped(value)) as unknown };
}

function unescaped(text: string): string {
  const plain = text.replaceAll("&quot;", '"').replaceAll("&#39;", "'");
  return plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
