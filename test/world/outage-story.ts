/**
 * The story of a pull request through an outage, played in real time on real parts: the demo tells it and the
 * end-to-end test asserts it.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { GitHub } from "./github.ts";
import type { Repository } from "./github-repository.ts";
import type { Traffic } from "./traffic.ts";

/** The service whose budget the story spends. */
export const storyService = "checkout";

/** What Prometheus remembers of the service when the story begins. */
export type StoryHistory = "a month" | "nothing";

/**
 * Its policy. The windows are seconds, so that an outage and its end fit into a minute; a real policy writes
 * no rules and gets 1h and 5m. What is left of a budget can only be asked of a Prometheus that remembers at
 * least a tenth of the 30 days; for one that remembers nothing the policy goes without that rule.
 */
const storyPolicy = (history: StoryHistory): string => `version: 1
objectives:
  - name: checkout
    target: 99.9%
    window: 30d
    sli:
      error_query: sum(rate(http_requests_total{service="checkout",code=~"5.."}[{{window}}]))
      total_query: sum(rate(http_requests_total{service="checkout"}[{{window}}]))
rules:
  - name: fast-burn
    burn_rate: 14.4
    windows: [30s, 10s]
    then: block
${history === "a month" ? remainingRule : ""}bypass:
  labels: [hotfix]
  teams: [acme/sre]
  expires: 2h
`;

const remainingRule = `  - name: budget-exhausted
    remaining: 0%
    then: block
`;

/** What happens and what is seen, for whoever tells it. */
export type Told =
  | { readonly kind: "act"; readonly text: string }
  | { readonly kind: "status"; readonly state: string; readonly description: string };

/** Where the story plays. */
export interface Stage {
  readonly github: GitHub;
  readonly shop: Repository;
  readonly traffic: Traffic;
}

/** The repository acme/shop with its people and policy, on which the app is installed. */
export function stageShop(github: GitHub, history: StoryHistory): Repository {
  github.team("acme", "sre", { ann: "active" });
  const installation = github.installation({ account: "acme" });
  const shop = github.repository({ owner: "acme", name: "shop", installation });
  shop.permit("bob", "write");
  shop.permit("mallory", "triage");
  shop.commit("main", { ".github/slo-policy.yml": storyPolicy(history), "README.md": "# shop\n" });
  return shop;
}

/** The status context of the story. */
const storyContext = "error-budget: main";

/** Plays the story. Throws when a chapter does not end within its time. */
export async function playOutage(
  { github, shop, traffic }: Stage,
  tell: (told: Told) => void,
): Promise<void> {
  const act = (text: string): void => tell({ kind: "act", text });
  let shown = "";
  const until = async (
    what: string,
    isSo: (state: string, description: string) => boolean,
  ): Promise<void> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const status = shop.latestStatus(pull.headSha, storyContext);
      const { state = "none", description } = status ?? {};
      const text = description ?? "";
      if (status !== undefined && shown !== `${state} ${text}`) {
        shown = `${state} ${text}`;
        tell({ kind: "status", state, description: text });
      }
      if (isSo(state, text)) return;
      if (Date.now() > deadline)
        throw new Error(`waited in vain for ${what}; the status says ${state}: ${text}`);
      await pause(50);
    }
  };
  // Times of GitHub have whole seconds; people do not act twice within one.
  const breathe = (): Promise<void> => pause(1100);

  act("bob opens a pull request into main");
  const pull = shop.openPull({
    head: "faster-checkout",
    author: "bob",
    title: "Make checkout faster",
    files: { "checkout.ts": "fast()\n" },
  });
  await until("green", (state) => state === "success");
  act("checkout begins to fail: 3 of 10 requests answer 500");
  traffic.fail(0.3);
  await until("red by itself", (state) => state === "failure");
  await breathe();
  act("mallory, who may only triage, labels it hotfix");
  shop.label(pull.number, "hotfix", { by: "mallory" });
  await until("the refusal", (state, text) => state === "failure" && text.includes("@mallory"));
  await breathe();
  act('mallory\'s label goes; ann, of acme/sre, writes "Hotfix: INC-42 payment outage" and labels it');
  shop.unlabel(pull.number, "hotfix", { by: "mallory" });
  await breathe();
  shop.comment(pull.number, "Hotfix: INC-42 payment outage", { by: "ann" });
  shop.label(pull.number, "hotfix", { by: "ann" });
  await until("the bypass", (state, text) => state === "success" && text.startsWith("Bypassed by @ann"));
  await breathe();
  act("ann takes the label away again");
  shop.unlabel(pull.number, "hotfix", { by: "ann" });
  await until("red again", (state) => state === "failure");
  act("checkout is mended; the short window forgets within seconds");
  traffic.fail(0.000_05);
  await until("recovery", (state) => state === "success");
  await github.settled();
}
