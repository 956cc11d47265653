/** GitHub's own examples of webhooks, as a shop's GitHub could have sent them, and the way to its door. */
import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { webhookPath } from "../../src/http/server.ts";
import { mainContext, type Shop } from "../world/shop.ts";

/** A webhook's payload, as it was recorded. */
export type Example = Readonly<Record<string, unknown>>;

const recorded = new Map(
  (examples as unknown as readonly { name: string; examples: readonly Example[] }[]).map((one) => [
    one.name,
    one.examples,
  ]),
);

/** All examples of an event; none where GitHub's package has none. */
export function examplesOf(event: string): readonly Example[] {
  return recorded.get(event) ?? [];
}

/** An example sent to the shop's installation; many were recorded by plain webhooks, which name none. */
export function installed({ acme }: Shop, example: Example): Example {
  const { installation } = example;
  return { ...example, installation: { ...(isObject(installation) && installation), id: acme.id } };
}

/**
 * An example that tells of the shop: of its repository wherever it told of its own (or of the first of those that an
 * installation got or lost), of its default branch, and of one commit and one pull request of it, whichever were
 * meant. What could be a word to us is one: otherwise few of GitHub's comments, statuses and check runs would concern
 * us.
 */
export function aboutShop(shop: Shop, pull: number, event: string, example: Example): Example {
  const { repository, github } = shop;
  const { id, name, fullName, owner, defaultBranch } = repository;
  const sha = repository.pull(pull).head.sha;
  const lists = [example["repositories"], example["repositories_added"], example["repositories_removed"]];
  const told = [example["repository"], ...lists.flat()].find(isObject) ?? {};
  const branch = told["default_branch"];
  const rewritten = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (/^[0-9a-f]{40}$/.test(value) && !/^0+$/.test(value)) return sha;
      if (value === branch) return defaultBranch;
      return value === `refs/heads/${String(branch)}` ? `refs/heads/${defaultBranch}` : value;
    }
    if (Array.isArray(value)) return value.map(rewritten);
    if (!isObject(value)) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rewritten(part)]));
    if (value["id"] !== told["id"] || !("full_name" in value)) return copy;
    const at = { ...(isObject(copy["owner"]) && copy["owner"]), login: owner.login, id: owner.id };
    return { ...copy, id, name, full_name: fullName, owner: at };
  };
  const own = rewritten(example) as Example;
  const patch = (key: string, more: Example): Example =>
    isObject(own[key]) ? { [key]: { ...own[key], ...more } } : {};
  const app = { id: github.appId };
  const body = "/burngate recheck";
  return installed(shop, {
    ...own,
    ...("number" in own && { number: pull }),
    ...patch("pull_request", { number: pull }),
    ...patch("issue", { number: pull, pull_request: {} }),
    ...patch("comment", { body }),
    ...patch("review", { body }),
    ...patch("check_run", { app }),
    ...patch("check_suite", { app }),
    ...(event === "status" && { context: mainContext }),
  });
}

/** Signs a webhook and sends it to the shop's door; gives the answer's status and words. */
export async function send(shop: Shop, event: string, id: string, payload: Example): Promise<string> {
  const body = JSON.stringify(payload);
  const answer = await fetch(`${shop.app.url}${webhookPath}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-delivery": id,
      "x-github-event": event,
      "x-hub-signature-256": `sha256=${createHmac("sha256", shop.github.webhookSecret).update(body).digest("hex")}`,
    },
  });
  return `${answer.status} ${await answer.text()}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
