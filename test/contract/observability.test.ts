import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret.ts";
import { logTo } from "../../src/observe/log.ts";
import { type App, openSource, startApp } from "../world/app.ts";
import { checkoutHistory, policyFor, story } from "../world/checkout.ts";
import { manualClock } from "../world/clock.ts";
import { type GitHub, startGitHub } from "../world/github.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { findBinary } from "../world/prometheus-binary.ts";
import { knock, send } from "./http-surface.ts";

const bearer = "bearer-of-the-data-source";
const password = "password-of-the-other-data-source";
const clock = manualClock(story.calm);

let prometheus: Prometheus;
let github: GitHub;
let app: App;

/** Everything that a day can bring: verdicts, bypasses, refusals, failures of every neighbour, forged and broken webhooks, a ledger that fails. */
beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef", now: () => clock.now() });
  github.team("acme", "sre", { ann: "active" });
  const installation = github.installation({ account: "acme" });
  const shop = github.repository({ owner: "acme", name: "shop", installation });
  const dark = github.repository({ owner: "acme", name: "dark", installation });
  shop.permit("bob", "write");
  shop.commit("main", {
    ".github/slo-policy.yml": `${policyFor("checkout")}data_source: main\n`,
    "a.txt": "a",
  });
  dark.commit("main", { ".github/slo-policy.yml": `${policyFor("checkout")}data_source: dark\n` });
  const dataSources = [
    openSource("main", prometheus.url, { auth: { kind: "bearer", token: new Secret(() => bearer) } }),
    openSource("dark", "http://127.0.0.1:9", {
      auth: { kind: "basic", username: "burngate", password: new Secret(() => password) },
    }),
  ];
  app = await startApp({ github, clock, dataSources, config: { logLevel: "debug" } });
  github.fail({ path: /access_tokens/, status: 401, body: { message: "planted" }, unchecked: true });
  const { number } = shop.openPull({ head: "feature", author: "bob", files: { "b.txt": "b" } });
  dark.openPull({ head: "feature", author: "bob" });
  await app.settle();
  clock.set(story.burning);
  await app.tick();
  for (const by of ["bob", "ann"]) {
    shop.label(number, "hotfix", { by });
    await app.settle();
    shop.unlabel(number, "hotfix", { by });
    clock.advance(1000);
  }
  for (const status of [403, 404, 422, 500, 502]) {
    github.fail({ method: "POST", path: /statuses/, status, body: { message: "planted" }, unchecked: true });
    shop.push(number, { "b.txt": String(status) }, { by: "bob" });
    await app.settle();
  }
  github.fail({ path: /statuses/, destroySocket: true });
  shop.push(number, { "b.txt": "reset" }, { by: "bob" });
  await app.settle();
  const port = Number(new URL(app.url).port);
  await knock(
    { port },
    { "x-github-event": "pull_request" },
    JSON.stringify({ secret: github.webhookSecret }),
  );
  await app.machine.sweep();
  await app.settle();
  for (const status of [401, 503, undefined]) {
    if (status !== undefined)
      github.fail({ path: /hook\/deliveries/, status, body: { message: "planted" }, unchecked: true });
    await app.machine.scan();
  }
  await app.machine.ledger.queue.enqueue(
    {
      task: { kind: "delivery", id: "gone" },
      installationId: undefined,
      priority: 1,
      notBefore: clock.now(),
      revive: true,
    },
    clock.now(),
  );
  await app.settle();
}, 180_000);

afterAll(async () => {
  await app.stop();
  await github.stop();
  await prometheus.stop();
  github.assertClean();
});

