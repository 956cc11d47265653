import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { metricPhase, webPhase } from "../world/argo-analysis.ts";
import { story } from "../world/checkout.ts";
import { knownCallers } from "../world/known-callers.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

const template = z.object({
  spec: z.object({
    metrics: z.tuple([
      z.object({
        successCondition: z.string(),
        failureCondition: z.string(),
        provider: z.object({
          web: z.object({
            url: z.string(),
            headers: z.array(z.strictObject({ key: z.string(), value: z.string() })),
          }),
        }),
      }),
    ]),
  }),
});

/** The template that the page shows. */
function shown() {
  const page = readFileSync(new URL("../../docs/http-gate.md", import.meta.url), "utf8");
  const [, text = ""] = /```yaml\n(apiVersion: argoproj[\s\S]*?)```/.exec(page) ?? [];
  return template.parse(parse(text)).spec.metrics[0];
}

/** How an analysis by the page's template ends, asked once as Argo Rollouts asks it. */
async function analyse({ app }: Shop, token = "all") {
  const { provider, successCondition, failureCondition } = shown();
  const { url, headers } = provider.web;
  const reply = await fetch(url.replace("https://gate.example", app.url), {
    headers: headers.map(({ key, value }) => [key, value.replace("{{args.gate-token}}", token)]),
  });
  const body = await reply.text();
  expect(Buffer.byteLength(body)).toBeLessThan(2048);
  const metric = { success: successCondition, failure: failureCondition };
  const phase = webPhase(metric, { kind: "answered", status: reply.status, body, tookSeconds: 0 });
  return metricPhase({}, [phase], false).phase;
}

const open = async (options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> => {
  const shop = await openShop({ callers: knownCallers(), ...options });
  await shop.openPull();
  return shop;
};

it("lets a rollout go on while the budget is fine, and aborts it when it burns", async () => {
  const shop = await open();
  expect(await analyse(shop)).toBe("Successful");
  await shop.go(story.burning);
  expect(await analyse(shop)).toBe("Failed");
});

it.each([
  ["Prometheus is silent", { source: { url: new URL("http://127.0.0.1:9") } }],
  ["there is no policy", { policy: null }],
  ["the policy is broken", { policy: "version: 7\n" }],
])("pauses a rollout for a person when %s", async (_, options) => {
  expect(await analyse(await open({ at: story.burning, ...options }))).toBe("Inconclusive");
});

it("counts an error, and never a success, where the token is wrong", async () => {
  const shop = await open();
  expect(await analyse(shop, "wrong")).not.toBe("Successful");
});
