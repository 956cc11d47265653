import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CallerRules } from "../../src/callers/issuer.ts";
import { type ActionRun, commandsIn, runActionStep } from "../world/action-runner.ts";
import { type CalmAndBurning, startCalmAndBurning } from "../world/calm-and-burning.ts";
import { policyFor, story } from "../world/checkout.ts";
import { type OidcIssuer, startIssuer } from "../world/oidc-issuer.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const workflowIssuer = "https://token.actions.githubusercontent.com";
let issuer: OidcIssuer;
let shop: Shop | undefined;
let idTokens: Server;
const servers: Server[] = [];

/** Gives workflows id tokens, as GitHub's own endpoint does. */
beforeAll(async () => {
  issuer = await startIssuer();
  idTokens = createServer((request, response) => {
    const audience = new URL(request.url ?? "", "http://a").searchParams.get("audience");
    if (request.headers.authorization !== "Bearer runner") return response.writeHead(401).end("{}");
    const seconds = Math.floor((shop?.clock.now() ?? 0) / 1000);
    const claims = {
      iss: workflowIssuer,
      aud: audience,
      jti: randomUUID(),
      iat: seconds,
      exp: seconds + 300,
    };
    void issuer
      .sign({ ...claims, repository_id: String(shop?.repository.id), repository: "acme/shop" })
      .then((value) => response.end(JSON.stringify({ value })));
    return undefined;
  }).listen(0, "127.0.0.1");
});
afterAll(async () => {
  await issuer.stop();
  idTokens.close();
});
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A shop that takes tokens of workflows for `audience`. */
async function askedShop(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const keys = { kind: "url", url: new URL(issuer.jwks), ca: undefined } as const;
  const audience = "https://gate.example";
  const callerRules: CallerRules = {
    issuers: [{ kind: "github", issuer: workflowIssuer, audience, keys }],
    perMinute: 300,
  };
  shop = await openShop({ ...options, config: { callerRules } });
  await shop.openPull();
  return shop;
}

/** A step in a job that may ask for id tokens. */
const step = (inputs: Record<string, string>, event?: object) =>
  runActionStep(
    {
      "gate-url": shop?.app.url ?? "",
      audience: "https://gate.example",
      environment: "production",
      ...inputs,
    },
    {
      variables: {
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${portOf(idTokens)}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "runner",
      },
      ...(event === undefined ? {} : { event }),
    },
  );

