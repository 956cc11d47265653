import { createHmac, randomUUID } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };

/** The secret that the bench's deliveries are signed with. */
export const webhookSecret = "0123456789abcdef0123456789abcdef";

/** Which pull request a delivery tells of, and what. */
export interface PullNews {
  /** From 0 on. Every repository of the bench has an installation of its own, since GitHub limits each for itself. */
  readonly repository: number;
  readonly number: number;
  readonly headSha: string;
  readonly action: "synchronize" | "unlabeled";
  /** Seconds since 1970. */
  readonly updatedAt: number;
}

/** A webhook as it lies on the wire. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The id of a repository, and of its installation. */
export function repositoryId(repository: number): number {
  return 1_000_000 + repository;
}

/** The n-th head commit of a bench; none comes twice. */
export function shaOf(seed: number): string {
  return seed.toString(16).padStart(40, "0");
}

const example = pullExample();
// What a real payload has and the example lacks: a text by a person. GitHub's are some 20 kB.
const filler = "Please have a look: the cache is warmed before the first request. ".repeat(20);

function pullExample(): Record<string, unknown> {
  // The package's own type is that of a module without a default export.
  const recorded = examples as unknown as readonly { name: string; examples: Record<string, unknown>[] }[];
  const found = recorded.find(({ name }) => name === "pull_request")?.examples[0];
  if (found === undefined) throw new Error("there is no example of a pull_request event");
  return found;
}

/** A `pull_request` webhook of GitHub's size and form, signed. */
export function pullRequestDelivery(news: PullNews): WebhookRequest {
  const id = repositoryId(news.repository);
  const pull = example["pull_request"] as Record<string, Record<string, unknown>>;
  const repository = {
    ...(example["repository"] as object),
    id,
    name: `r${news.repository}`,
    owner: { id: 7, login: "bench", type: "Organization" },
    full_name: `bench/r${news.repository}`,
    private: true,
    default_branch: "main",
  };
  const payload = {
    ...example,
    action: news.action,
    number: news.number,
    pull_request: {
      ...pull,
      number: news.number,
      state: "open",
      draft: false,
      labels: [],
      auto_merge: null,
      body: filler,
      updated_at: new Date(news.updatedAt * 1000).toISOString().replace(".000", ""),
      head: { ...pull["head"], sha: news.headSha },
      base: { ...pull["base"], ref: "main", repo: repository },
    },
    repository,
    installation: { id },
  };
  const body = Buffer.from(JSON.stringify(payload));
  const signature = createHmac("sha256", webhookSecret).update(body).digest("hex");
  return {
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "user-agent": "GitHub-Hookshot/bench",
      "x-github-delivery": randomUUID(),
      "x-github-event": "pull_request",
      "x-hub-signature-256": `sha256=${signature}`,
    },
  };
}
