import { randomBytes } from "node:crypto";
import { type CryptoKey, exportSPKI, generateKeyPair, importJWK } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callersOf } from "../../src/callers/callers.ts";
import type { Issuer } from "../../src/callers/issuer.ts";
import { readCallerRules } from "../../src/callers/issuer-file.ts";
import { hashOf, newToken } from "../../src/callers/token-text.ts";
import type { Callers } from "../../src/gate/caller.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { type OidcIssuer, startIssuer } from "../world/oidc-issuer.ts";
import { noon } from "./ledger-samples.ts";

const audience = "https://gate.example";
const seconds = noon / 1000;
let issuer: OidcIssuer;
let ledger: ReturnType<typeof ledgerIn>;
let callers: Callers;
let issuers: readonly Issuer[];

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(async () => issuer.stop());

beforeEach(async () => {
  const { db } = openSqlite(":memory:");
  await migrate(db);
  ledger = ledgerIn(db);
  issuer.answer("keys");
  issuers = [
    {
      kind: "github",
      issuer: "https://token.actions.githubusercontent.com",
      audience,
      keys: { kind: "url", url: new URL(issuer.jwks), ca: undefined },
    },
    {
      kind: "kubernetes",
      issuer: "https://kubernetes.default.svc",
      audience,
      keys: { kind: "file", read: () => JSON.stringify({ keys: issuer.keys }) },
      accounts: [
        { namespace: "argocd", name: "gate", repositories: ["acme/*"], environments: ["production"] },
      ],
    },
  ];
  callers = callersOf({ issuers, perMinute: 60 }, ledger.tokens);
});

const ask = (token: string, now = noon) => callers.recognise(`Bearer ${token}`, now);

describe("tokens of ours", () => {
  async function made(more: { expiresAt?: number } = {}): Promise<string> {
    const { id, secret, text } = newToken(randomBytes);
    const scope = { name: "argo", repositories: ["acme/shop"], environments: undefined };
    await ledger.tokens.add({ id, ...scope, createdAt: noon, expiresAt: more.expiresAt }, hashOf(secret));
    return text;
  }

  it("are known as bearer, and as the password of whoever", async () => {
    const text = await made();
    const basic = `Basic ${Buffer.from(`flagger:${text}`).toString("base64")}`;
    for (const header of [`Bearer ${text}`, `bearer ${text}`, basic]) {
      const answer = await callers.recognise(header, noon);
      expect(answer).toMatchObject({
        kind: "known",
        caller: { name: "argo", repositories: ["acme/shop"], environments: "all" },
      });
    }
    const [kept] = await ledger.tokens.list();
    expect(kept?.lastUsedAt).toBe(noon);
    expect(JSON.stringify(kept)).not.toContain(text.slice(-43));
  });

  it("[T15] are refused when expired, when revoked, and when only nearly right", async () => {
    const text = await made({ expiresAt: noon + 1 });
    expect(await ask(text)).toMatchObject({ kind: "known" });
    expect(await ask(text, noon + 1)).toMatchObject({ kind: "refused", why: "expired" });
    const other = text.slice(0, -1) + (text.endsWith("A") ? "B" : "A");
    expect(await ask(other)).toMatchObject({ kind: "refused", why: "unknown" });
    const second = await made();
    await ledger.tokens.revoke(second.split("_")[1] ?? "", noon);
    expect(await ask(second)).toMatchObject({
      kind: "refused",
      why: "expired",
      detail: "the token was revoked",
    });
  });

  it.each([
    ["nothing", undefined, "missing"],
    ["an empty header", "", "missing"],
    ["another scheme", "Digest abc", "unknown"],
    ["a hash for a token", `Bearer burngate_${"0".repeat(16)}_${"a".repeat(43)}`, "unknown"],
    ["half a token", "Bearer burngate_00", "unknown"],
    ["a long one", `Bearer ${"a".repeat(10_000)}`, "unknown"],
    ["a basic without a password", `Basic ${Buffer.from("flagger").toString("base64")}`, "unknown"],
    ["two tokens", "Bearer a, Bearer b", "unknown"],
  ])("[T15] refuse %s", async (_, header, why) => {
    expect(await callers.recognise(header, noon)).toMatchObject({ kind: "refused", why });
  });
});

