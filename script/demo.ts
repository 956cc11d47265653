/**
 * Burngate in a minute, on real parts: a simulated GitHub, a real Prometheus with a month of history, and the
 * app as a process.
 */
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { startGitHub } from "../test/world/github.ts";
import { playGates } from "../test/world/gates-story.ts";
import { playOutage } from "../test/world/outage-story.ts";
import { stageShop, storyApp, type StoryHistory, storyService, type Told } from "../test/world/story.ts";
import { startProcess } from "../test/world/process.ts";
import { scrapeConfig, showTraffic } from "../test/world/prometheus-foreign.ts";
import { startPrometheus } from "../test/world/prometheus.ts";
import { calmMonth, startTraffic, type Traffic, trafficSeen } from "../test/world/traffic.ts";

const defaultPort = 9464;
const foreignWaitMs = 120_000;

const help = `script/demo: the story of a pull request through an outage, in about half a minute

  script/demo                    everything starts and ends by itself
  script/demo --keep             leaves it serving afterwards, until Ctrl-C
  script/demo --prometheus URL   asks your Prometheus, which may be empty and must hold this:

${scrapeConfig(`127.0.0.1:${defaultPort}`).replace(/^/gm, "      ")}

  script/demo --prometheus URL --port N   is scraped at port N instead of ${defaultPort}
`;

const paints = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (paints ? `\u001B[${code}m${text}\u001B[0m` : text);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const marks: Readonly<Record<string, string>> = {
  success: paint(32, "● success"),
  failure: paint(31, "● failure"),
  error: paint(33, "● error  "),
  pending: paint(33, "● pending"),
  approved: paint(32, "● approved"),
  rejected: paint(31, "● rejected"),
};

/** A comment's Markdown as a terminal shows it. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll("**", "")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/\n+/g, `\n${" ".repeat(21)}`);

/** How to end what has been started, in the order of the starts. */
const endings: (() => Promise<unknown>)[] = [];

async function endAll(): Promise<void> {
  for (const end of endings.splice(0).toReversed()) await end();
}

/** The Prometheus of the story: what it remembers, and its traffic. */
interface StoryPrometheus {
  readonly url: string;
  readonly history: StoryHistory;
  readonly traffic: Traffic;
}

async function ownPrometheus(): Promise<StoryPrometheus> {
  const month = calmMonth(storyService, Date.now() - 5000);
  const own = await startPrometheus({ history: month, scrape: { intervalMs: 1000 } });
  endings.push(() => own.stop());
  const traffic = startTraffic(own.exporter, storyService, month);
  endings.push(async () => traffic.stop());
  await trafficSeen(own, storyService);
  return { url: own.url, history: "a month", traffic };
}

async function foreignPrometheus(url: string, port: number): Promise<StoryPrometheus> {
  const waiting = (address: string): void =>
    say(`Waiting up to ${foreignWaitMs / 1000} s for ${url} to scrape ${address} ...`);
  const foreign = await showTraffic({ url, port, service: storyService, withinMs: foreignWaitMs, waiting });
  endings.push(() => foreign.stop());
  say("It need not remember a month, so the policy says nothing here about how much of the budget is left.");
  return { url: foreign.url, history: "nothing", traffic: foreign.traffic };
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

async function demo(keep: boolean, startStory: () => Promise<StoryPrometheus>): Promise<void> {
  const startedAt = Date.now();
  const clock = (): string => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)}s`;
  const prometheus = await startStory();
  const github = await startGitHub({
    webhookSecret: "a demonstration secret, long enough to start with",
    ...storyApp,
  });
  endings.push(() => github.stop());
  const shop = stageShop(github, prometheus.history);
  const app = await startProcess({ github, prometheusUrl: prometheus.url });
  endings.push(
    () => app.remove(),
    () => app.end("SIGTERM"),
  );
  say(
    `${clock()}  ready. The policy's windows are 30s and 10s here, so that the story fits; real ones are 1h and 5m.\n`,
  );
  const tell = (told: Told): void => {
    switch (told.kind) {
      case "act":
        return say(`${clock()}  ${paint(1, told.text)}`);
      case "status":
        return say(`${clock()}    ${marks[told.state] ?? told.state}  ${told.description}`);
      case "answer":
        return say(`${clock()}    ${marks[told.state] ?? told.state}  ${plain(told.comment)}`);
    }
  };
  const stage = { github, shop, traffic: prometheus.traffic };
  await playOutage(stage, tell);
  await playGates(stage, tell);
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
}

const { values } = parseArgs({
  options: {
    keep: { type: "boolean" },
    prometheus: { type: "string" },
    port: { type: "string", default: String(defaultPort) },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) say(help);
else {
  const { prometheus: url, port } = values;
  say(
    `Starting a simulated GitHub, ${url === undefined ? "a Prometheus with 30 days of history, " : ""}and Burngate ...`,
  );
  process.once("SIGINT", () => void endAll().then(() => process.exit(130)));
  try {
    await demo(values.keep === true, () =>
      url === undefined ? ownPrometheus() : foreignPrometheus(url, Number(port)),
    );
  } catch (error) {
    process.stderr.write(`\nThe story ended early: ${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    await endAll();
  }
}