describe("the log", () => {
  it("tells of what happened", () => {
    const messages = new Set(app.log.map(({ msg }) => msg));
    const told = [
      "delivery accepted",
      "delivery refused",
      "verdict",
      "status written",
      "gate opened by hand",
      "status could not be written",
    ];
    for (const message of [...told, "job postponed", "measured", "policy read", "tick"])
      expect(messages).toContain(message);
  });

  it("tells people of a delivery and of the status that came of it, and only who debugs of the verdict between", () => {
    const levelsOf = (message: string) =>
      new Set(app.log.filter(({ msg }) => msg === message).map(({ level }) => level));
    expect(levelsOf("delivery accepted")).toEqual(new Set(["info"]));
    expect(levelsOf("verdict")).toEqual(new Set(["debug"]));
    expect(levelsOf("status written")).toEqual(new Set(["info"]));
  });

  it("[T46] holds no secret at any level: no key, no token, no webhook secret, no credential of a data source", () => {
    const text = JSON.stringify(app.log);
    expect(text.length).toBeGreaterThan(5000);
    const keyLine = github.privateKey.split("\n")[1]!;
    const credentials = [
      bearer,
      password,
      Buffer.from(`burngate:${password}`).toString("base64"),
      github.webhookSecret,
      keyLine,
    ];
    for (const secret of credentials) expect(text).not.toContain(secret);
    expect(text).not.toMatch(
      /gh[sp]_[A-Za-z0-9]|BEGIN [A-Z ]*PRIVATE KEY|\beyJ[A-Za-z0-9_-]{10,}|Bearer [^[]|authorization":"(?!\[)/,
    );
  });

  it("writes down no key that could hold a credential, whoever passes it", () => {
    const lines: string[] = [];
    const log = logTo("debug", { write: (line) => void lines.push(line) });
    for (const key of ["authorization", "token", "privateKey", "secret", "password", "headers"]) {
      log.info({ [key]: "hidden", a: { [key]: "hidden", b: { [key]: "hidden" } } });
    }
    expect(lines).toHaveLength(6);
    expect(lines.join("")).not.toContain("hidden");
  });

  it("tells of an error what it says, to the fifth cause, and nothing that hangs on it", () => {
    const lines: string[] = [];
    const log = logTo("debug", { write: (line) => void lines.push(line) });
    const request = { headers: { authorization: "hidden" }, body: "hidden" };
    const cause = Object.assign(new Error("the cause"), { request, code: "ENOENT" });
    const several = Object.assign(new AggregateError([cause], "several"), { event: { payload: "hidden" } });
    const endless = new Error("x".repeat(1_000_000));
    endless.cause = endless;
    for (const err of [new Error("outer", { cause }), several, endless]) log.error({ err }, "told");
    const text = lines.join("");
    expect(text).not.toContain("hidden");
    expect(text.length).toBeLessThan(60_000);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      err: { message: "outer", cause: { message: "the cause", code: "ENOENT" } },
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({
      err: { type: "AggregateError", errors: [{ message: "the cause" }] },
    });
  });
});

describe("the metrics", () => {
  it("are such as Prometheus' own linter finds nothing to say about", async () => {
    const { text, headers } = await send({ port: Number(new URL(app.url).port) }, { path: "/metrics" });
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    expect(text).toContain("burngate_verdicts_total{");
    // It exits with an error where it finds something, and says what.
    expect(
      execFileSync(findBinary("promtool"), ["check", "metrics"], { input: text, encoding: "utf8" }),
    ).toBe("");
  });

  it("count what happened, and no label holds what a repository or a person could choose", async () => {
    const metrics = await app.machine.metrics.registry.getMetricsAsJSON();
    const sum = (name: string): number => {
      const found = metrics.find((metric) => metric.name === name);
      return (found?.values ?? []).reduce((total, { value }) => total + value, 0);
    };
    for (const name of [
      "deliveries",
      "verdicts",
      "bypasses",
      "reports",
      "policy_reads",
      "postponements",
      "unmeasured",
      "faults",
    ]) {
      expect(sum(`burngate_${name}_total`), name).toBeGreaterThan(0);
    }
    const labels = metrics.flatMap(({ values }) => values.flatMap((value) => Object.values(value.labels)));
    expect(labels.filter((label) => /acme|shop|bob|ann|feature|[0-9a-f]{40}/.test(String(label)))).toEqual(
      [],
    );
  });

  it("say when each round of the watch was last finished", async () => {
    const { values } = await app.machine.metrics.lastTick.get();
    const watch = values.find(({ labels }) => labels.kind === "watch");
    expect(watch?.value).toBeGreaterThanOrEqual(story.burning / 1000);
  });
});
