import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One webhook as it came in; `raw` is the body as sent, over which it is signed. */
export type ReceivedWebhook = { headers: IncomingHttpHeaders; raw: string; payload: unknown };

/** A server that keeps what it is sent. */
export type Receiver = { url: string; received: ReceivedWebhook[]; stop: () => Promise<void> };

/** Starts a receiver of webhooks; `status` is asked for each of them. */
export async function startReceiver(status: () => number = () => 200): Promise<Receiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    let raw = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (raw += chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, raw, payload: JSON.parse(raw) as unknown });
      response.writeHead(status()).end("received");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received, stop };
}
