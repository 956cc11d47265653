/**
 * The webhook's way in.
 *
 * Keeps: at most 25 MB of a body are read (GitHub sends no more) and at most 128 MB of all bodies are held at
 * once; what is over is refused while it streams, not after. [T18] The answer comes after the delivery is on
 * disk, and 503 only before. [T16]
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Door, Reception } from "../gate/door.ts";
import type { Events } from "../gate/events.ts";
import { bodyReader, refuseBody } from "./body.ts";
import { sendText } from "./reply.ts";

/**
 * The largest body that GitHub sends, in bytes
 * (https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap).
 */
export const maxBodyBytes = 25 * 1024 * 1024;

const maxHeldBytes = 128 * 1024 * 1024;

/** A handler of `POST` requests at the webhook's path. */
export function webhookRoute(
  door: Door,
  events: Events,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const readBody = bodyReader(maxBodyBytes, maxHeldBytes);

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
      const { status, text } = refusals[body];
      return refuseBody(request, response, status, text, maxBodyBytes);
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

const refusals = {
  too_large: { status: 413, text: "The body is larger than the 25 MB that GitHub sends.\n" },
  unavailable: { status: 503, text: "Too many bodies at once; redeliver later.\n" },
  malformed: { status: 400, text: "The body broke off.\n" },
} as const;

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
