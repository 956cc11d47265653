/**
 * Bodies of requests, read within bounds: what is over is refused while it streams, not after. [T18]
 *
 * Race: hanging up on a sender that still writes resets the connection, and the reset can overtake the answer.
 * So a refused body is read on and thrown away for a while (RFC 9112 §9.6) before the connection is closed.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendLast } from "./reply.ts";

/** How long a refused sender may be silent before we hang up. */
const lingerMs = 2000;

/** A body, or why there is none. */
export type Body = { readonly text: string } | "too_large" | "unavailable" | "malformed";

/** A reader of bodies of at most `maxBytes` each, which holds at most `maxHeldBytes` of all of them at once. */
export function bodyReader(
  maxBytes: number,
  maxHeldBytes: number,
): (request: IncomingMessage) => Promise<Body> {
  let heldBytes = 0;
  return async (request) => {
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > maxBytes) return "too_large";
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        heldBytes += chunk.length;
        if (size > maxBytes) return "too_large";
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
}

/**
 * Answers a request whose body was not read to its end, then reads on and keeps nothing until the sender is done or silent,
 * or has sent `maxBytes` more.
 */
export async function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  maxBytes: number,
): Promise<void> {
  sendLast(response, status, text);
  request.setTimeout(lingerMs, () => request.destroy());
  let dropped = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      dropped += chunk.length;
      if (dropped > maxBytes) break;
    }
  } catch {
    // The sender hung up, which is what we wait for.
  }
  response.end();
}
