/** A receiver of CloudEvents, for real: it checks the signature and keeps what it takes. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An event as it arrived. */
export interface ArrivedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly isSigned: boolean;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: {
    readonly context?: { readonly specversion: string; readonly timestamp: string };
    readonly subject?: { readonly content: Readonly<Record<string, unknown>> };
    readonly customData?: Readonly<Record<string, unknown>>;
    readonly [key: string]: unknown;
  };
}

/** A running receiver. */
export interface EventReceiver {
  readonly url: URL;
  readonly arrived: ArrivedEvent[];
  /** What it answers from now on; `hang_up` closes the connection. */
  answer(how: number | "hang_up"): void;
  stop(): Promise<void>;
}

/** Starts a receiver that knows a secret. */
export async function startReceiver(secret: string): Promise<EventReceiver> {
  const arrived: ArrivedEvent[] = [];
  let how: number | "hang_up" = 202;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (how === "hang_up") return request.socket.destroy();
      const body = Buffer.concat(chunks).toString("utf8");
      if (how < 300) arrived.push(eventIn(request.headers, body, secret));
      return response.writeHead(how, how === 302 ? { location: "/" } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`),
    arrived,
    answer(next) {
      how = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function eventIn(headers: Readonly<Record<string, unknown>>, body: string, secret: string): ArrivedEvent {
  const text = (name: string): string => {
    const value = headers[name];
    return typeof value === "string" ? value : "";
  };
  const signed = `${text("webhook-id")}.${text("webhook-timestamp")}.${body}`;
  const expected = createHmac("sha256", Buffer.from(secret, "base64")).update(signed).digest("base64");
  const isSigned = text("webhook-signature") === `v1,${expected}`;
  const parsed = JSON.parse(body) as ArrivedEvent & { data: ArrivedEvent["data"] };
  if (text("content-type").startsWith("application/cloudevents+json")) {
    const { id, type, subject, data } = parsed;
    return { id, type, subject, data, isSigned, headers };
  }
  const [id, type, subject] = [text("ce-id"), text("ce-type"), text("ce-subject")];
  return { id, type, subject, data: parsed as unknown as ArrivedEvent["data"], isSigned, headers };
}
