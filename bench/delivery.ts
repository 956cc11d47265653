/** Webhooks as GitHub sends them: a `pull_request` event of its usual size, signed. */
import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples/api.github.com/index.json" with { type: "json" };
import { installationOf, ownerOf, repositoryName, repositoryOf, webhookSecret } from "./place.ts";

/** A webhook, ready to be sent. */
export interface SignedDelivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What differs from one webhook to the next. */
export interface DeliveryOf {
  readonly place: number;
  readonly number: number;
  readonly headSha: string;
  /** Milliseconds since 1970, a whole second. */
  readonly updatedAt: number;
  readonly label?: string;
}

const example = examples
  .find(({ name }) => name === "pull_request")!
  .examples.find((one) => "action" in one && one.action === "synchronize") as unknown as Record<
  string,
  object
>;

let sent = 0;

/** A new webhook: a pull request got a new commit, or a label that means nothing. */
export function deliveryOf({ place, number, headSha, updatedAt, label }: DeliveryOf): SignedDelivery {
  const pull = example["pull_request"] as Record<string, object>;
  const repository = {
    ...example["repository"],
    id: repositoryOf(place),
    name: repositoryName,
    full_name: `${ownerOf(place)}/${repositoryName}`,
    private: true,
    default_branch: "main",
    owner: { login: ownerOf(place), id: 10_000 + place, type: "Organization" },
  };
  const body = JSON.stringify({
    ...example,
    action: label === undefined ? "synchronize" : "labeled",
    number,
    pull_request: {
      ...pull,
      number,
      state: "open",
      draft: false,
      updated_at: new Date(updatedAt).toISOString(),
      user: { id: 2, login: "bob", type: "User" },
      labels: label === undefined ? [] : [{ name: label }],
      auto_merge: null,
      head: { ...pull["head"], sha: headSha, ref: "feature" },
      base: { ...pull["base"], ref: "main", repo: repository },
    },
    repository,
    installation: { id: installationOf(place) },
    sender: { id: 2, login: "bob", type: "User" },
  });
  sent += 1;
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "pull_request",
      "x-github-delivery": `bench-${process.pid}-${sent}`,
      "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
    },
  };
}
