/**
 * The contract of every route in every state of the world: a JSON object with a boolean `allow`, as the served document says, never
 * 3xx, never 204, never 5xx, never HTML.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { anyCaller, bearer, knownCallers } from "../world/known-callers.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const known = knownCallers({
  all: anyCaller,
  other: { ...anyCaller, id: "other", repositories: ["acme/other"] },
});

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What a well-behaved caller sends to a route; `rollback` lets through by refusing. */
const rollout = {
  name: "a",
  namespace: "b",
  phase: "Progressing",
  checksum: "c",
  metadata: { repo: "acme/shop" },
};

const broken = (): never => {
  throw new Error("the disk is gone at postgres://burngate:hunter2@db");
};

/** States of the world, and what may be sent into them. */
const states: readonly (readonly [
  string,
  {
    options?: Omit<ShopOptions, "prometheus">;
    token?: string;
    body?: string;
    method?: string;
    prepare?: (shop: Shop) => void;
  },
])[] = [
  ["calm", {}],
  ["burning", { options: { at: story.burning } }],
  ["Prometheus down", { options: { source: { url: new URL("http://127.0.0.1:9") } } }],
  ["policy broken", { options: { policy: "version: [1\n" } }],
  ["policy absent", { options: { policy: null } }],
  ["repository unknown", { body: JSON.stringify({ ...rollout, metadata: { repo: "acme/none" } }) }],
  ["token missing", { token: "" }],
  ["token wrong", { token: "wrong" }],
  ["out of scope", { token: "other" }],
  ["body that is HTML", { body: "<!doctype html><html>" }],
  ["body that is too large", { body: "x".repeat(300_000) }],
  ["another method", { method: "DELETE" }],
  [
    "GitHub silent",
    {
      prepare: ({ github, app }) => {
        app.machine.ledger.policies.find = () => Promise.resolve(undefined);
        github.fail({ times: Number.POSITIVE_INFINITY, destroySocket: true });
      },
    },
  ],
  ["fault in the ledger", { prepare: ({ app }) => void (app.machine.ledger.policies.find = broken) }],
  ["fault in the registry", { prepare: ({ app }) => void (app.machine.ledger.registry.named = broken) }],
];

async function documentOf({ app }: Shop): Promise<Document> {
  return (await (await fetch(`${app.url}/v1/openapi.json`)).json()) as Document;
}

it.each(states)("holds on every route when the state is: %s", async (name, state) => {
  const { options = {}, token = "all", prepare } = state;
  const shop = await openShop({ callers: known, ...options });
  await shop.openPull();
  const document = await documentOf(shop);
  prepare?.(shop);
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  let asked = 0;
  for (const [template, operations] of Object.entries(document.paths)) {
    for (const [verb, operation] of Object.entries(operations)) {
      for (const query of template.includes("/gate/") ? ["", "?reply=status", "?brief=1"] : [""]) {
        const repo = name === "repository unknown" ? "none" : "shop";
        const path = template.replace("{owner}", "acme").replace("{repo}", repo);
        const method = state.method ?? verb.toUpperCase();
        const body = state.body ?? (template.includes("/gate/") ? "{}" : JSON.stringify(rollout));
        const isBodied = method !== "GET" && !(template.includes("/gate/") && repo === "none");
        const reply = await fetch(`${shop.app.url}${path}${query}`, {
          method,
          redirect: "manual",
          headers: token === "" ? {} : bearer(token),
          ...(isBodied ? { body } : {}),
        });
        const text = await reply.text();
        const what = `${method} ${path}${query}: ${reply.status} ${text.slice(0, 300)}`;
        expect(reply.status, what).toBeGreaterThanOrEqual(200);
        expect(reply.status, what).not.toBe(204);
        expect(Math.floor(reply.status / 100), what).not.toBe(3);
        expect(Math.floor(reply.status / 100), what).not.toBe(5);
        expect(reply.headers.get("content-type"), what).toMatch(/^application\/(problem\+)?json/);
        const answer = JSON.parse(text) as { allow?: unknown };
        if (template !== "/v1/openapi.json" || reply.status !== 200)
          expect(typeof answer.allow, what).toBe("boolean");
        expect(text).not.toMatch(/hunter2|postgres:|at .*\.ts:|127\.0\.0\.1:9\b/);
        const described = operation.responses[String(reply.status)];
        expect(described, what).toBeDefined();
        const [{ schema } = { schema: {} }] = Object.values(described?.content ?? {});
        expect(ajv.validate(schema, answer), `${what} ${JSON.stringify(ajv.errors)}`).toBe(true);
        // Where nothing is known, nothing is let through; only a rollback is refused by 2xx not being there.
        const isUnsent = state.body !== undefined && !isBodied && repo === "shop";
        const isKnown =
          name === "calm" ||
          isUnsent ||
          /flagger\/(event|post-rollout)|events\//.test(path) ||
          path.endsWith("openapi.json");
        if (!isKnown) expect(answer.allow, what).toBe(false);
        asked += 1;
      }
    }
  }
  expect(asked).toBeGreaterThan(10);
});

it("serves a document that names every route once, with a method, answers and refusals", async () => {
  const shop = await openShop({ callers: known });
  const { paths } = await documentOf(shop);
  expect(Object.entries(paths).map(([path, methods]) => `${Object.keys(methods).join(",")} ${path}`))
    .toMatchInlineSnapshot(`
      [
        "get,post /v1/gate/{owner}/{repo}",
        "post /v1/flagger/confirm-rollout",
        "post /v1/flagger/pre-rollout",
        "post /v1/flagger/rollout",
        "post /v1/flagger/confirm-traffic-increase",
        "post /v1/flagger/confirm-promotion",
        "post /v1/flagger/rollback",
        "post /v1/flagger/post-rollout",
        "post /v1/flagger/event",
        "post /v1/events/argocd",
        "post /v1/events/cdevents",
        "get /v1/openapi.json",
      ]
    `);
});
