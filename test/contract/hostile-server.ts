import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from "node:https";
import type { AddressInfo } from "node:net";

/** One request as the server got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/** What a server does with a request: anything that HTTP can, or stops short of. */
export type Behaviour = (response: ServerResponse, received: Received) => void;

/** A local HTTP server that behaves as it is told. */
export interface HostileServer {
  readonly url: string;
  readonly received: Received[];
  /** How many connections were taken so far. */
  readonly connections: number;
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

/** Starts one on a free loopback port, over TLS when told how; until told otherwise it answers 200 and nothing. */
export async function startHostileServer(tls?: TlsOptions): Promise<HostileServer> {
  const received: Received[] = [];
  let connections = 0;
  let behaviour: Behaviour = (response) => response.end();
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, form: new URLSearchParams(body) };
      received.push(one);
      behaviour(response, one);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get connections() {
      return connections;
    },
    behave(next) {
      received.length = 0;
      behaviour = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Answers with a status, a body and its type. */
export const answering =
  (status: number, body: string, type = "application/json"): Behaviour =>
  (response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  };

/** Answers 200 with JSON. */
export const saying = (value: unknown): Behaviour => answering(200, JSON.stringify(value));

/** The moment that is asked about, and so is answered about. */
export const askedAt = Date.parse("2026-11-22T12:00:00Z");

/** An instant vector: for each expression's name the values of its series. */
export const vector = (values: Readonly<Record<string, readonly string[]>>, more: object = {}): Behaviour =>
  saying({
    status: "success",
    data: {
      resultType: "vector",
      result: Object.entries(values).flatMap(([name, all]) =>
        all.map((value, index) => ({
          metric: { burngate_expression: name, series: String(index) },
          value: [askedAt / 1000, value],
        })),
      ),
    },
    ...more,
  });
