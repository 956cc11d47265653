import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinary } from "./prometheus-binary.ts";

const READY_WITHIN_MS = 30_000;

/** What one Prometheus process is started with. */
export interface ServerFiles {
  readonly configFile: string;
  readonly dataFolder: string;
  /** Further command line flags. */
  readonly flags: readonly string[];
}

/** One Prometheus process on one port; the port and the data outlive the process. */
export interface ServerProcess {
  readonly port: number;
  /** Starts the process again on the same port and data, ending a running one first; resolves when it is ready. */
  restart(): Promise<void>;
  /** Ends the process with SIGTERM, or with SIGKILL, and waits until it is gone. Ending an ended process does nothing. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

class PortTaken extends Error {}

/** Starts Prometheus on a free loopback port and waits until it is ready. Throws with Prometheus' own log when it ends early. */
export async function startServer(files: ServerFiles): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return serverProcess(files, port, await launch(files, port));
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 5) throw error;
    }
  }
}

function serverProcess(files: ServerFiles, port: number, first: ChildProcess): ServerProcess {
  let child: ChildProcess | undefined = first;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const ending = child;
    child = undefined;
    if (ending === undefined || hasEnded(ending)) return;
    const gone = once(ending, "exit");
    ending.kill(signal);
    await gone;
  };
  return {
    port,
    end,
    async restart() {
      await end("SIGTERM");
      child = await launch(files, port);
    },
  };
}

async function launch(files: ServerFiles, port: number): Promise<ChildProcess> {
  const child = spawn(
    findBinary("prometheus"),
    [
      `--config.file=${files.configFile}`,
      `--storage.tsdb.path=${files.dataFolder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // History may lie at any instant of the past; the default of 15 days would delete it.
      "--storage.tsdb.retention.time=100y",
      // Prometheus looks for scrape targets five seconds after its start and hands them to the scraper at this pace.
      "--scrape.discovery-reload-interval=100ms",
      "--log.level=warn",
      ...files.flags,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log = (log + chunk).slice(-4000)));
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  let spawnError: Error | undefined;
  child.once("error", (error) => (spawnError = error));

  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(port, files.dataFolder))) {
    if (spawnError !== undefined) throw new Error("Prometheus could not be started", { cause: spawnError });
    if (hasEnded(child)) {
      if (log.includes("address already in use")) throw new PortTaken(`port ${port} is taken`);
      throw new Error(
        `Prometheus ended with ${child.exitCode ?? child.signalCode} before it was ready:\n${log}`,
      );
    }
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`Prometheus was not ready within ${READY_WITHIN_MS} ms:\n${log}`);
    }
    await sleep(15);
  }
  return child;
}

/** True when the Prometheus at this port answers queries and is the one with our data, not a stranger on our port. */
async function isReady(port: number, dataFolder: string): Promise<boolean> {
  try {
    const ready = await fetch(`http://127.0.0.1:${port}/-/ready`);
    await ready.arrayBuffer();
    if (!ready.ok) return false;
    const flags = await fetch(`http://127.0.0.1:${port}/api/v1/status/flags`);
    const body = (await flags.json()) as { data?: Record<string, string> };
    return body.data?.["storage.tsdb.path"] === dataFolder;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * A port below those that systems hand out to outgoing connections: while a killed Prometheus is down, no connection of
 * the test run can take its port by accident.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
