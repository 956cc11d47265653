/**
 * Probot's verification and dispatch, our storage.
 *
 * Keeps: the signature is checked over the raw bytes, in constant time, before the body is parsed [T15]; what
 * nobody handles is dropped before it is parsed; a delivery is acknowledged only when it is on disk [T16]; a
 * wrong body is never logged.
 */
import type { Probot } from "probot";
import { ZodError } from "zod";
import type { Delivery } from "../domain/delivery.ts";
import type { Door, Reception } from "../gate/door.ts";
import { handledEvents, hintOf } from "./delivery.ts";

/** Puts a delivery on disk; tells whether it was there before, need not be, or finds no room. */
export type Accept = (delivery: Delivery) => Promise<"stored" | "known" | "ignored" | "full">;

/**
 * Makes Probot store every delivery that it dispatches. This is the whole app: what follows is done by the
 * worker.
 */
export function listen(app: Probot, accept: Accept): void {
  app.onAny(async ({ id, name, payload }) => {
    const hint = hintOf(name, payload);
    if (hint === undefined) return;
    const action = "action" in payload && typeof payload.action === "string" ? `.${payload.action}` : "";
    await accept({ id, name: `${name}${action}`, hint });
  });
}

/**
 * The door over Probot's verification. `accept` tells through `listen`, so that every way in stores alike.
 */
export function doorOf(probot: Probot, accept: Accept): Door {
  const receptions = new Map<string, Reception>();
  listen(probot, async (delivery) => {
    const stored = await accept(delivery);
    receptions.set(delivery.id, stored === "stored" ? "accepted" : stored);
    return stored;
  });
  return {
    async enter({ id, event, signature, body }) {
      if (!(await verify(probot, body, signature))) return "bad_signature";
      if (!handledEvents.has(event)) return "ignored";
      const payload = parseObject(body);
      if (payload === undefined) return "malformed";
      try {
        await probot.webhooks.receive({ id, name: event, payload } as never);
        return receptions.get(id) ?? "ignored";
      } catch (error) {
        if (causesOf(error).some((cause) => cause instanceof ZodError)) return "malformed";
        throw error;
      } finally {
        receptions.delete(id);
      }
    },
  };
}

async function verify(probot: Probot, body: string, signature: string): Promise<boolean> {
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

/** Probot gathers what its handlers throw. */
function causesOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
