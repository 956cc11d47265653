/** GitHub's own examples of `pull_request` webhooks, signed and sent to the door of a running app. */
import { beforeEach, describe, expect, it } from "vitest";
import { timestamp } from "../world/github-ids.ts";
import type { Shop } from "../world/shop.ts";
import { examplesOf, installed, send } from "./github-examples.ts";
import { shopsBefore } from "./shops.ts";

type Json = Record<string, unknown>;

/** What we change in an example; everything else stays as GitHub recorded it. */
interface Example extends Json {
  readonly action: string;
  readonly repository: Json & { readonly owner: Json };
  readonly pull_request: Json & { readonly head: Json; readonly base: Json & { readonly repo: Json } };
}

const pulls = examplesOf("pull_request") as readonly Example[];

const openShop = shopsBefore();
let shop: Shop;
let sent: number;

beforeEach(async () => {
  shop = await openShop({ isPublic: true });
  sent = 0;
});

async function sendPull(example: Json): Promise<string> {
  sent += 1;
  return send(shop, "pull_request", `example-${sent}`, example);
}

/** An example as the shop's GitHub would have sent it about a pull request of its own. */
function about(number: number, example: Example): Json {
  const { repository } = shop;
  const pull = repository.pull(number);
  const ids = { id: repository.id, name: repository.name, full_name: repository.fullName };
  const { base, head } = example.pull_request;
  return {
    ...installed(shop, example),
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
    for (const example of pulls) answers.push([example.action, await sendPull(installed(shop, example))]);

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

      expect(await sendPull(about(number, example))).toBe("202 Stored.\n");
      await shop.app.settle();

      expect(shop.told(headSha), action).toMatch(/^success: Open: no rule holds it/);
    }
  });
});
