import { ask, type Answered } from "./github-client.ts";
import type { GitHubOptions } from "./github-desk.ts";
import type { Installation } from "./github-installation.ts";
import type { Repository } from "./github-repository.ts";
import { startGitHub, type GitHub } from "./github.ts";

/** Where the policy file is. */
export const POLICY = ".github/slo-policy.yml";

/** The smallest GitHub that tests of the simulation itself talk about. */
export type Acme = {
  github: GitHub;
  installation: Installation;
  shop: Repository;
  /** The first commit of `main`, by ann: the policy file and `src/a.txt`. */
  policySha: string;
  /** Asks with the installation's token. */
  call: (request: string, body?: unknown, headers?: { [name: string]: string }) => Promise<Answered>;
  /** Lets seconds pass. */
  pass: (seconds: number) => void;
};

/** Starts a GitHub at 12:00:00 on 22 November 2026, with the app on acme and acme's private repository shop. */
export async function startAcme(options: Partial<GitHubOptions> = {}): Promise<Acme> {
  let ms = Date.parse("2026-11-22T12:00:00Z");
  const webhookSecret = "a secret of more than thirty-two bytes";
  const github = await startGitHub({ webhookSecret, now: () => ms, ...options });
  const installation = github.installation({ account: "acme" });
  const shop = github.repository({ owner: "acme", name: "shop", installation });
  const policySha = shop.commit("main", { [POLICY]: "version: 1\n", "src/a.txt": "a\n" }, { by: "ann" });
  const token = github.installationToken(installation);
  const call: Acme["call"] = async (request, body, headers) => ask(github, token, request, body, headers);
  const pass = (seconds: number): void => {
    ms += seconds * 1000;
  };
  return { github, installation, shop, policySha, call, pass };
}
