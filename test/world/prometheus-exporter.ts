import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { numberText, selectorOf, type Labels } from "./prometheus-history.ts";

/** The metric by which {@link Exporter.scrapes} can be recognised in Prometheus. */
export const SCRAPES_METRIC = "burngate_world_scrapes";

/** A small HTTP exporter whose series a test changes while Prometheus scrapes it. */
export interface Exporter {
  /** Host and port that Prometheus scrapes (path /metrics). */
  readonly address: string;
  /** How many scrapes have been answered so far; also exposed, as {@link SCRAPES_METRIC}. */
  readonly scrapes: number;
  /** From the next scrape on the series has this value. */
  set(name: string, labels: Labels, value: number): void;
  /** Adds to the series' value; a series that was not there starts at 0. */
  add(name: string, labels: Labels, amount: number): void;
  /** From the next scrape on the series is gone, which Prometheus marks as stale. False when there was none. */
  remove(name: string, labels: Labels): boolean;
  /** While down, every scrape is answered with HTTP 503: `up` is 0 and all series go stale. */
  setDown(down: boolean): void;
  stop(): Promise<void>;
}

/** Starts an exporter on a loopback port: the given one, or a free one. */
export async function startExporter(port = 0): Promise<Exporter> {
  const values = new Map<string, number>();
  let scrapes = 0;
  let down = false;
  const server = createServer((_request, response) => {
    scrapes++;
    if (down) {
      response.writeHead(503).end();
      return;
    }
    const lines = [...values].map(([selector, value]) => `${selector} ${numberText(value)}\n`);
    lines.push(`${SCRAPES_METRIC} ${scrapes}\n`);
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(lines.join(""));
  });
  const address = await listen(server, port);
  return {
    address,
    get scrapes() {
      return scrapes;
    },
    set(name, labels, value) {
      values.set(selectorOf(name, labels), value);
    },
    add(name, labels, amount) {
      const selector = selectorOf(name, labels);
      values.set(selector, (values.get(selector) ?? 0) + amount);
    },
    remove(name, labels) {
      return values.delete(selectorOf(name, labels));
    },
    setDown(next) {
      down = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
