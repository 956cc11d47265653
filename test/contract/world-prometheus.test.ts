import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBinary } from "../world/prometheus-binary.ts";
import { counter, gauge, selectorOf } from "../world/prometheus-history.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const THEN = Date.parse("2021-03-01T00:00:00Z");
const BEGIN = THEN - 30 * DAY;

const only = async (prometheus: Prometheus, promql: string, atMs?: number): Promise<number | undefined> => {
  const samples = await prometheus.query(promql, atMs);
  expect(samples.length, promql).toBeLessThanOrEqual(1);
  return samples[0]?.value;
};

describe("made history", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    const span = { from: BEGIN, to: THEN };
    prometheus = await startPrometheus({
      history: [
        counter({ ...span, name: "requests_total", labels: { code: "200" }, perSecond: () => 99 }),
        counter({
          ...span,
          name: "requests_total",
          labels: { code: "500" },
          perSecond: (at) => (at < THEN - HOUR ? 1 : 11),
        }),
        counter({
          ...span,
          name: "restarted_total",
          perSecond: () => 2,
          resetAt: [THEN - 30 * MINUTE, THEN - 10 * MINUTE],
        }),
        counter({ ...span, name: "gapped_total", perSecond: (at) => (at >= THEN - HOUR ? undefined : 1) }),
        gauge({
          ...span,
          name: "temperature",
          labels: { room: 'a "b" \\ c' },
          valueAt: (at) => (at - BEGIN) / DAY,
        }),
        gauge({ ...span, name: "odd", labels: { kind: "nan" }, valueAt: () => NaN }),
        gauge({ ...span, name: "odd", labels: { kind: "inf" }, valueAt: () => Infinity }),
      ],
    });
  });
  afterAll(() => prometheus.stop());

  it("grows at the rate that was asked for, in every window", async () => {
    expect(await only(prometheus, "sum(rate(requests_total[5m]))", THEN - 2 * HOUR)).toBeCloseTo(100, 9);
    expect(await only(prometheus, 'rate(requests_total{code="500"}[1h])', THEN)).toBeCloseTo(11, 9);
    const month = 'increase(requests_total{code="500"}[30d])';
    expect(await only(prometheus, month, THEN)).toBeCloseTo(30 * 24 * 3600 + 10 * 3600, -1);
  });

  it("resets counters where asked, which rate() does not take for growth", async () => {
    const raw = await only(prometheus, "restarted_total", THEN - 9 * MINUTE);
    expect(raw).toBe(2 * 60);
    expect(await only(prometheus, "resets(restarted_total[1h])", THEN)).toBe(2);
    // What was counted between the last sample and a reset is lost, as in life: two minutes of sixty here.
    expect(await only(prometheus, "rate(restarted_total[1h])", THEN)).toBeCloseTo(2 * (58 / 60), 2);
  });

  it("leaves gaps without samples", async () => {
    expect(await only(prometheus, "gapped_total", THEN)).toBeUndefined();
    expect(await only(prometheus, "gapped_total", THEN - HOUR + 4 * MINUTE)).toBe(30 * 24 * 3600 - 3600);
  });

  it("keeps label values and values that are no ordinary numbers", async () => {
    const [warm] = await prometheus.query("temperature", THEN);
    expect(warm).toEqual({ labels: { __name__: "temperature", room: 'a "b" \\ c' }, value: 30 });
    expect(await only(prometheus, 'odd{kind="nan"}', THEN)).toBeNaN();
    expect(await only(prometheus, 'odd{kind="inf"}', THEN)).toBe(Infinity);
    expect(await only(prometheus, "scalar(temperature)", THEN)).toBe(30);
  });

  it("survives kill and restart on the same port", async () => {
    const { url } = prometheus;
    await prometheus.kill();
    await expect(fetch(url)).rejects.toThrow();
    await prometheus.restart();
    expect(prometheus.url).toBe(url);
    expect(await only(prometheus, "temperature", BEGIN)).toBe(0);
  });

  it("tells why a query is refused", async () => {
    await expect(prometheus.query("rate(")).rejects.toThrow(/bad_data/);
    expect(() => prometheus.exporter).toThrow(/scrape/);
  });
});

