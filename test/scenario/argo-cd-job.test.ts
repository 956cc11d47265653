import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { startCheck } from "../../src/cli/start-check.ts";
import { parseDuration } from "../../src/domain/duration.ts";
import { walkingClock } from "../world/clock.ts";
import { type GateServer, startGateServer } from "../world/gate-server.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/argo-cd.md"), "utf8");
const [, text = ""] = /```yaml\n(apiVersion: batch\/v1\n[^]*?)```/.exec(page) ?? [];

interface Job {
  metadata: { annotations: Record<string, string> };
  spec: {
    backoffLimit: number;
    activeDeadlineSeconds: number;
    template: {
      spec: {
        restartPolicy: string;
        containers: {
          command: string[];
          args: string[];
          env: { name: string; value: string }[];
          volumeMounts: { name: string; mountPath: string }[];
        }[];
        volumes: {
          name: string;
          projected: { sources: { serviceAccountToken: { path: string; audience: string } }[] };
        }[];
      };
    };
  };
}

const { metadata, spec } = parse(text) as Job;
const [container] = spec.template.spec.containers;
const [volume] = spec.template.spec.volumes;
const [source] = volume?.projected.sources ?? [];
if (container === undefined || volume === undefined || source === undefined) throw new Error("no such Job");
const optionOf = (name: string): string => container.args[container.args.indexOf(name) + 1] ?? "";
const tokenPath = `${container.volumeMounts[0]?.mountPath}/${source.serviceAccountToken.path}`;

let gate: GateServer;
let folder: string;
beforeEach(async () => {
  gate = await startGateServer("checkout: 1h burn 16.2x > 14.4x");
  folder = mkdtempSync(join(tmpdir(), "burngate-argo-cd-"));
});
afterEach(() => {
  gate.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the Job's container, its gate and the node's file put in place. The kubelet gives each reader a newer token. */
async function runJob() {
  const log = join(folder, "termination-log");
  const [command, ...args] = container?.args ?? [];
  expect(command).toBe("check");
  const here = args.map((one) =>
    one === optionOf("--url") ? gate.url : one === "/dev/termination-log" ? log : one,
  );
  let reads = 0;
  const readFile = (path: string): string => {
    expect(path).toBe(tokenPath);
    reads += 1;
    return `token-${reads}\n`;
  };
  const variables = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
  const printed: string[] = [];
  const output = {
    out: (line: string) => void printed.push(line),
    err: (line: string) => void printed.push(line),
  };
  const clock = walkingClock(0);
  const world = { clock, signal: new AbortController().signal };
  const environment = { variables, readFile, modeOf: () => undefined };
  const code = await startCheck(here, environment, "/", output, world);
  return {
    code,
    tookMs: clock.now(),
    printed,
    message: existsSync(log) ? readFileSync(log, "utf8") : undefined,
  };
}

it("lets the sync go on when the gate is open", async () => {
  expect(await runJob()).toMatchObject({ code: 0, tookMs: 0 });
  expect(gate.asked).toEqual([
    { path: "/v1/gate/acme/shop?environment=production&wait=50", authorization: "Bearer token-1" },
  ]);
});

it("waits for the gate, with the token of each moment", async () => {
  gate.say("block", "inconclusive", "allow");
  expect(await runJob()).toMatchObject({ code: 0, tookMs: 120_000 });
  expect(gate.asked.map(({ authorization }) => authorization)).toEqual([
    "Bearer token-1",
    "Bearer token-2",
    "Bearer token-3",
  ]);
});

it("fails the sync when the gate stays held, and says why in the log and in the pod's message", async () => {
  gate.say("block");
  const { code, tookMs, printed, message } = await runJob();
  expect({ code, tookMs }).toEqual({ code: 1, tookMs: parseDuration(optionOf("--wait")) });
  expect(printed.at(-1)).toMatch(/^block: checkout: 1h burn 16\.2x > 14\.4x/);
  expect(message).toBe("checkout: 1h burn 16.2x > 14.4x\n");
});

it("is a hook that runs once, before the sync, for longer than it waits", () => {
  expect(metadata.annotations["argocd.argoproj.io/hook"]).toBe("PreSync");
  expect(spec.backoffLimit).toBe(0);
  expect(spec.template.spec.restartPolicy).toBe("Never");
  expect(spec.activeDeadlineSeconds * 1000).toBeGreaterThan(parseDuration(optionOf("--wait")) ?? Infinity);
  expect(source.serviceAccountToken.audience).toBe(optionOf("--url"));
  expect(container.volumeMounts[0]?.name).toBe(volume.name);
});

it("starts the program of our image, which would start the server by itself", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const [, program = ""] = container.command;
  expect(container.command[0]).toBe("node");
  expect(existsSync(join(root, program))).toBe(true);
  expect(dockerfile).toContain("COPY bin ./bin");
  expect(dockerfile).not.toContain("ENTRYPOINT");
});
