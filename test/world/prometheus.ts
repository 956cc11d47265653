import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createBlocks, findBinary } from "./prometheus-binary.ts";
import { SCRAPES_METRIC, startExporter, type Exporter } from "./prometheus-exporter.ts";
import { writeOpenMetrics, type Labels, type Series } from "./prometheus-history.ts";
import { recordRules, type RecordedSpan } from "./prometheus-record.ts";
import { startServer, type ServerProcess } from "./prometheus-server.ts";

// A real Prometheus with made history.
//
// Tests want the truth of PromQL (extrapolation, resets, staleness, lookback) and a month of samples in seconds. So history
// is written as blocks before the server starts, and nothing in this folder imitates an answer.
//
// - History lies at explicit instants and is asked for at explicit instants: a test with a fixed past has the same answers
//   on every day of the year.
// - Live series come through a real scrape. Prometheus takes no sample that is older than its newest block, so history
//   must end in the past when there is a scrape. The scrape adds no `job` or `instance` label: a live series continues a
//   series of the history when name and labels are the same.
// - A restart keeps port and data, as a real one would; a kill loses nothing that was scraped (it is in the log on disk).

const SCRAPED_WITHIN_MS = 15_000;

/** What a made Prometheus holds and does. */
export interface PrometheusWorld {
  readonly history?: readonly Series[];
  /** Scrape {@link Prometheus.exporter} this often. */
  readonly scrape?: { readonly intervalMs: number };
  /** Text of a rule file, evaluated as often as is scraped (every second without scrape) unless a group says otherwise. */
  readonly rules?: string;
  /** Further command line flags of Prometheus. */
  readonly flags?: readonly string[];
}

/** One element of an instant vector (or the scalar, without labels). */
export interface Sample {
  /** All labels, `__name__` among them when the answer has one. */
  readonly labels: Labels;
  readonly value: number;
}

/** A running Prometheus. */
export interface Prometheus {
  /** Base URL without a slash at the end. */
  readonly url: string;
  /** The exporter that is scraped. Throws when `scrape` was not asked for. */
  readonly exporter: Exporter;
  /** The answer to an instant query at `atMs`, or now. Throws with Prometheus' words when it refuses. */
  query(promql: string, atMs?: number): Promise<Sample[]>;
  /** Evaluates a file's recording rules over a span of history, so that what they recorded can be queried. */
  record(rules: string, span: RecordedSpan): Promise<void>;
  /** Resolves when a scrape that began after this call can be queried. */
  scraped(): Promise<void>;
  /** Ends the process with SIGKILL and keeps port and data for {@link Prometheus.restart}. */
  kill(): Promise<void>;
  /** Starts the process again on the same port and data; a running one is ended first. */
  restart(): Promise<void>;
  /** Ends the process and the exporter and removes the folder. */
  stop(): Promise<void>;
}

