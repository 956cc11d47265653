import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startExporter } from "../world/prometheus-exporter.ts";
import { scrapeConfig } from "../world/prometheus-foreign.ts";
import { type ServerProcess, startServer } from "../world/prometheus-server.ts";

// Both ways of the demo, as people start it. Its chapters are asserted by outage-story.test.ts; here it must come to
// its end.

const program = join(import.meta.dirname, "../../script/demo.ts");

let folder: string;
let port: string;
let prometheus: ServerProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "burngate-demo-"));
  const free = await startExporter();
  await free.stop();
  port = free.address.split(":")[1] ?? "";
  const configFile = join(folder, "prometheus.yml");
  writeFileSync(configFile, scrapeConfig(free.address));
  prometheus = await startServer({ configFile, dataFolder: join(folder, "data"), flags: [] });
});
afterAll(async () => {
  await prometheus.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

async function demo(...args: string[]): Promise<{ code: number | null; states: string[]; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  return { code, states: [...output.matchAll(/● (\w+)/g)].map(([, state = ""]) => state), output };
}

const outage = ["success", "failure", "failure", "failure", "success", "failure", "success"];
const gates = ["pending", "success", "success", "failure", "rejected", "rejected", "approved"];
const chapters = outage.concat(gates);
const ledger = "The ledger remembers: @ann (team acme/sre) overrode fast-burn: INC-42 payment outage";

it(
  "is told with a Prometheus of its own, and with an empty one that does what --help asks",
  { timeout: 300_000 },
  async () => {
    const told = await Promise.all([
      demo(),
      demo("--prometheus", `http://127.0.0.1:${prometheus.port}`, "--port", port),
    ]);
    for (const { code, states, output } of told) {
      expect(code, output).toBe(0);
      expect(states).toEqual(chapters);
      expect(output).toContain(ledger);
    }
  },
);

it("ends with 1 and the reason when it cannot be told", async () => {
  const { code, output } = await demo("--prometheus", "http://127.0.0.1:1");
  expect(code).toBe(1);
  expect(output).toContain("The story ended early: http://127.0.0.1:1 does not answer queries");
  expect(output).not.toContain(" at ");
});
