/** GitHub's own examples of `pull_request` webhooks, signed and sent to the door of a running app. */
import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { beforeEach, describe, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { timestamp } from "../world/github-ids.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

type Json = Record<string, unknown>;

/** What we change in an example; everything else stays as GitHub recorded it. */
interface Example extends Json {
  readonly action: string;
  readonly repository: Json & { readonly owner: Json };
  readonly pull_request: Json & { readonly head: Json; readonly base: Json & { readonly repo: Json } };
}

const pulls = (examples as unknown as readonly { name: string; examples: readonly Example[] }[]).flatMap(
  (one) => (one.name === "pull_request" ? one.examples : []),
);

const openShop = shopsBefore();
let shop: Shop;
let sent: number;

beforeEach(async () => {
  shop = await openShop({ isPublic: true });
  sent = 0;
});

/** Gives the answer's status and words. */
async function send(body: string): Promise<string> {
  sent += 1;
  const answer = await fetch(`${shop.app.url}${webhookPath}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-delivery": `example-${sent}`,
      "x-github-event": "pull_request",
      "x-hub-signature-256": `sha256=${createHmac("sha256", shop.github.webhookSecret).update(body).digest("hex")}`,
    },
  });
  return `${answer.status} ${await answer.text()}`;
}

/** Many examples were recorded by plain webhooks, which name no installation. */
function installed(example: Example): Example {
  return { ...example, installation: { id: shop.acme.id } };
}

/** An example as the shop's GitHub would have sent it about a pull request of its own. */
function about(number: number, example: Example): Example {
  const { repository } = shop;
  const pull = repository.pull(number);
  const ids = { id: repository.id, name: repository.name, full_name: repository.fullName };
  const { base, head } = example.pull_request;
  return {
    ...installed(example),
    number,
    repository: {
      ...example.repository,
      ...ids,
      owner: { ...example.repository.owner, login: repository.owner.login },
    },
    pull_request: {
      ...example.pull_request,
      number,
      updated_at: timestamp(pull.updatedAt),
      head: { ...head, ref: pull.head.ref, sha: pull.head.sha },
      base: { ...base, ref: pull.base.ref, repo: { ...base.repo, ...ids } },
    },
  };
}

describe("GitHub's own examples of webhooks, sent to the door", () => {
  it("of pull requests are each answered 202 at the door, and those whose action changes a verdict are stored", async () => {
    const answers: [string, string][] = [];
    for (const example of pulls)
      answers.push([example.action, await send(JSON.stringify(installed(example)))]);

    expect(answers.length).toBeGreaterThan(25);
    const stored = [
      "opened",
      "closed",
      "labeled",
      "unlabeled",
      "reopened",
      "synchronize",
      "ready_for_review",
    ];
    expect(answers).toEqual(
      pulls.map(({ action }) => [action, stored.includes(action) ? "202 Stored.\n" : "202 Not needed.\n"]),
    );
  });

  it("of pull requests end with a status on the pull request that they tell of, whichever of them comes", async () => {
    const telling = new Map(
      pulls.filter((one) => one.pull_request["state"] === "open").map((one) => [one.action, one]),
    );
    const wanted = ["labeled", "opened", "ready_for_review", "reopened", "synchronize", "unlabeled"];
    shop.github.holdWebhooks();
    for (const action of wanted) {
      const { number, headSha } = shop.repository.openPull({ head: `feature-${action}`, author: "bob" });
      const example = telling.get(action);
      if (example === undefined) throw new Error(`GitHub has no example of ${action}`);

      expect(await send(JSON.stringify(about(number, example)))).toBe("202 Stored.\n");
      await shop.app.settle();

      expect(shop.told(headSha), action).toMatch(/^success: Open: no rule holds it/);
    }
  });
});
