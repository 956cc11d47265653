/** A repository whose gate holds, and the doctor at the command line: each test breaks one thing. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { run } from "../../src/cli/main.ts";
import { policyFor } from "../world/checkout.ts";
import type { Installation } from "../world/github-installation.ts";
import type { Repository } from "../world/github-repository.ts";
import { requiredChecks } from "../world/github-rule.ts";
import type { Permissions } from "../world/github-world.ts";
import { startGitHub, type GitHub } from "../world/github.ts";
import { mainContext, policyFile } from "../world/shop.ts";

const manifest = parse(readFileSync(fileURLToPath(new URL("../../app.yml", import.meta.url)), "utf8")) as {
  default_permissions: Permissions;
  default_events: string[];
};

/** What app.yml asks for. */
export const asked = { permissions: manifest.default_permissions, events: manifest.default_events };

/** What the command line printed, and its exit code. */
export type Printed = { code: number; out: string; err: string };

/** The clinic, open. */
export type Clinic = {
  readonly github: GitHub;
  readonly acme: Installation;
  /** Everything about it is sound. */
  readonly shop: Repository;
  /** `burngate doctor` as the App. */
  doctor(...args: string[]): Promise<Printed>;
  /** `burngate doctor` with these variables beside GitHub's address. */
  doctorWith(variables: Record<string, string>, ...args: string[]): Promise<Printed>;
  /** Posts our context on the head of main, with somebody's token. */
  postStatus(token: string): Promise<void>;
  /** The answers about the shop that are not sound, as they are printed. */
  findings(...args: string[]): Promise<string>;
  close(): Promise<void>;
};

/** A ruleset's rule that requires our context from an App; `undefined`: from anybody. */
export function requiring(appId: number | undefined, context = mainContext) {
  const check = appId === undefined ? { context } : { context, integration_id: appId };
  return {
    ...requiredChecks([check]),
    ruleset_id: 7,
    ruleset_source_type: "Repository" as const,
    ruleset_source: "acme/shop",
  };
}

/** Opens the clinic. `more` goes into the shop's policy. */
export async function openClinic(more = ""): Promise<Clinic> {
  const github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef", ...asked });
  const acme = github.installation({ account: "acme" });
  const shop = github.repository({ owner: "acme", name: "shop", installation: acme });
  shop.commit("main", { [policyFile]: policyFor("checkout", more) });
  shop.rules.set("main", [requiring(github.appId)]);
  shop.environments.create("production");
  shop.environments.enableRule("production");
  const doctorWith: Clinic["doctorWith"] = async (variables, ...args) => {
    const printed = { out: "", err: "" };
    const output = {
      out: (text: string) => void (printed.out += `${text}\n`),
      err: (text: string) => void (printed.err += `${text}\n`),
      isWatched: true,
    };
    const environment = {
      variables: { GITHUB_API_URL: github.url, ...variables },
      readFile: (path: string) => readFileSync(path, "utf8"),
      modeOf: () => undefined,
    };
    return { code: await run(["doctor", ...args], environment, "/", output), ...printed };
  };
  const doctor: Clinic["doctor"] = (...args) =>
    doctorWith({ APP_ID: String(github.appId), PRIVATE_KEY: github.privateKey }, ...args);
  return {
    github,
    acme,
    shop,
    doctor,
    doctorWith,
    async postStatus(token) {
      const answer = await fetch(`${github.url}/repos/acme/shop/statuses/${shop.branches.get("main")}`, {
        method: "POST",
        headers: { authorization: `token ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ state: "success", context: "Error-budget: main" }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async findings(...args) {
      const { code, out } = await doctor("--repo", "acme/shop", ...args);
      const [head = "", ...paragraphs] = out.trimEnd().split(/\n(?= {2}\S)/);
      const open = paragraphs.filter((each) => !each.startsWith("  sound"));
      return [`exit ${code}, ${head}`, ...open].join("\n");
    },
    async close() {
      await github.stop();
      github.assertClean();
    },
  };
}
