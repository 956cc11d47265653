/**
 * A job that waits for our answer.
 *
 * Keeps: GitHub promises only the action, the repository and the sender, so whatever else is missing is read elsewhere
 * or told; nothing is dropped in silence, since the job would hang for thirty days. Of the callback address
 * only the run's number is used, and only when the whole path is the one of this repository: its host could be
 * anybody's, and our token goes to nobody but the configured API. [T25]
 */
import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { cut, oneLine } from "../domain/sentence.ts";
import { fromFull, homeRepository, installation, name, sha } from "./payload.ts";

const anything = z.unknown().optional();
const place = z.object({ sha: anything, ref: anything });

const protectionRuleEvent = z.object({
  action: z.string(),
  environment: anything,
  deployment_callback_url: anything,
  ...place.shape,
  deployment: place.extend({ id: anything }).nullish().catch(undefined),
  repository: homeRepository,
  installation,
});

/** The path of a run's review; an Enterprise Server's begins with `/api/v3`. */
const reviewPath =
  /^(?:\/api\/v3)?\/repos\/([^/]+)\/([^/]+)\/actions\/runs\/(\d{1,15})\/deployment_protection_rule$/;

/** The hint in a `deployment_protection_rule` event. */
export function protectionRuleHint(payload: unknown): Hint | undefined {
  const event = protectionRuleEvent.parse(payload);
  if (event.action !== "requested") return undefined;
  const repository = fromFull(event.repository, event.installation.id);
  const { environment, deployment_callback_url: callback } = event;
  const named = name.min(1).safeParse(environment).data;
  if (named === undefined)
    return { kind: "unanswerable", repository, detail: "the request names no environment" };
  const runId = runIn(callback, `${repository.owner}/${repository.name}`);
  if (runId === undefined) {
    const address = typeof callback === "string" ? cut(oneLine(callback), 200) : "none";
    const detail = `the callback address is not one of this repository's runs: ${address}`;
    return { kind: "unanswerable", repository, detail };
  }
  return {
    kind: "protection_rule",
    repository,
    baseRef: event.repository.default_branch,
    environment: named,
    runId,
    headSha: [event.sha, event.deployment?.sha].map((one) => sha.safeParse(one).data).find(Boolean),
    ref:
      [event.ref, event.deployment?.ref]
        .map((one) => name.safeParse(one).data)
        .find((one) => one !== undefined) ?? "",
    deploymentId: z.int().safeParse(event.deployment?.id).data,
  };
}

/** The run in a callback address, if the address is that of a run of the repository. */
function runIn(callback: unknown, fullName: string): number | undefined {
  if (typeof callback !== "string" || !URL.canParse(callback)) return undefined;
  // Not what the parser makes of the path: it would resolve `..` and hide what follows `?` or `#`.
  const path = /^https?:\/\/[^/?#\\]+(\/.*)$/s.exec(callback)?.[1] ?? "";
  const [, owner = "", name = "", runId = ""] = reviewPath.exec(path) ?? [];
  const isOurs = `${owner}/${name}`.toLowerCase() === fullName.toLowerCase();
  return isOurs ? Number(runId) : undefined;
}
