/** The story of a pull request through an outage. */
import { breathe, follow, type Stage, type Told } from "./story.ts";

/** Plays the story. Throws when a chapter does not end within its time. */
export async function playOutage(
  { github, shop, traffic }: Stage,
  tell: (told: Told) => void,
): Promise<void> {
  const act = (text: string): void => tell({ kind: "act", text });
  act("bob opens a pull request into main");
  const pull = shop.openPull({
    head: "faster-checkout",
    author: "bob",
    title: "Make checkout faster",
    files: { "checkout.ts": "fast()\n" },
  });
  const until = follow(shop, pull.headSha, tell);
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
