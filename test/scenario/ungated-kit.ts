/** Deployments that pass us, and what is noticed of them. */
import { expect } from "vitest";
import { policyFor } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { audit, counted } from "./gated-shop.ts";

/** A policy that names the environment. */
export const naming = policyFor("checkout", "gates:\n  deployment:\n    environments: [production]\n");

/** Every line about what passed us, and the counter that stands for it. */
export async function noticed(shop: Shop): Promise<string[]> {
  const lines = await audit(shop, "deployed_without_verdict");
  expect(await counted(shop, "burngate_ungated_deployments_total")).toBe(lines.length);
  return lines;
}

/** Deploys by the API as ann, with all contexts left out, and says that it runs. */
export async function pushed(shop: Shop, environment = "production", isHasty = false): Promise<void> {
  const { deployments } = shop.repository;
  const made = deployments.create({ ref: "main", environment, by: "ann", requiredContexts: [] });
  if (typeof made === "string") throw new Error(made);
  if (!isHasty) await shop.app.settle();
  deployments.setStatus(made.id, "in_progress", { by: "ann" });
  deployments.setStatus(made.id, "success", { by: "ann" });
  await shop.app.settle();
}
