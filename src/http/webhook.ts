/**
 * The webhook's way in.
 *
 * Keeps: at most 25 MB of a body are read (GitHub sends no more) and at most 128 MB of all bodies are held at
 * once; what is over is refused while it streams, not after. [T18] The answer comes after the delivery is on
 * disk, and 503 only before. [T16]
 *
 * Race: hanging up on a sender that still writes resets the connection, and the reset can overtake the answer.
 * So a refused body is read on and thrown away for a while (RFC 9112 §9.6) before the connection is closed.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Door, Reception } from "../gate/door.ts";
import type { Events } from "../gate/events.ts";
import { sendLast, sendText } from "./reply.ts";

/**
 * The largest body that GitHub sends, in bytes
 * (https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap).
 */
export const maxBodyBytes = 25 * 1024 * 1024;

const maxHeldBytes = 128 * 1024 * 1024;

/** How long a refused sender may be silent before we hang up. */
const lingerMs = 2000;

/** A handler of `POST` requests at the webhook's path. */
export function webhookRoute(
  door: Door,
  events: Events,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let heldBytes = 0;

  const readBody = async (
    request: IncomingMessage,
  ): Promise<{ readonly text: string } | "too_large" | "unavailable" | "malformed"> => {
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > maxBodyBytes) return "too_large";
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        heldBytes += chunk.length;
        if (size > maxBodyBytes) return "too_large";
        if (heldBytes > maxHeldBytes) return "unavailable";
        chunks.push(chunk);
      }
      return { text: Buffer.concat(chunks).toString("utf8") };
    } catch {
      // The other side broke off; anybody can, so it is no fault.
      return "malformed";
    } finally {
      heldBytes -= size;
    }
  };

  return async (request, response) => {
    const header = (name: string): string => String(request.headers[name] ?? "");
    const id = header("x-github-delivery");
    const event = header("x-github-event");
    const signature = header("x-hub-signature-256");
    if (!/^[\w-]{1,100}$/.test(id) || !/^[a-z_]{1,60}$/.test(event)) {
      events.deliveryRefused("malformed");
      return sendText(
        response,
        400,
        "This is the address for GitHub's webhooks; X-GitHub-Delivery or X-GitHub-Event is missing.\n",
      );
    }
    const body = await readBody(request);
    if (typeof body === "string") {
      events.deliveryRefused(body);
      refuse(response, body);
      await linger(request);
      response.end();
      return;
    }
    try {
      answer(response, await door.enter({ id, event, signature, body: body.text }), event, events);
    } catch (error) {
      events.deliveryRefused("unavailable");
      events.buried(`delivery:${id}`, error);
      sendText(response, 503, "The delivery could not be stored; redeliver it.\n");
    }
  };
}

function refuse(response: ServerResponse, why: "too_large" | "unavailable" | "malformed"): void {
  switch (why) {
    case "too_large":
      return sendLast(response, 413, "The body is larger than the 25 MB that GitHub sends.\n");
    case "unavailable":
      return sendLast(response, 503, "Too many bodies at once; redeliver later.\n");
    case "malformed":
      return sendLast(response, 400, "The body broke off.\n");
  }
}

/** Reads on and keeps nothing, until the sender is done or silent, or has sent a whole body more. */
async function linger(request: IncomingMessage): Promise<void> {
  request.setTimeout(lingerMs, () => request.destroy());
  let dropped = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      dropped += chunk.length;
      if (dropped > maxBodyBytes) return;
    }
  } catch {
    // The sender hung up, which is what we wait for.
  }
}

function answer(response: ServerResponse, reception: Reception, event: string, events: Events): void {
  switch (reception) {
    case "accepted":
      return sendText(response, 202, "Stored.\n");
    case "known":
      return sendText(response, 202, "Known already.\n");
    case "ignored":
      events.deliveryIgnored(event);
      return sendText(response, 202, "Not needed.\n");
    case "full":
      events.deliveryRefused("full");
      return sendText(
        response,
        503,
        "Too many deliveries wait for their work; this one will be asked for again.\n",
      );
    case "bad_signature":
      events.deliveryRefused("signature");
      return sendText(response, 400, "The signature does not match.\n");
    case "malformed":
      events.deliveryRefused("malformed");
      return sendText(response, 400, "The body is not a webhook of GitHub's.\n");
  }
}
