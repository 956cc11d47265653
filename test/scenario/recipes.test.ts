/** Every recipe of the documentation, taken from its page and run against the real gate by a caller that behaves as its own. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { hashOf, newToken } from "../../src/callers/token-text.ts";
import { startCheck } from "../../src/cli/start-check.ts";
import { webPhase } from "../world/argo-analysis.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import { hookEffect, type HookType } from "../world/flagger-hook.ts";
import {
  fetchAsCaller,
  jenkinsPasses,
  spinnakerStatus,
  type SpinnakerStage,
} from "../world/other-callers.ts";
import { load } from "../world/page-blocks.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A shop that is calm, burning, or not known, and a token that is its caller's. */
type State = "calm" | "burning" | "unknown";
const options: Readonly<Record<State, Omit<ShopOptions, "prometheus">>> = {
  calm: {},
  burning: { at: story.burning },
  unknown: { source: { url: new URL("http://127.0.0.1:9") } },
};

async function gateIn(state: State): Promise<{ shop: Shop; token: string; here: (text: string) => string }> {
  const shop = await openShop(options[state]);
  await shop.openPull();
  const { id, secret, text: token } = newToken(randomBytes);
  const scope = {
    name: "recipe",
    repositories: ["acme/shop"],
    environments: undefined,
    expiresAt: undefined,
  };
  await shop.app.machine.ledger.tokens.add({ id, ...scope, createdAt: shop.clock.now() }, hashOf(secret));
  return { shop, token, here: (text) => text.replaceAll("https://gate.example", shop.app.url) };
}

const block = (page: string, heading: string, language: string): string => {
  const found = load(page).find((one) => one.heading === heading && one.language === language);
  if (found === undefined) throw new Error(`docs/${page} has no ${language} under ${heading}`);
  return found.text;
};

interface TemplateMetric {
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: {
    readonly web: { readonly url: string; readonly headers: readonly { key: string; value: string }[] };
  };
}

const every: readonly (readonly [State, string])[] = [
  ["calm", "goes on"],
  ["burning", "is held"],
  ["unknown", "is not known"],
];

describe("Argo Rollouts", () => {
  it.each([
    ["calm", "Successful"],
    ["burning", "Failed"],
    ["unknown", "Inconclusive"],
  ] as const)("the ten lines give, when it is %s, %s", async (state, phase) => {
    const { token, here } = await gateIn(state);
    const template = parse(here(block("argo-rollouts.md", "Argo Rollouts", "yaml"))) as {
      spec: { metrics: [TemplateMetric] };
    };
    const [metric] = template.spec.metrics;
    const { url, headers } = metric.provider.web;
    const shown = headers.map(({ key, value }) => [key, value.replace("{{args.gate-token}}", token)]);
    const reply = await fetchAsCaller(url, Object.fromEntries(shown) as Record<string, string>);
    expect(Buffer.byteLength(reply.body)).toBeLessThan(2048);
    const conditions = { success: metric.successCondition, failure: metric.failureCondition };
    expect(webPhase(conditions, { kind: "answered", ...reply, tookSeconds: 0 })).toBe(phase);
  });
});

