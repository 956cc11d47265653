/**
 * The world that most scenarios play in: the organization acme with its private repository shop, the app
 * installed on it, ann in team acme/sre, bob who writes and mallory who triages; one clock for all.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../src/config.ts";
import type { Callers } from "../../src/gate/caller.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import { type App, openSource, startApp } from "./app.ts";
import { policyFor, story } from "./checkout.ts";
import { type ManualClock, manualClock } from "./clock.ts";
import type { Files } from "./github-git.ts";
import type { Installation } from "./github-installation.ts";
import type { PullDraft } from "./github-pull-actions.ts";
import type { Repository } from "./github-repository.ts";
import { type GitHub, startGitHub } from "./github.ts";
import type { Permissions } from "./github-world.ts";
import { rowsOf } from "./ledger-file.ts";

/** Where a repository keeps its policy. */
export const policyFile = ".github/slo-policy.yml";

/** The context for pull requests into `main`. */
export const mainContext = "error-budget: main";

/** What a shop is opened with. */
export type ShopOptions = {
  /** Base URL of the data source `main`. */
  prometheus: string;
  /** Default: a calm moment of the story. */
  at?: number;
  /** Default: one that stands still, at `at`. */
  clock?: ManualClock;
  /** The policy on `main`; null: none. Default: `policyFor("checkout")`. */
  policy?: string | null;
  /** Whether GitHub is a GitHub Enterprise Server, which has its API below /api. */
  isEnterprise?: boolean;
  /** Whether everybody can read the repository. */
  isPublic?: boolean;
  /** What the app asks for and the installation has accepted. Default: what a gate on commit statuses needs. */
  permissions?: Permissions;
  /** What the app subscribes to. Default: what a gate on commit statuses needs. */
  events?: string[];
  config?: Partial<Config>;
  source?: Partial<DataSource>;
  /** How many jobs run at once. Default: as many as in production. */
  jobsAtOnce?: number;
  /** Who may ask over HTTP. Default: whom the app itself knows. */
  callers?: Callers;
};

/** The shop, open. */
export type Shop = {
  readonly github: GitHub;
  readonly clock: ManualClock;
  readonly app: App;
  readonly acme: Installation;
  readonly repository: Repository;
  /** Where the ledger is. */
  readonly databasePath: string;
  /** Opens a pull request by bob into main and lets it be judged. */
  openPull(draft?: Partial<PullDraft>): Promise<{ number: number; headSha: string }>;
  /** Puts files on a branch, by acme's admin. */
  commit(files: Files, branch?: string): string;
  /** The newest status of a commit as `state: description`. */
  told(sha: string, context?: string): string | undefined;
  /** Lets a second pass, since GitHub's times have no less. */
  pass(seconds?: number): void;
  /** Goes to a moment of the story, lets the watch look there, and settles. */
  go(at: number): Promise<void>;
  /** Lets the sweep look, and settles. */
  sweep(): Promise<void>;
  /** Rows of the ledger. */
  rows(sql: string): Record<string, unknown>[];
  /** Closes. Throws if anything went against GitHub's contract. */
  close(): Promise<void>;
};

/** Opens the shop. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const { prometheus, policy = policyFor("checkout") } = options;
  const folder = await mkdtemp(join(tmpdir(), "burngate-shop-"));
  const databasePath = join(folder, "ledger.sqlite");
  const clock = options.clock ?? manualClock(options.at ?? story.calm);
  const webhookSecret = "0123456789abcdef0123456789abcdef";
  const { permissions, events } = options;
  const github = await startGitHub({
    webhookSecret,
    now: () => clock.now(),
    ...(permissions !== undefined && { permissions }),
    ...(events !== undefined && { events }),
  });
  github.team("acme", "sre", { ann: "active" });
  const acme = github.installation({ account: "acme" });
  const repository = github.repository({
    owner: "acme",
    name: "shop",
    private: options.isPublic !== true,
    installation: acme,
  });
  repository.permit("ann", "write");
  repository.permit("bob", "write");
  repository.permit("mallory", "triage");
  repository.commit("main", { "a.txt": "a", ...(policy === null ? {} : { [policyFile]: policy }) });
  const server = options.isEnterprise === true ? { githubApiUrl: `${github.url}/api/v3` } : {};
  const dataSources = [openSource("main", prometheus, options.source)];
  const app = await startApp({
    github,
    clock,
    dataSources,
    config: { databasePath, ...server, ...options.config },
    ...(options.jobsAtOnce !== undefined && { jobsAtOnce: options.jobsAtOnce }),
    ...(options.callers !== undefined && { callers: options.callers }),
  });
  const told = (sha: string, context = mainContext): string | undefined => {
    const status = repository.latestStatus(sha, context);
    return status === undefined ? undefined : `${status.state}: ${status.description}`;
  };
  return {
    github,
    clock,
    app,
    acme,
    repository,
    databasePath,
    told,
    async openPull(draft = {}) {
      const pull = repository.openPull({
        head: `feature-${repository.pulls.size + 1}`,
        author: "bob",
        ...draft,
      });
      await app.settle();
      return pull;
    },
    commit: (files, branch = "main") => repository.commit(branch, files),
    pass: (seconds = 1) => clock.advance(seconds * 1000),
    async go(at) {
      clock.set(at);
      await app.tick(0);
    },
    async sweep() {
      await app.machine.sweep();
      await app.settle();
    },
    rows: (sql) => rowsOf(databasePath, sql),
    async close() {
      await app.stop();
      await github.stop();
      rmSync(folder, { recursive: true, force: true });
      github.assertClean();
    },
  };
}
