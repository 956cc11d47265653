import type { Exporter } from "./prometheus-exporter.ts";
import type { Prometheus } from "./prometheus.ts";
import { counter, type Labels, type Series } from "./prometheus-history.ts";

const day = 86_400_000;
const requestsPerSecond = 100;
const name = "http_requests_total";

/** Live traffic of a service, carried on where its made history ends. */
export interface Traffic {
  /** The share of requests that fail from now on. */
  fail(share: number): void;
  stop(): void;
}

const labelsOf = (service: string, code: string): Labels => ({ service, code });

/** Thirty calm days of a service, up to `to`: 100 requests a second, 1 in 20,000 fails. */
export function calmMonth(service: string, to: number): readonly Series[] {
  const span = { from: to - 30 * day - 60_000, to };
  const share = 0.000_05;
  return [
    counter({
      ...span,
      name,
      labels: labelsOf(service, "200"),
      perSecond: () => requestsPerSecond * (1 - share),
    }),
    counter({ ...span, name, labels: labelsOf(service, "500"), perSecond: () => requestsPerSecond * share }),
  ];
}

/** A service's live traffic over a window so short that only a scrape every second or two gives it a value. */
export const trafficQuery = (service: string): string =>
  `sum(rate(${name}{service="${service}",code="200"}[5s]))`;

/**
 * Resolves when so many seconds of a service's live traffic can be seen that even a short window has a rate.
 */
export async function trafficSeen(prometheus: Prometheus, service: string): Promise<void> {
  do await prometheus.scraped();
  while ((await prometheus.query(trafficQuery(service))).length === 0);
}

/** Lets requests happen in real time, from the values on with which the history ends; without one, from zero. */
export function startTraffic(exporter: Exporter, service: string, history: readonly Series[]): Traffic {
  let failing = 0.000_05;
  for (const series of history) {
    let last = 0;
    for (const [, value] of series.samples()) last = value;
    exporter.set(series.name, series.labels, last);
  }
  let before = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const requests = (requestsPerSecond * (now - before)) / 1000;
    before = now;
    exporter.add(name, labelsOf(service, "200"), requests * (1 - failing));
    exporter.add(name, labelsOf(service, "500"), requests * failing);
  }, 100);
  return {
    fail(share) {
      failing = share;
    },
    stop: () => clearInterval(timer),
  };
}
