/** A red pull request in the whole app, and the ways in which somebody asks to let it through. */
import { expect } from "vitest";
import type { Hint } from "../../src/domain/delivery.ts";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";

/** A shop whose budget burns, with bob's red pull request. */
export interface Red {
  readonly shop: Shop;
  readonly number: number;
  readonly headSha: string;
  /** What the status of the pull request's head says now. */
  readonly told: () => string | undefined;
  /** Comments, lets the app hear of it, and lets a second pass. Gives the comment's id. */
  readonly say: (by: string, body: string, viaApp?: string) => Promise<number>;
  /** Reviews the present head, lets the app hear of it, and lets a second pass. */
  readonly review: (by: string, body: string) => Promise<number>;
  /** Presses the button under the report on the present head. */
  readonly press: (by: string, headSha?: string) => Promise<void>;
  /** Lets the app hear that something was said. */
  readonly heard: () => Promise<void>;
}

/** Opens the shop; `terms` are added to the policy's `bypass`, which says `expires: 2h` unless they do. */
export async function openRed(
  open: (options: Omit<ShopOptions, "prometheus">) => Promise<Shop>,
  terms = "",
): Promise<Red> {
  const usual = terms.includes("expires:") ? "  expires: 2h\n" : "";
  const policy = policyFor("checkout", terms).replace(usual, "");
  const shop = await open({ at: story.burning, policy });
  const { number, headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^failure: /);
  shop.pass();
  let deliveries = 0;
  const accept = async (hint: Hint): Promise<void> => {
    await shop.app.machine.accept({ id: `made-${(deliveries += 1)}`, name: "made", hint });
    await shop.app.settle();
    shop.pass();
  };
  const repository = async () => {
    const known = await shop.app.machine.ledger.registry.repository(shop.repository.id);
    if (known === undefined) throw new Error("the app knows no repository");
    return known;
  };
  const heard = async (): Promise<void> =>
    accept({ kind: "remark", repository: await repository(), number, wish: "look" });
  return {
    shop,
    number,
    headSha,
    told: () => shop.told(shop.repository.pull(number).head.sha),
    heard,
    async say(by, body, viaApp) {
      const id = shop.repository.comment(number, body, { by, ...(viaApp === undefined ? {} : { viaApp }) });
      await heard();
      return id;
    },
    async review(by, body) {
      const id = shop.repository.review(number, { by, body, state: "COMMENTED" });
      await heard();
      return id;
    },
    async press(by, at = shop.repository.pull(number).head.sha) {
      const account = by.endsWith("[bot]") ? shop.github.bot(by) : shop.github.user(by);
      const actor = { id: account.id, login: by, isBot: by.endsWith("[bot]") };
      await shop.app.machine.ledger.presses.note({
        repositoryId: shop.repository.id,
        headSha: at,
        deliveryId: `press-${by}-${shop.clock.now()}`,
        actor,
        about: `${shop.repository.id}:${at}:pull_request:main`,
        at: shop.clock.now(),
      });
      await heard();
    },
  };
}
