import { Octokit } from "@octokit/rest";
import type { Repository } from "../domain/subject.ts";
import type { CheckWorld } from "../gate/check.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import { policyPath } from "../policy/parse.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { tokenClient } from "./client.ts";
import { filesOver } from "./files.ts";

/**
 * A repository on GitHub as a check finds it, with a plain token: its policy is the one at the head of `base`, else of the default
 * branch. `slug` is `owner/name`.
 */
export async function placeOn(
  slug: string,
  base: string | undefined,
  token: string,
  baseUrl: string,
): Promise<Result<Pick<CheckWorld, "github" | "repository" | "baseRef" | "policyFile">>> {
  const [owner = "", repo = ""] = slug.split("/");
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const kit = new Octokit({ auth: token, baseUrl, log, request: { fetch: boundedFetch } });
  const client = tokenClient(kit, { now: () => Date.now() });
  const about = await client.call(0, ({ rest }) => rest.repos.get({ owner, repo }));
  if (!about.ok)
    return failed({ ...about.failure, detail: `${slug} cannot be read: ${about.failure.detail}` });
  const { id, private: isPrivate, default_branch: defaultBranch } = about.value;
  const repository: Repository = { id, owner, name: repo, isPublic: !isPrivate, installationId: 0 };
  return ok({
    github: filesOver(client),
    repository,
    baseRef: base ?? defaultBranch,
    policyFile: policyPath,
  });
}