describe("live series", () => {
  let prometheus: Prometheus;
  const labels = { service: "checkout" };
  beforeAll(async () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    prometheus = await startPrometheus({
      history: [gauge({ name: "queue_depth", labels, from: now - HOUR, to: now, valueAt: () => 1 })],
      scrape: { intervalMs: 100 },
      rules: "groups:\n- name: world\n  rules:\n  - {record: twice, expr: 2 * queue_depth}\n",
    });
  });
  afterAll(() => prometheus.stop());

  it("continue the history of the series with the same labels", async () => {
    prometheus.exporter.set("queue_depth", labels, 7);
    await prometheus.scraped();
    const samples = await prometheus.query("max_over_time(queue_depth[1h]) - min_over_time(queue_depth[1h])");
    expect(samples).toEqual([{ labels, value: 6 }]);
  });

  it("add up, go stale when removed, and keep labels called job and instance", async () => {
    const own = { job: "mine", instance: "me" };
    prometheus.exporter.add("served_total", own, 2);
    prometheus.exporter.add("served_total", own, 3);
    await prometheus.scraped();
    expect(await prometheus.query("served_total")).toEqual([
      { labels: { __name__: "served_total", ...own }, value: 5 },
    ]);
    expect(prometheus.exporter.remove("served_total", own)).toBe(true);
    await prometheus.scraped();
    expect(await prometheus.query("served_total")).toEqual([]);
  });

  it("feed rules", async () => {
    prometheus.exporter.set("queue_depth", labels, 21);
    await prometheus.scraped();
    await expect.poll(() => only(prometheus, "twice"), { timeout: 10_000 }).toBe(42);
  });

  it("are gone while the exporter is down", async () => {
    prometheus.exporter.setDown(true);
    await prometheus.scraped();
    expect(await only(prometheus, "up")).toBe(0);
    expect(await prometheus.query("queue_depth")).toEqual([]);
    prometheus.exporter.setDown(false);
    await prometheus.scraped();
    expect(await only(prometheus, "up")).toBe(1);
  });

  it("outlive a kill, after which Prometheus scrapes on", async () => {
    prometheus.exporter.set("outliving", labels, 12);
    await prometheus.scraped();
    await prometheus.kill();
    prometheus.exporter.set("outliving", labels, 13);
    await prometheus.restart();
    expect(await only(prometheus, "last_over_time(outliving[1m])")).toBe(12);
    await prometheus.scraped();
    expect(await only(prometheus, "outliving")).toBe(13);
  });
});

describe("starting", () => {
  it("says what to install when a binary is missing", () => {
    const { PATH } = process.env;
    process.env["PATH"] = "/nowhere";
    try {
      expect(() => findBinary("promtool")).toThrow(/promtool is not on PATH.*apt-get install prometheus/);
      process.env["PROMTOOL"] = "/nowhere/promtool";
      expect(() => findBinary("promtool")).toThrow("PROMTOOL names /nowhere/promtool");
    } finally {
      process.env["PATH"] = PATH;
      delete process.env["PROMTOOL"];
    }
  });

  it("shows Prometheus' own words when it does not start", async () => {
    await expect(startPrometheus({ rules: "groups: 7" })).rejects.toThrow(/cannot unmarshal/);
  });

  it("refuses history after now beside a scrape, and spans without samples", async () => {
    const ahead = gauge({ name: "g", from: Date.now(), to: Date.now() + HOUR, valueAt: () => 1 });
    await expect(startPrometheus({ history: [ahead], scrape: { intervalMs: 100 } })).rejects.toThrow(
      /after now/,
    );
    expect(() => gauge({ name: "g", from: 2, to: 1, valueAt: () => 1 })).toThrow(RangeError);
  });

  it("leaves neither process nor folder behind", async () => {
    const prometheus = await startPrometheus();
    const [folder] = (await config(prometheus)).match(/\/[^"]*burngate-prometheus-\w+/) ?? [];
    expect(folder && existsSync(folder)).toBe(true);
    await prometheus.stop();
    await prometheus.stop();
    expect(folder && existsSync(folder)).toBe(false);
    await expect(fetch(prometheus.url)).rejects.toThrow();
  });

  it("writes selectors with labels in order", () => {
    expect(selectorOf("up", {})).toBe("up");
    expect(selectorOf("up", { b: "2", a: "1" })).toBe('up{a="1",b="2"}');
  });
});

async function config(prometheus: Prometheus): Promise<string> {
  return (await fetch(`${prometheus.url}/api/v1/status/flags`)).text();
}