/** Claims of a workflow's token, of a few seconds ago. */
const workflow = (more: object = {}) => ({
  iss: "https://token.actions.githubusercontent.com",
  aud: audience,
  sub: "repo:acme/shop:ref:refs/heads/main",
  jti: crypto.randomUUID(),
  iat: seconds - 5,
  nbf: seconds - 5,
  exp: seconds + 300,
  repository: "acme/shop",
  repository_id: "7",
  ...more,
});

describe("workflows of GitHub's", () => {
  it("are known by their repository's id, and bound to the environment of their job", async () => {
    expect(await ask(await issuer.sign(workflow()))).toEqual({
      kind: "known",
      caller: {
        id: "github:7",
        name: "acme/shop",
        repositories: "all",
        repositoryId: 7,
        environments: "all",
      },
    });
    const bound = await ask(await issuer.sign(workflow({ environment: "production" })));
    expect(bound).toMatchObject({ kind: "known", caller: { environments: ["production"] } });
    const starred = await ask(await issuer.sign(workflow({ environment: "*" })));
    expect(starred).toMatchObject({ kind: "known", caller: { environments: [] } });
  });

  it("are known whatever form their `sub` has", async () => {
    const sub = "repo:octo@1/other@9:ref:refs/heads/main";
    expect(await ask(await issuer.sign(workflow({ sub })))).toMatchObject({ caller: { repositoryId: 7 } });
  });

  it("[T15] show a token once, also to several replicas at once", async () => {
    const token = await issuer.sign(workflow());
    const answers = await Promise.all(Array.from({ length: 8 }, async () => ask(token)));
    expect(answers.filter(({ kind }) => kind === "known")).toHaveLength(1);
    expect(answers.filter((one) => one.kind === "refused" && one.why === "replayed")).toHaveLength(7);
  });

  it.each([
    ["of another audience", workflow({ aud: "https://elsewhere.example" }), "unknown"],
    ["of several audiences without ours", workflow({ aud: ["a", "b"] }), "unknown"],
    ["of another issuer", workflow({ iss: "https://evil.example" }), "unknown"],
    [
      "of an issuer that looks alike",
      workflow({ iss: "https://token.actions.githubusercontent.com/" }),
      "unknown",
    ],
    ["that has expired", workflow({ exp: seconds - 61 }), "expired"],
    ["that is not valid yet", workflow({ nbf: seconds + 120 }), "unknown"],
    ["from the future", workflow({ iat: seconds + 600 }), "unknown"],
    ["that is old, though it would live on", workflow({ iat: seconds - 3600 }), "expired"],
    ["without an end", workflow({ exp: undefined }), "unknown"],
    ["without a repository", workflow({ repository_id: undefined }), "unknown"],
    ["of a repository that is no number", workflow({ repository_id: "7e0x" }), "unknown"],
    ["without an id of its own", workflow({ jti: undefined }), "unknown"],
  ])("[T15] refuses a token %s", async (_, claims, why) => {
    expect(await ask(await issuer.sign(claims))).toMatchObject({ kind: "refused", why });
  });

  it("[T15] refuses forgeries: no signature, our public key as a secret, a stranger's key", async () => {
    const [head = "", body = ""] = (await issuer.sign(workflow())).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect(await ask(`${none}.${body}.`)).toMatchObject({ kind: "refused", why: "unknown" });
    expect(await ask(`${head}.${body}.`)).toMatchObject({ kind: "refused", why: "unknown" });
    const publicKey = await importJWK(issuer.keys[0] ?? {}, "RS256", { extractable: true });
    const secret = new TextEncoder().encode(await exportSPKI(publicKey as CryptoKey));
    const confused = await issuer.sign(workflow(), { key: secret, header: { alg: "HS256" } });
    expect(await ask(confused)).toMatchObject({ kind: "refused", why: "unknown" });
    const { privateKey } = await generateKeyPair("RS256");
    expect(await ask(await issuer.sign(workflow(), { key: privateKey }))).toMatchObject({ why: "unknown" });
    const elsewhere = { kid: "second", jku: `${issuer.url}/stolen`, x5u: `${issuer.url}/stolen` };
    const chosen = await issuer.sign(workflow(), { key: privateKey, header: elsewhere });
    expect(await ask(chosen)).toMatchObject({ why: "unknown" });
  });

  it.each(["nothing", "redirect", "html", "too_much"] as const)(
    "are not known, and it is said why, when the issuer answers with %s",
    async (how) => {
      issuer.answer(how);
      const answer = await ask(await issuer.sign(workflow()));
      expect(answer).toMatchObject({ kind: "refused", why: "unanswered" });
    },
  );

  it("ask for the issuer's keys once, not for each token", async () => {
    const before = issuer.asked();
    for (let count = 0; count < 5; count += 1) await ask(await issuer.sign(workflow()));
    expect(issuer.asked() - before).toBe(1);
  });
});