/** Starts Prometheus on a free loopback port; resolves when it answers queries. */
export async function startPrometheus(world: PrometheusWorld = {}): Promise<Prometheus> {
  const history = world.history ?? [];
  findBinary("prometheus");
  if (world.scrape !== undefined) mustBePast(history);
  const folder = await mkdtemp(join(tmpdir(), "burngate-prometheus-"));
  const dataFolder = join(folder, "data");
  let exporter: Exporter | undefined;
  try {
    if (history.length > 0) {
      const text = join(folder, "history.om");
      await writeOpenMetrics(text, history);
      await createBlocks(text, dataFolder);
      await rm(text);
    }
    if (world.scrape !== undefined) exporter = await startExporter();
    const configFile = join(folder, "prometheus.yml");
    if (world.rules !== undefined) await writeFile(join(folder, "rules.yml"), world.rules);
    await writeFile(configFile, JSON.stringify(configOf(world, exporter), null, 2));
    const server = await startServer({ configFile, dataFolder, flags: world.flags ?? [] });
    return prometheusOf(server, exporter, folder, dataFolder);
  } catch (error) {
    await exporter?.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function prometheusOf(
  server: ServerProcess,
  exporter: Exporter | undefined,
  folder: string,
  dataFolder: string,
): Prometheus {
  const url = `http://127.0.0.1:${server.port}`;
  const exporterOrThrow = () => {
    if (exporter === undefined) throw new Error("this Prometheus scrapes nothing: start it with `scrape`");
    return exporter;
  };
  return {
    url,
    get exporter() {
      return exporterOrThrow();
    },
    query: (promql, atMs) => queryAt(url, promql, atMs),
    record: (rules, span) => recordRules(rules, span, url, dataFolder, () => server.restart()),
    async scraped() {
      const scraping = exporterOrThrow();
      const before = scraping.scrapes;
      const deadline = Date.now() + SCRAPED_WITHIN_MS;
      for (;;) {
        // The exporter numbers its scrapes and Prometheus stores a scrape as a whole, so a later number means that
        // everything exposed with it can be queried. An exporter that is down shows no number; but Prometheus scrapes
        // one at a time, so by the second scrape the first one is stored.
        const [newest] = await queryAt(url, SCRAPES_METRIC);
        if (newest !== undefined && newest.value > before) return;
        if (scraping.scrapes >= before + 2) return;
        if (Date.now() > deadline) throw new Error(`no scrape was stored within ${SCRAPED_WITHIN_MS} ms`);
        await sleep(15);
      }
    },
    kill: () => server.end("SIGKILL"),
    restart: () => server.restart(),
    async stop() {
      await server.end("SIGTERM");
      await exporter?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** {@link Prometheus.query} of the Prometheus at a URL, whoever started it. */
export async function queryAt(url: string, promql: string, atMs?: number): Promise<Sample[]> {
  const form = new URLSearchParams({ query: promql });
  if (atMs !== undefined) form.set("time", (atMs / 1000).toFixed(3));
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body: form });
  const answer = (await response.json()) as Answer;
  if (answer.status === "error")
    throw new Error(`Prometheus refused ${promql}: ${answer.errorType}: ${answer.error}`);
  const { resultType, result } = answer.data;
  if (resultType === "scalar") return [{ labels: {}, value: numberOf(result[1]) }];
  if (resultType === "vector")
    return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
  throw new Error(`${promql} gives neither a vector nor a scalar: ${JSON.stringify(answer.data)}`);
}

type Answer =
  | { status: "error"; errorType: string; error: string }
  | { status: "success"; data: Vector | { resultType: "scalar"; result: [number, string] } };

interface Vector {
  resultType: "vector";
  result: { metric: Labels; value: [number, string] }[];
}

function numberOf(text: string): number {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return Number(text);
}

function configOf(world: PrometheusWorld, exporter: Exporter | undefined): object {
  const interval = `${world.scrape?.intervalMs ?? 1000}ms`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    ...(world.rules !== undefined && { rule_files: ["rules.yml"] }),
    ...(exporter !== undefined && { scrape_configs: [scrapeOf(exporter)] }),
  };
}

function scrapeOf(exporter: Exporter): object {
  const job = "burngate-world";
  return {
    job_name: job,
    // Labels that the exporter gives win, and the two that Prometheus adds by itself are taken away again.
    honor_labels: true,
    metric_relabel_configs: [
      { source_labels: ["job"], regex: job, target_label: "job", replacement: "" },
      { source_labels: ["instance"], regex: exporter.address, target_label: "instance", replacement: "" },
    ],
    static_configs: [{ targets: [exporter.address] }],
  };
}

function mustBePast(history: readonly Series[]): void {
  const now = Date.now();
  for (const one of history) {
    for (const [atMs] of one.samples()) {
      if (atMs > now) throw new RangeError(`${one.name} has history after now, so nothing could be scraped`);
    }
  }
}
