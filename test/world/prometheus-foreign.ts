/**
 * A Prometheus that somebody else runs: it may be empty, it may be configured for anything, and all it does for us is
 * to scrape one exporter. Every wait ends, with what is to be done.
 */
import { setTimeout as pause } from "node:timers/promises";
import { startExporter, type Exporter } from "./prometheus-exporter.ts";
import { queryAt, type Sample } from "./prometheus.ts";
import { startTraffic, trafficQuery, type Traffic } from "./traffic.ts";

/** Which Prometheus, and what it is to see. */
export interface ForeignWorld {
  /** Base URL of its HTTP API. */
  readonly url: string;
  /** Loopback port of the exporter that it must scrape. */
  readonly port: number;
  readonly service: string;
  /** How long its first rate is waited for, in ms. */
  readonly withinMs: number;
  /** Told once, with the address to scrape, when the waiting begins. */
  readonly waiting: (address: string) => void | Promise<void>;
}

/** A service's traffic as a foreign Prometheus sees it. */
export interface ForeignTraffic {
  readonly url: string;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/**
 * Serves a service's traffic from zero on and resolves when the Prometheus shows a rate of it. Throws with what to
 * scrape when the Prometheus does not answer, or has no rate in time; and when the port is taken.
 */
export async function showTraffic(world: ForeignWorld): Promise<ForeignTraffic> {
  const url = world.url.replace(/\/+$/, "");
  await ask(url, "vector(1)");
  const exporter = await exporterAt(world.port);
  const traffic = startTraffic(exporter, world.service, []);
  const stop = async (): Promise<void> => {
    traffic.stop();
    await exporter.stop();
  };
  try {
    await world.waiting(exporter.address);
    const deadline = Date.now() + world.withinMs;
    while ((await ask(url, trafficQuery(world.service))).length === 0) {
      if (Date.now() > deadline) throw new Error(inVain(url, exporter, world.withinMs));
      await pause(250);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, traffic, stop };
}

/** What stands in the `scrape_configs` of a Prometheus that scrapes `address` often enough. */
export function scrapeConfig(address: string): string {
  return [
    "scrape_configs:",
    "  - job_name: burngate-demo",
    "    scrape_interval: 1s",
    "    static_configs:",
    `      - targets: ["${address}"]`,
  ].join("\n");
}

async function ask(url: string, promql: string): Promise<readonly Sample[]> {
  try {
    return await queryAt(url, promql);
  } catch (cause) {
    const { message, cause: below } = cause as Error;
    const why = below instanceof Error && below.message !== "" ? below.message : message;
    throw new Error(`${url} does not answer queries as a Prometheus would: ${why}`, { cause });
  }
}

async function exporterAt(port: number): Promise<Exporter> {
  try {
    return await startExporter(port);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`port ${port}, which Prometheus is to scrape, cannot be had: ${why}`, { cause });
  }
}

function inVain(url: string, { address, scrapes }: Exporter, withinMs: number): string {
  const seconds = Math.round(withinMs / 1000);
  const found =
    scrapes === 0
      ? `nobody scraped ${address} within ${seconds} s`
      : `${address} was scraped ${scrapes} time(s) within ${seconds} s, but ${url} has no rate over 5 s of it. Is it the one that scrapes, and every second?`;
  return `${found}\nIts configuration must hold this, and be loaded:\n\n${scrapeConfig(address)}`;
}
