/**
 * Probot's verification, our storage.
 *
 * Keeps: the signature is checked over the raw bytes, in constant time, before the body is parsed [T15]; what
 * nobody handles is dropped before it is parsed; a delivery is acknowledged only when it is on disk [T16]; a
 * wrong body is never logged.
 */
import type { Probot } from "probot";
import { ZodError } from "zod";
import type { Delivery } from "../domain/delivery.ts";
import type { Door } from "../gate/door.ts";
import { handledEvents, hintOf } from "./delivery.ts";

/** Puts a delivery on disk; tells whether it was there before, need not be, or finds no room. */
export type Accept = (delivery: Delivery) => Promise<"stored" | "known" | "ignored" | "full">;

/**
 * Makes Probot store every delivery that it dispatches. This is the whole app: what follows is done by the
 * worker.
 */
export function listen(app: Probot, accept: Accept): void {
  app.onAny(async ({ id, name, payload }) => {
    const delivery = deliveryOf(id, name, payload);
    if (delivery !== undefined) await accept(delivery);
  });
}

/**
 * The door over Probot's verification. It stores by itself what `listen` would store: Probot's dispatch makes a
 * client of GitHub's for each delivery, which nobody here asks anything.
 */
export function doorOf(probot: Pick<Probot, "webhooks">, accept: Accept): Door {
  return {
    async enter({ id, event, signature, body }) {
      if (!(await verify(probot, body, signature))) return "bad_signature";
      if (!handledEvents.has(event)) return "ignored";
      const payload = parseObject(body);
      if (payload === undefined) return "malformed";
      let delivery: Delivery | undefined;
      try {
        delivery = deliveryOf(id, event, payload);
      } catch (error) {
        if (error instanceof ZodError) return "malformed";
        throw error;
      }
      if (delivery === undefined) return "ignored";
      const stored = await accept(delivery);
      return stored === "stored" ? "accepted" : stored;
    },
  };
}

/** What a webhook is stored as, or `undefined` when nobody needs it. */
function deliveryOf(id: string, event: string, payload: object): Delivery | undefined {
  const hint = hintOf(event, payload);
  if (hint === undefined) return undefined;
  const action = "action" in payload && typeof payload.action === "string" ? `.${payload.action}` : "";
  return { id, name: `${event}${action}`, hint };
}

async function verify(probot: Pick<Probot, "webhooks">, body: string, signature: string): Promise<boolean> {
  // The library throws on an empty signature or body; that is just a wrong one.
  return (
    body !== "" && /^sha256=[0-9a-f]{64}$/.test(signature) && (await probot.webhooks.verify(body, signature))
  );
}

function parseObject(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Signed and still not JSON: GitHub set to form encoding, or somebody with the secret.
    return undefined;
  }
}
