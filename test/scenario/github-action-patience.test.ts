import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runAction } from "../../src/action/run.ts";
import { commandsIn } from "../world/action-runner.ts";
import { type GateServer, startGateServer } from "../world/gate-server.ts";
import { walkingClock } from "../world/clock.ts";

let idTokenServer: Server;
let audiences: (string | null)[];
let gate: GateServer;
let idTokens: string;
/** What the runner's endpoint answers first, instead of a token. */
let instead: string[];

beforeEach(async () => {
  audiences = [];
  instead = [];
  gate = await startGateServer("::add-path::/tmp");
  idTokenServer = createServer((request, response) => {
    audiences.push(new URL(request.url ?? "", "http://a").searchParams.get("audience"));
    response.end(instead.shift() ?? JSON.stringify({ value: `token-${audiences.length}` }));
  }).listen(0, "127.0.0.1");
  await once(idTokenServer, "listening");
  idTokens = `http://127.0.0.1:${(idTokenServer.address() as AddressInfo).port}`;
});
afterEach(() => {
  gate.stop();
  idTokenServer.close();
});

/** A step of a workflow, in a world whose time passes only by waiting. */
async function step(
  inputs: Record<string, string>,
  append: (path: string, text: string) => void = () => undefined,
  variables: Record<string, string> = {},
) {
  const log: string[] = [];
  const clock = walkingClock(0);
  const code = await runAction({
    variables: {
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]),
      ),
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_OUTPUT: "/output",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${idTokens}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "runner",
      ...variables,
    },
    out: (line) => void log.push(...line.split("\n")),
    append,
    readFile: () => "{}",
    random: () => randomUUID(),
    clock,
    signal: new AbortController().signal,
  });
  return { code, log, tookMs: clock.now() };
}

it("waits for the gate to open, with a new token for each question, since each counts once", async () => {
  gate.say("block", "block", "allow");
  const { code, log, tookMs } = await step({ "gate-url": gate.url, wait: "30m", poll: "60s" });
  expect(code).toBe(0);
  expect(tookMs).toBe(120_000);
  expect(gate.asked.map(({ authorization }) => authorization)).toEqual([
    "Bearer token-1",
    "Bearer token-2",
    "Bearer token-3",
  ]);
  expect(audiences).toEqual([gate.url, gate.url, gate.url]);
  expect(log.filter((line) => line.includes("asking for another"))).toHaveLength(2);
  expect(commandsIn(log)).toEqual([]);
});

it("gives up at its time, and tells what the gate said last", async () => {
  gate.say("block");
  const { code, log, tookMs } = await step({ "gate-url": gate.url, wait: "90s" });
  expect(code).toBe(1);
  expect(tookMs).toBe(90_000);
  expect(commandsIn(log)).toEqual(["::error title=Error budget::::add-path::/tmp"]);
});

it("does not wait for a token that the job may never have", async () => {
  const inputs = { "gate-url": gate.url, wait: "30m" };
  const { code, log, tookMs } = await step(inputs, undefined, { ACTIONS_ID_TOKEN_REQUEST_URL: "" });
  expect({ code, tookMs }).toEqual({ code: 1, tookMs: 0 });
  expect(commandsIn(log)).toEqual([expect.stringContaining("id-token: write")]);
});

it("waits for a token that comes late, and tells nothing of what came instead", async () => {
  instead = ["eyJhbGciOi.not.json", '{"value": 5}'];
  const { code, log, tookMs } = await step({ "gate-url": gate.url, wait: "30m" });
  expect({ code, tookMs }).toEqual({ code: 0, tookMs: 6000 });
  expect(log.join()).toContain("GitHub gave no id token (200)");
  expect(log.join()).not.toContain("eyJ");
});

it("fails the step by a line of its own when something breaks, and no word of the error speaks to the runner", async () => {
  gate.say("allow");
  const { code, log } = await step({ "gate-url": gate.url }, () => {
    throw new Error("disk full\n::add-path::/tmp");
  });
  expect(code).toBe(1);
  expect(commandsIn(log)).toEqual([
    "::error title=Error budget::The Action failed: disk full%0A::add-path::/tmp",
  ]);
});