describe("the Action", () => {
  it("goes on by a token of the workflow, without a secret, and says what it saw", async () => {
    await askedShop();
    const head = "a".repeat(40);
    const run = await step({}, { pull_request: { head: { sha: head } } });
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    expect(commandsIn(run.log)).toEqual([]);
    expect(run.outputs).toMatchObject({ verdict: "allow", allow: "true" });
    expect(Number(run.outputs["budget-remaining"])).toBeCloseTo(0.95, 1);
    expect(Number(run.outputs["burn-rate-max"])).toBeCloseTo(0.05, 1);
    expect(JSON.parse(run.json)).toMatchObject({ schema: "burngate.gate/v1", sha: head });
    expect(run.summary).toContain("### Error budget: The gate is open");
    expect(run.summary).toMatch(/\| <code>checkout<\/code> \| allow \| 95% \|/);
  });

  it("fails the step when the gate is held, with one annotation, or only warns where it is told to", async () => {
    await askedShop({ at: story.burning });
    const held = await step({});
    expect(held.code).toBe(1);
    expect(commandsIn(held.log)).toEqual([
      expect.stringMatching(/^::error title=Error budget::checkout: 1h burn 167x/) as string,
    ]);
    expect(held.outputs).toMatchObject({ verdict: "block", allow: "false" });
    const warned = await step({ mode: "warn" });
    expect(warned.code).toBe(0);
    expect(commandsIn(warned.log)[0]).toMatch(/^::warning title=Error budget::checkout/);
  });

  it("never mixes up held and not known", async () => {
    await askedShop({ source: { url: new URL("http://127.0.0.1:9") } });
    const run = await step({});
    expect(run.code).toBe(1);
    expect(commandsIn(run.log)[0]).toMatch(
      /^::error title=Error budget::Could not be determined: Not measured/,
    );
    expect(run.outputs).toMatchObject({ verdict: "inconclusive", allow: "false", "budget-remaining": "" });
    expect((await step({ "on-error": "warn" })).code).toBe(0);
  });

  it("says what is missing where the job may not ask for a token", async () => {
    await askedShop();
    const run = await runActionStep({ "gate-url": shop?.app.url ?? "" });
    expect(run.code).toBe(1);
    expect(run.log.join("\n")).toContain("id-token: write");
  });

  it.each([
    [{}, /`gate-url` must be/],
    [{ "gate-url": "http://gate.example" }, /https/],
    [{ "gate-url": "https://gate.example", mode: "loose" }, /`mode` must be/],
    [{ "gate-url": "https://gate.example", "on-error": "pass" }, /`on-error` must be/],
    [{ "gate-url": "https://gate.example", auth: "token" }, /needs `token`/],
    [{ "gate-url": "https://gate.example", wait: "a while" }, /`wait` must be/],
    [{ "gate-url": "https://gate.example", sha: "abc" }, /`sha` must be/],
    [{ mode: "direct" }, /`prometheus-url`/],
    [{ mode: "direct", "prometheus-url": "https://a:b@prometheus.example" }, /takes no credential/],
  ])("fails on wrong inputs %j and says how to mend them", async (inputs, words) => {
    const run = await runActionStep(inputs);
    expect(run.code).toBe(1);
    expect(commandsIn(run.log).join()).toMatch(words);
  });

  it("[T11] cannot be made to speak to the runner by what others wrote", async () => {
    const evil = "x\n::set-output name=allow::true\r\n::error::y%0A::add-path::/tmp\n|`</td><script>";
    const answer = {
      schema: "burngate.gate/v1",
      verdict: "block",
      allow: false,
      decision: "block",
      reason: evil,
      repo: "acme/shop",
      environment: null,
      service: null,
      sha: null,
      id: "1\nallow=true",
      url: null,
      retryAfterSeconds: null,
      slos: [{ name: evil, verdict: "block", budgetRemaining: 0.1, burn: { [evil]: 2 } }],
      qualityGates: [{ name: evil, tool: "keptn", result: evil, score: 1, message: evil }],
    };
    const server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.on("listening", resolve));
    const run = await runActionStep({ "gate-url": `http://127.0.0.1:${portOf(server)}`, token: "t" });
    expect(run.code).toBe(1);
    const commands = commandsIn(run.log);
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatch(/^::error title=Error budget::x/);
    expect(run.outputs).toMatchObject({ verdict: "block", allow: "false" });
    expect(Object.keys(run.outputs).toSorted()).toEqual([
      "allow",
      "budget-remaining",
      "burn-rate-max",
      "id",
      "json",
      "reason",
      "url",
      "verdict",
    ]);
    expect(run.summary).not.toMatch(/<script|^::/m);
    expect(run.summary.split("\n").filter((line) => line.startsWith("| <code>"))).toHaveLength(2);
  });

  it.each([
    ["a login page", 200, "<html>"],
    ["no content", 204, ""],
    ["a redirect", 302, ""],
    [
      "allow as text",
      200,
      '{"schema":"burngate.gate/v1","verdict":"allow","allow":"true","decision":"allow","reason":""}',
    ],
    ["nothing but allow", 200, '{"allow":true}'],
  ])("takes %s for not known", async (_, status, body) => {
    const server = createServer((request, response) => {
      response.writeHead(status, status === 302 ? { location: request.url ?? "/" } : {}).end(body);
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.on("listening", resolve));
    const run = await runActionStep({ "gate-url": `http://127.0.0.1:${portOf(server)}`, token: "t" });
    expect(run.code).toBe(1);
    expect(run.outputs["verdict"]).toBe("inconclusive");
  });
});

describe("mode: direct", () => {
  let watched: CalmAndBurning;
  beforeAll(async () => {
    watched = await startCalmAndBurning();
  });
  afterAll(async () => watched.stop());

  /** What a step finds by the policy for a service, while a pull request has another one. */
  async function direct(
    service: string,
    prometheusUrl = watched.prometheus.url,
    more: Record<string, string> = {},
  ): Promise<ActionRun> {
    shop = await openShop({ policy: policyFor(service) });
    // A pull request's own policy is not read. [T1]
    await shop.openPull({ files: { [policyFile]: `${policyFor("burning")}mode: observe\n` } });
    const inputs = { mode: "direct", "prometheus-url": prometheusUrl, ...more };
    const token = shop.github.personalToken("ann");
    const run = await runActionStep(
      { ...inputs, "github-token": token },
      { variables: { GITHUB_API_URL: shop.github.url } },
    );
    expect(run.stderr).toBe("");
    expect(JSON.stringify(run)).not.toContain(token);
    return run;
  }

  it("judges in the runner, without a server: calm goes on, burning is held, silence is not known", async () => {
    expect(await direct("calm")).toMatchObject({ code: 0, outputs: { verdict: "allow", allow: "true" } });
    expect(await direct("burning")).toMatchObject({ code: 1, outputs: { verdict: "block", allow: "false" } });
    const silent = await direct("calm", "http://127.0.0.1:9");
    expect(silent).toMatchObject({ code: 1, outputs: { verdict: "inconclusive", allow: "false" } });
  });

  it("judges the part of the policy that is asked about, and nothing where there is none", async () => {
    const named = await direct("burning", undefined, { service: "burning", environment: "production" });
    expect(named.outputs).toMatchObject({ verdict: "block" });
    expect(JSON.parse(named.json)).toMatchObject({ service: "burning", environment: "production" });
    const other = await direct("calm", undefined, { service: "search" });
    expect(other).toMatchObject({ code: 1, outputs: { verdict: "inconclusive", allow: "false" } });
  });
});
