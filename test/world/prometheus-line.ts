/** The line between an app and its Prometheus: what is asked is passed on, or taken and never answered. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A running line. */
export interface PrometheusLine {
  readonly url: string;
  /** How many questions came so far. */
  readonly asked: number;
  /** Leaves every question from now on without an answer. */
  hang(): void;
  /** Passes questions on again; those that hang stay without an answer. */
  pass(): void;
  stop(): Promise<void>;
}

/** Starts a line to a Prometheus that passes on. One that is down breaks the asker's connection. */
export async function startPrometheusLine(prometheusUrl: string): Promise<PrometheusLine> {
  let asked = 0;
  let isHanging = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked += 1;
      if (isHanging) return;
      passOn(prometheusUrl, request, Buffer.concat(chunks), response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get asked() {
      return asked;
    },
    hang() {
      isHanging = true;
    },
    pass() {
      isHanging = false;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function passOn(
  prometheusUrl: string,
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const type = headers["content-type"];
  const answer = await fetch(`${prometheusUrl}${url}`, {
    method,
    ...(method === "POST" && { body }),
    ...(type !== undefined && { headers: { "content-type": type } }),
  });
  const text = await answer.text();
  response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
}
