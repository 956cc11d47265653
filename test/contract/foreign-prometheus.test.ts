import { afterAll, beforeAll, expect, it } from "vitest";
import { startExporter } from "../world/prometheus-exporter.ts";
import { type ForeignWorld, showTraffic } from "../world/prometheus-foreign.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";

// What script/demo says when a Prometheus that somebody else runs does not do its part. That it plays when it does is
// shown by test/e2e/demo.test.ts.

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ scrape: { intervalMs: 1000 } });
});
afterAll(() => prometheus.stop());

const show = (more: Partial<ForeignWorld>) =>
  showTraffic({
    url: prometheus.url,
    port: 0,
    service: "checkout",
    withinMs: 0,
    waiting: () => undefined,
    ...more,
  });

it("ends its waiting, and says what to scrape when nobody does", async () => {
  let address = "";
  const waiting = (told: string): void => void (address = told);
  const words = await show({ waiting }).catch((error: unknown) => String(error));
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(words).toContain(`nobody scraped ${address} within 0 s`);
  expect(words).toContain("scrape_configs:\n  - job_name: burngate-demo\n    scrape_interval: 1s\n");
  expect(words).toContain(`targets: ["${address}"]`);
});

it("says that another one scrapes when this one shows nothing of it", async () => {
  const waiting = async (address: string): Promise<void> => {
    await (await fetch(`http://${address}/metrics`)).text();
  };
  await expect(show({ waiting })).rejects.toThrow(
    /^127\.0\.0\.1:\d+ was scraped 1 time\(s\) within 0 s, but http:\S+ has no rate over 5 s of it/,
  );
});

it("says at once who does not answer, and why", async () => {
  const gone = await startExporter();
  await gone.stop();
  await expect(show({ url: `http://${gone.address}/` })).rejects.toThrow(
    `http://${gone.address} does not answer queries as a Prometheus would: connect ECONNREFUSED`,
  );
  const page = await startExporter();
  await expect(show({ url: `http://${page.address}` })).rejects.toThrow("does not answer queries");
  await page.stop();
});

it("says that the port is taken", async () => {
  const other = await startExporter();
  const port = Number(other.address.split(":")[1]);
  await expect(show({ port })).rejects.toThrow(
    `port ${port}, which Prometheus is to scrape, cannot be had: listen EADDRINUSE`,
  );
  await other.stop();
});
