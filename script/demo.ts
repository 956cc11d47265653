/**
 * Burngate in a minute, on real parts: a simulated GitHub, a real Prometheus with a month of history, and the
 * app as a process.
 */
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { startGitHub } from "../test/world/github.ts";
import { playOutage, stageShop, storyService, type Told } from "../test/world/outage-story.ts";
import { startProcess } from "../test/world/process.ts";
import { startExporter } from "../test/world/prometheus-exporter.ts";
import { startPrometheus } from "../test/world/prometheus.ts";
import { calmMonth, startTraffic, trafficSeen } from "../test/world/traffic.ts";

const help = `script/demo: the story of a pull request through an outage, in about half a minute

  script/demo                    everything starts and ends by itself
  script/demo --keep             leaves it serving afterwards, until Ctrl-C
  script/demo --prometheus URL   asks your Prometheus, which must scrape 127.0.0.1:9464 every second
`;

const paints = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (paints ? `\u001B[${code}m${text}\u001B[0m` : text);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const marks: Readonly<Record<string, string>> = {
  success: paint(32, "● success"),
  failure: paint(31, "● failure"),
  error: paint(33, "● error  "),
};

/** A Prometheus of our own with history, or the caller's with none. */
async function prometheusFor(url: string | undefined) {
  const history = calmMonth(storyService, Date.now() - 5000);
  if (url === undefined) {
    const own = await startPrometheus({ history, scrape: { intervalMs: 1000 } });
    const traffic = startTraffic(own.exporter, storyService, history);
    await trafficSeen(own, storyService);
    return { url: own.url, traffic, stop: () => own.stop() };
  }
  const exporter = await startExporter(9464);
  const traffic = startTraffic(exporter, storyService, history);
  say(
    `Waiting for ${url} to scrape ${exporter.address} (add it to scrape_configs with scrape_interval: 1s) ...`,
  );
  while (exporter.scrapes < 40) await new Promise((resolve) => setTimeout(resolve, 250));
  return { url, traffic, stop: () => exporter.stop() };
}

function bypassesIn(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("select actor_login, entitled_through, reason, overrode from bypasses").all();
  database.close();
  return rows.map((row) => {
    const { reasons } = JSON.parse(String(row["overrode"])) as { reasons: { rule?: { name: string } }[] };
    const [who, through, why] = ["actor_login", "entitled_through", "reason"].map((column) =>
      String(row[column]),
    );
    return `@${who} (${through}) overrode ${reasons[0]?.rule?.name ?? "it"}: ${why}`;
  });
}

async function demo(keep: boolean, prometheusUrl: string | undefined): Promise<void> {
  const startedAt = Date.now();
  const clock = (): string => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)}s`;
  say("Starting a simulated GitHub, a Prometheus with 30 days of history, and Burngate ...");
  const github = await startGitHub({ webhookSecret: "a demonstration secret, long enough to start with" });
  const prometheus = await prometheusFor(prometheusUrl);
  const shop = stageShop(github);
  const app = await startProcess({ github, prometheusUrl: prometheus.url });
  const stop = async (): Promise<void> => {
    prometheus.traffic.stop();
    await app.end("SIGTERM");
    await app.remove();
    await prometheus.stop();
    await github.stop();
  };
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  try {
    say(
      `${clock()}  ready. The policy's windows are 30s and 10s here, so that the story fits; real ones are 1h and 5m.\n`,
    );
    await playOutage({ github, shop, traffic: prometheus.traffic }, (told: Told) => {
      if (told.kind === "act") say(`${clock()}  ${paint(1, told.text)}`);
      else say(`${clock()}    ${marks[told.state] ?? told.state}  ${told.description}`);
    });
    github.assertClean();
    const writes = github.count({ method: "POST", path: /\/statuses\// });
    const reads = github.count({ method: "GET" });
    say(`\n${clock()}  The ledger remembers: ${bypassesIn(app.databasePath).join("; ")}`);
    say(
      `${clock()}  GitHub was asked ${reads} times and told ${writes} times; every exchange matched its OpenAPI description.`,
    );
    if (!keep) return;
    say(
      `\nServing until Ctrl-C:\n  Burngate    ${app.url}/metrics\n  Prometheus  ${prometheus.url}\n  GitHub      ${github.url}`,
    );
    await new Promise(() => undefined);
  } finally {
    await stop();
  }
}

const { values } = parseArgs({
  options: {
    keep: { type: "boolean" },
    prometheus: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) say(help);
else await demo(values.keep === true, values.prometheus);
