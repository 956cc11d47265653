/** A real Prometheus that watches two services in real time: `calm`, and `burning`, whose budget every rule sees burn. */
import { type Prometheus, startPrometheus } from "./prometheus.ts";
import { calmMonth, startTraffic, trafficSeen } from "./traffic.ts";

/** The two services, watched. */
export interface CalmAndBurning {
  readonly prometheus: Prometheus;
  stop(): Promise<void>;
}

/** Starts both; resolves when Prometheus has a rate of each. */
export async function startCalmAndBurning(): Promise<CalmAndBurning> {
  const now = Date.now() - 5000;
  const calm = calmMonth("calm", now);
  const burning = calmMonth("burning", now);
  const prometheus = await startPrometheus({
    history: [...calm, ...burning],
    scrape: { intervalMs: 1000 },
  });
  const { exporter } = prometheus;
  const traffics = [
    startTraffic(exporter, "calm", calm),
    startTraffic(exporter, "burning", burning),
  ] as const;
  // Enough errors at once for every burn window: the rate looks back an hour.
  exporter.add("http_requests_total", { service: "burning", code: "500" }, 1);
  await prometheus.scraped();
  exporter.add("http_requests_total", { service: "burning", code: "500" }, 100_000);
  traffics[1].fail(0.9);
  for (const name of ["calm", "burning"]) await trafficSeen(prometheus, name);
  return {
    prometheus,
    async stop() {
      for (const traffic of traffics) traffic.stop();
      await prometheus.stop();
    },
  };
}