describe("service accounts of a cluster", () => {
  const account = (more: object = {}) => ({
    iss: "https://kubernetes.default.svc",
    aud: [audience],
    sub: "system:serviceaccount:argocd:gate",
    iat: seconds - 60,
    exp: seconds + 3000,
    ...more,
  });

  it("show their token again and again while it lasts", async () => {
    const token = await issuer.sign(account());
    for (let count = 0; count < 3; count += 1)
      expect(await ask(token)).toMatchObject({
        kind: "known",
        caller: { name: "argocd/gate", repositories: ["acme/*"], environments: ["production"] },
      });
  });

  it.each([
    ["another account", account({ sub: "system:serviceaccount:argocd:default" })],
    ["another namespace", account({ sub: "system:serviceaccount:evil:gate" })],
    ["a token for the cluster's own API", account({ aud: ["https://kubernetes.default.svc"] })],
  ])("[T15] are not %s", async (_, claims) => {
    expect(await ask(await issuer.sign(claims))).toMatchObject({ kind: "refused", why: "unknown" });
  });
});

it("lets a caller ask so often, and no other pays for it", () => {
  const caller = { id: "a", name: "a", repositories: "all", environments: "all" } as const;
  const asked = Array.from({ length: 30 }, () => callers.admit(caller, noon).ok);
  expect(asked.filter(Boolean)).toHaveLength(20);
  expect(callers.admit(caller, noon)).toEqual({ ok: false, retryAfterMs: 1000 });
  expect(callers.admit({ ...caller, id: "b" }, noon).ok).toBe(true);
  expect(callers.admit(caller, noon + 1000).ok).toBe(true);
});

describe("the file of callers", () => {
  const read = (text: string) =>
    readCallerRules("callers.yml", text, (path) => (path === "ca.pem" ? "PEM" : fail(path)));
  const fail = (path: string): never => {
    throw new Error(path);
  };

  it("names issuers, and where their keys are when nothing is said", () => {
    const { rules, faults } = read(`oidc:
  - {kind: github, issuer: "https://token.actions.githubusercontent.com", audience: "https://gate.example"}
  - kind: kubernetes
    issuer: https://kubernetes.default.svc.cluster.local
    audience: https://gate.example
    ca: ca.pem
    service_accounts: [{namespace: argocd, name: gate, repositories: ["acme/*"]}]
questions_per_minute: 60
`);
    expect(faults).toEqual([]);
    expect(rules.perMinute).toBe(60);
    expect(
      rules.issuers.map(({ keys }) => (keys.kind === "url" ? [keys.url.href, keys.ca] : keys.kind)),
    ).toEqual([
      ["https://token.actions.githubusercontent.com/.well-known/jwks", undefined],
      ["https://kubernetes.default.svc.cluster.local/openid/v1/jwks", "PEM"],
    ]);
  });

  it.each([
    [
      "an issuer twice",
      "oidc: [&a {kind: github, issuer: 'https://a.example', audience: a}]",
      /alias|anchor/i,
    ],
    [
      "[T15] two GitHubs, whose repositories have the same numbers",
      "oidc: [{kind: github, issuer: 'https://a.example', audience: a}, {kind: github, issuer: 'https://b.example', audience: a}]",
      /name one issuer of kind github/,
    ],
    ["keys in the clear", "oidc: [{kind: github, issuer: 'http://a.example', audience: a}]", /behind https/],
    [
      "a file that is not there",
      "oidc: [{kind: kubernetes, issuer: 'https://a.example', audience: a, jwks_file: none, service_accounts: [{namespace: a, name: b, repositories: ['a/b']}]}]",
      /cannot be read: none/,
    ],
    ["a key that is not known", "issuers: []", /issuers/],
  ])("tells of %s", (_, text, words) => {
    expect(read(`${text}\n`).faults.join("\n")).toMatch(words);
  });
});