describe("Flagger", () => {
  it.each(every)("when it is %s, each hook of the page does what the page says", async (state) => {
    const { shop, token } = await gateIn(state);
    const text = load("flagger.md").find(({ language }) => language === "yaml")?.text ?? "";
    const { webhooks } = parse(text) as {
      webhooks: { type: HookType; url: string; metadata: object }[];
    };
    expect(webhooks.length).toBeGreaterThan(1);
    for (const { type, url, metadata } of webhooks) {
      const address = new URL(url.replace("https://flagger:burngate_TOKEN@gate.example", shop.app.url));
      const reply = await fetch(address, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`flagger:${token}`).toString("base64")}` },
        body: JSON.stringify({ name: "a", namespace: "b", phase: "Progressing", checksum: "c", metadata }),
      });
      const { effect } = hookEffect(type, reply.status, await reply.text());
      if (type === "rollback") expect(effect === "ROLL BACK NOW").toBe(state === "burning");
      else expect([type, reply.status <= 202]).toEqual([type, state === "calm"]);
    }
  });
});

describe("anything with a shell", () => {
  it.each(every)("when it is %s, it %s", async (state) => {
    const { shop, token } = await gateIn(state);
    const folder = mkdtempSync(join(tmpdir(), "burngate-recipe-"));
    folders.push(folder);
    const env = {
      PATH: process.env["PATH"],
      TOKEN: token,
      URL: `${shop.app.url}/v1/gate/acme/shop`,
    };
    const child = spawn("sh", ["-c", block("recipes.md", "Anything with a shell", "sh")], {
      env,
      cwd: folder,
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(code === 0).toBe(state === "calm");
    expect(readFileSync(join(folder, "reply.json"), "utf8")).toContain('"schema":"burngate.gate/v1"');
  });
});

describe("Spinnaker", () => {
  it.each([
    ["calm", "SUCCEEDED"],
    ["burning", "TERMINAL"],
    ["unknown", "RUNNING"],
  ] as const)("when it is %s the stage is %s", async (state, status) => {
    const { token, here } = await gateIn(state);
    const stage = JSON.parse(here(block("recipes.md", "Spinnaker", "json"))) as SpinnakerStage;
    const headers = Object.entries(stage.customHeaders).map(([name, [value = ""]]) => [
      name,
      value.replace("${parameters.gateToken}", token),
    ]);
    const reply = await fetchAsCaller(
      stage.url,
      Object.fromEntries(headers) as Record<string, string>,
      stage.method,
    );
    expect(spinnakerStatus(stage, reply)).toBe(status);
  });
});

describe("Jenkins", () => {
  it.each(every)("when it is %s, it %s", async (state) => {
    const { token, here } = await gateIn(state);
    const text = here(block("recipes.md", "Jenkins", "groovy"));
    const [, url = ""] = /url: '([^']+)'/.exec(text) ?? [];
    const [, codes = ""] = /validResponseCodes: '([^']+)'/.exec(text) ?? [];
    const reply = await fetchAsCaller(url, { authorization: `Bearer ${token}` });
    expect(jenkinsPasses(codes, reply)).toBe(state === "calm");
  });
});

describe("GitLab and Flux", () => {
  it.each(every)("GitLab's job, when it is %s, %s", async (state) => {
    const { shop, token } = await gateIn(state);
    const { "error-budget": job } = parse(block("recipes.md", "GitLab", "yaml")) as {
      "error-budget": { script: [string] };
    };
    const [program, command, ...args] = job.script[0].replace('"$GATE_URL"', shop.app.url).split(" ");
    expect([program, command]).toEqual(["burngate", "check"]);
    const environment = { variables: { GATE_TOKEN: token }, readFile: () => "", modeOf: () => undefined };
    const output = { out: () => undefined, err: () => undefined };
    const world = { clock: walkingClock(0), signal: AbortSignal.timeout(60_000) };
    // Nobody waits half an hour for a shop whose clock stands still.
    const asked = args.slice(0, args.indexOf("--wait"));
    const code = await startCheck(asked, environment, "/", output, world);
    expect(code).toBe({ calm: 0, burning: 1, unknown: 2 }[state]);
  });

  it("Flux lets the application depend on the gate, and waits for its Job", () => {
    const documents = parseAllDocuments(block("recipes.md", "Flux", "yaml")).map(
      (one) => one.toJS() as object,
    );
    expect(documents).toMatchObject([
      { kind: "Kustomization", metadata: { name: "error-budget-gate" }, spec: { wait: true, force: true } },
      { kind: "Kustomization", spec: { dependsOn: [{ name: "error-budget-gate" }] } },
    ]);
  });
});
