import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hashOf, newToken } from "../../src/callers/token-text.ts";
import { startCheck } from "../../src/cli/start-check.ts";
import { UsageError } from "../../src/cli/exit.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import type { Shop } from "../world/shop.ts";
import { startGateServer } from "../world/gate-server.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

async function shopWithToken(): Promise<{ shop: Shop; token: string }> {
  const shop = await openShop();
  await shop.openPull();
  const { id, secret, text } = newToken(randomBytes);
  const scope = { name: "argo", repositories: ["acme/*"], environments: undefined, expiresAt: undefined };
  await shop.app.machine.ledger.tokens.add({ id, ...scope, createdAt: shop.clock.now() }, hashOf(secret));
  return { shop, token: text };
}

async function check(
  url: string,
  variables: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; out: string; err: string[] }> {
  const printed = { out: "", err: [] as string[] };
  const output = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void printed.err.push(text),
  };
  const readFile = (path: string): string => readFileSync(path, "utf8");
  const environment = { variables, readFile, modeOf: () => undefined };
  const asked = ["--url", url, "--repo", "acme/shop", "--environment", "production", ...args];
  const world = { clock: walkingClock(0), signal: new AbortController().signal };
  const code = await startCheck(asked, environment, "/", output, world);
  return { code, ...printed };
}

it("goes on, is held and does not know, each with its own exit code and the reason", async () => {
  const { shop, token } = await shopWithToken();
  const calm = await check(shop.app.url, { GATE_TOKEN: token });
  expect(calm.code).toBe(0);
  expect(calm.out).toMatch(/^allow: checkout: 95% left/);
  expect(calm.out).toMatch(/\n {2}allow {8}checkout: 95% left, burns 1h 0\.05x, 5m 0\.05x/);
  await shop.go(story.burning);
  const held = await check(shop.app.url, { GATE_TOKEN: token }, "--format", "github");
  expect(held.code).toBe(1);
  expect(held.out).toMatch(/^::error title=Error budget::checkout: 1h burn 167x/);
  const stranger = await check(shop.app.url, { GATE_TOKEN: "nobody" });
  expect(stranger).toMatchObject({ code: 2, out: expect.stringContaining("it answered 401") as string });
  const json = await check(shop.app.url, { GATE_TOKEN: token }, "--format", "json");
  expect(JSON.parse(json.out)).toMatchObject({ schema: "burngate.gate/v1", verdict: "block" });
});

it("is not known, and no pass, when nobody is there", async () => {
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  await once(nobody, "close");
  const { code, out, err } = await check(`http://127.0.0.1:${port}`, { GATE_TOKEN: "x" });
  expect(code).toBe(2);
  expect(out).toBe("Not known: it could not be asked: ECONNREFUSED");
  expect(err).toHaveLength(3);
});

it("tells the reason where Kubernetes looks for it, and reads the token anew for each question", async () => {
  const { shop, token } = await shopWithToken();
  const folder = mkdtempSync(join(tmpdir(), "burngate-ask-"));
  const log = join(folder, "termination-log");
  let read = 0;
  const printed: string[] = [];
  const environment = {
    variables: { GATE_TOKEN_FILE: "/var/run/gate/token" },
    readFile: () => ((read += 1), `${token}\n`),
    modeOf: () => undefined,
  };
  await shop.go(story.burning);
  const asked = ["--url", shop.app.url, "--repo", "acme/shop", "--termination-log", log];
  const world = { clock: walkingClock(0), signal: new AbortController().signal };
  const output = { out: (text: string) => void printed.push(text), err: () => undefined };
  for (let count = 0; count < 2; count += 1)
    expect(await startCheck(asked, environment, "/", output, world)).toBe(1);
  expect(read).toBe(2);
  expect(readFileSync(log, "utf8")).toMatch(/^checkout: 1h burn 167x/);
  expect(printed.join()).not.toContain(token);
  rmSync(folder, { recursive: true });
});

it("keeps its verdict where the reason cannot be written, and says so", async () => {
  const { shop, token } = await shopWithToken();
  const log = join(tmpdir(), "burngate-no-such-folder", "termination-log");
  const { code, err } = await check(shop.app.url, { GATE_TOKEN: token }, "--termination-log", log);
  expect(code).toBe(0);
  expect(err).toEqual([expect.stringMatching(/^The reason could not be written: ENOENT/)]);
});

it("tells people why it waits, and a workflow's log only in words of ours", async () => {
  const gate = await startGateServer("::add-path::/tmp");
  gate.say("block", "inconclusive", "allow");
  const wait = ["--wait", "1h", "--poll", "60s"];
  const people = await check(gate.url, { GATE_TOKEN: "a" }, ...wait);
  expect(people.err[0]).toMatch(/^::add-path::\/tmp; asking for another/);
  gate.say("block", "inconclusive", "allow");
  const workflow = await check(gate.url, { GATE_TOKEN: "a" }, ...wait, "--format", "github");
  expect(workflow.err).toEqual([
    expect.stringMatching(/^block; asking for another/),
    expect.stringMatching(/^inconclusive; asking for another/),
  ]);
  expect(workflow).toMatchObject({ code: 0, out: "::notice title=Error budget::::add-path::/tmp" });
  gate.stop();
});

it("ends when it is told to, with what the gate said last", async () => {
  const gate = await startGateServer();
  gate.say("block");
  const options = ["--url", gate.url, "--repo", "acme/shop", "--wait", "1h", "--poll", "1h"];
  const program = join(import.meta.dirname, "../../bin/burngate.js");
  const child = spawn(process.execPath, [program, "check", ...options], {
    env: { PATH: process.env["PATH"], GATE_TOKEN: "a" },
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = once(child, "close");
  await once(child.stderr, "data");
  child.kill("SIGINT");
  expect((await ended)[0]).toBe(1);
  expect(out).toBe("block: checkout: 95% left.\n");
  gate.stop();
});

it.each([
  [["--repo", "acme/shop", "--wait", "1h"], /--wait means nothing without --url/],
  [["--policy", "slo.yml", "--environment", "production"], /--environment means nothing without --url/],
  [
    ["--url", "https://gate.example", "--repo", "acme/shop", "--base", "main"],
    /--base means nothing with --url/,
  ],
])("refuses %j, of which a part would be passed over", async (args, words) => {
  const environment = { variables: {}, readFile: () => "", modeOf: () => undefined };
  const output = { out: () => undefined, err: () => undefined };
  await expect(startCheck(args, environment, "/", output)).rejects.toThrow(words);
});

it.each([
  ["http://gate.example", { GATE_TOKEN: "a" }, [], /must begin with https/],
  ["https://a:b@gate.example", { GATE_TOKEN: "a" }, [], /takes no credential/],
  ["gate.example", { GATE_TOKEN: "a" }, [], /wants the gate's address/],
  ["https://gate.example", {}, [], /show who asks/],
  ["https://gate.example", { GATE_TOKEN: "a" }, ["--wait", "soon"], /--wait wants/],
  ["https://gate.example", { GATE_TOKEN: "a" }, ["--poll", "0"], /--poll wants/],
  ["https://gate.example", { GATE_TOKEN: "a" }, ["--sha", "abc"], /whole commit sha/],
])("refuses %s with %j %j", async (url, variables, args, words) => {
  await expect(check(url, variables, ...args)).rejects.toThrow(words);
  await expect(check(url, variables, ...args)).rejects.toBeInstanceOf(UsageError);
});
