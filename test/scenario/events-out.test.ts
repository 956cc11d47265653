import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Secret } from "../../src/domain/secret.ts";
import type { SinkConfig } from "../../src/events-out/sink.ts";
import { readSinks } from "../../src/events-out/sink-file.ts";
import { policyFor, story } from "../world/checkout.ts";
import { type EventReceiver, startReceiver } from "../world/event-receiver.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const secret = Buffer.from("a secret of the receiver's").toString("base64");
let receiver: EventReceiver;

beforeEach(async () => {
  receiver = await startReceiver(secret);
});
afterEach(async () => receiver.stop());

/** A shop whose verdicts are told to the receiver; everything of before is over. */
async function telling(more: Partial<SinkConfig> = {}): Promise<Shop> {
  const sink: SinkConfig = {
    id: "tekton",
    url: receiver.url,
    mode: "structured",
    format: "cdevents",
    secret: new Secret(() => secret),
    events: ["verdict", "objective", "incident"],
    repositories: ["acme/*"],
    ...more,
  };
  const shop = await openShop({ config: { eventSinks: [sink] } });
  await tell(shop);
  return shop;
}

/** Lets ten seconds pass, after which what was decided is told. */
async function tell({ app, clock }: Shop): Promise<void> {
  clock.advance(10_001);
  await app.machine.tell();
}

const kinds = (): string[] => receiver.arrived.map(({ type }) => type.replace(/^dev\.cdevents\./, ""));

/** CDEvents 0.5.1, as far as it is used here; unknown keys are refused. */
const cdEvent = z.strictObject({
  context: z.strictObject({
    specversion: z.literal("0.5.1"),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().regex(/^dev\.cdevents\.[a-z]+\.[a-z]+\.\d+\.\d+\.\d+$/),
    timestamp: z.iso.datetime(),
  }),
  subject: z.strictObject({ id: z.string().min(1), content: z.record(z.string(), z.unknown()) }),
  customData: z.record(z.string(), z.unknown()),
});

describe("events out", () => {
  it("tells each verdict and each objective, signed, as CDEvents has them", async () => {
    const shop = await telling();
    const { headSha } = await shop.openPull();
    await tell(shop);
    expect(kinds()).toEqual(["testsuiterun.finished.0.3.0", "testcaserun.finished.0.3.0"]);
    const [suite, objective] = receiver.arrived;
    expect(receiver.arrived.every(({ isSigned }) => isSigned)).toBe(true);
    for (const { data, id, type, subject } of receiver.arrived) {
      const read = cdEvent.parse(data);
      expect([read.context.id, read.context.type, read.subject.id]).toEqual([id, type, subject]);
    }
    expect(suite?.data.subject?.content).toMatchObject({
      outcome: "success",
      environment: { id: "main" },
      testSuite: { id: ".github/slo-policy.yml" },
      reason: expect.stringContaining("95% left") as string,
    });
    expect(suite?.data.customData).toMatchObject({
      repository: "acme/shop",
      sha: headSha,
      decision: "allow",
    });
    expect(objective?.data.subject?.content).toMatchObject({
      outcome: "success",
      testCase: { id: "checkout" },
    });
  });

  it("sends only what is wanted", async () => {
    const shop = await telling({ events: ["objective"] });
    await shop.openPull();
    await tell(shop);
    expect(kinds()).toEqual(["testcaserun.finished.0.3.0"]);
  });

  it("tells a failure, and a spent budget as an incident that ends", async () => {
    const shop = await telling();
    shop.commit({ ".github/slo-policy.yml": policyFor("checkout").replace("30d", "1d") });
    await shop.openPull();
    await shop.go(story.burning);
    await tell(shop);
    expect(kinds()).toContain("incident.detected.0.3.0");
    const burning = receiver.arrived.filter(({ type }) => type.includes("testsuiterun")).at(-1);
    expect(burning?.data.subject?.content).toMatchObject({ outcome: "failure", severity: "high" });
    const opened = receiver.arrived.find(({ type }) => type.includes("incident"));
    expect(opened?.data.subject?.content).toMatchObject({
      description: "The error budget of checkout is spent",
      service: { id: "checkout" },
    });
    receiver.arrived.length = 0;
    shop.commit({ ".github/slo-policy.yml": policyFor("checkout") });
    await shop.go(story.end - 60_000);
    await tell(shop);
    expect(kinds().filter((kind) => kind.startsWith("incident"))).toEqual(["incident.resolved.0.3.0"]);
  });

  it("speaks binary, and Keptn's own shape, where it is asked to", async () => {
    const shop = await telling({ mode: "binary", format: "keptn" });
    await shop.openPull();
    await shop.go(story.burning);
    await tell(shop);
    const [first, last] = receiver.arrived;
    expect(first?.headers).toMatchObject({
      "ce-specversion": "1.0",
      "ce-type": "sh.keptn.event.evaluation.finished",
    });
    expect(first?.data).toMatchObject({
      project: "acme",
      stage: "main",
      service: "shop",
      status: "succeeded",
      result: "pass",
    });
    expect(first?.headers["ce-triggeredid"]).toBe(first?.headers["ce-shkeptncontext"]);
    expect(first?.headers["ce-gitcommitid"]).toMatch(/^[0-9a-f]{40}$/);
    expect(last?.data).toMatchObject({ result: "fail", evaluation: { result: "fail", score: 0 } });
  });

  it("loses nothing while the receiver is away, keeps the order, and sends each id once", async () => {
    const shop = await telling();
    receiver.answer("hang_up");
    await shop.openPull();
    await shop.go(story.burning);
    await tell(shop);
    await tell(shop);
    expect(receiver.arrived).toEqual([]);
    receiver.answer(202);
    shop.clock.advance(60_000);
    await shop.app.restart();
    await tell(shop);
    const outcomes = receiver.arrived
      .filter(({ type }) => type.includes("testsuiterun"))
      .map(({ data }) => data.subject?.content["outcome"]);
    expect(outcomes).toEqual(["success", "failure"]);
    const ids = receiver.arrived.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    await tell(shop);
    expect(receiver.arrived).toHaveLength(ids.length);
  });

  it("waits longer with each failure, and gives nothing up soon", async () => {
    const shop = await telling();
    receiver.answer(503);
    await shop.openPull();
    for (let round = 0; round < 6; round += 1) await tell(shop);
    const [row] = shop.rows("select failures, not_before from sinks");
    expect(Number(row?.["failures"])).toBeLessThan(5);
    expect(Number(row?.["not_before"])).toBeGreaterThan(shop.clock.now());
  });

  it("leaves out what the receiver will never take, and goes on", async () => {
    const shop = await telling();
    receiver.answer(410);
    await shop.openPull();
    await tell(shop);
    receiver.answer(202);
    await shop.go(story.burning);
    await tell(shop);
    const outcomes = receiver.arrived.flatMap(({ data }) => data.subject?.content["outcome"] ?? []);
    expect(outcomes).toEqual(["failure", "failure"]);
  });

  it("[T26] follows no redirect, and tells of no repository that the sink is not for", async () => {
    const shop = await telling({ repositories: ["other/*"] });
    await shop.openPull();
    await tell(shop);
    expect(receiver.arrived).toEqual([]);
    const redirected = await telling();
    receiver.answer(302);
    await redirected.openPull();
    await tell(redirected);
    expect(receiver.arrived).toEqual([]);
    expect(redirected.rows("select failures from sinks")).toEqual([{ failures: 1 }]);
  });

  it("never makes a gate wait", async () => {
    const shop = await telling();
    receiver.answer("hang_up");
    const { headSha } = await shop.openPull();
    await shop.go(story.burning);
    expect(shop.told(headSha)).toMatch(/^failure/);
  });
});

describe("the file of sinks", () => {
  const read = (text: string) =>
    readSinks("sinks.yml", text, {
      variables: { KEY: secret, SHORT: "c2VjcmV0", WORDS: "correct horse battery staple, correct" },
      readFile: () => `${secret}\n`,
    });

  it("names receivers, each with what nobody wrote", () => {
    const { sinks, faults } = read(
      "sinks: [{id: tekton, url: 'https://events.example', secret: {env: KEY}}]\n",
    );
    expect(faults).toEqual([]);
    expect(sinks).toMatchObject([
      { id: "tekton", mode: "structured", format: "cdevents", repositories: ["**"] },
    ]);
    expect(JSON.stringify(sinks)).not.toContain(secret);
  });

  it.each([
    ["plain http", "{id: a, url: 'http://events.example'}", /behind https/],
    ["a credential in the address", "{id: a, url: 'https://u:p@events.example'}", /credential/],
    [
      "a secret that is not set",
      "{id: a, url: 'https://e.example', secret: {env: NONE}}",
      /NONE, which is not set/,
    ],
    [
      "a secret that is too short",
      "{id: a, url: 'https://e.example', secret: {env: SHORT}}",
      /24 to 64 bytes/,
    ],
    [
      "a secret that is no base64",
      "{id: a, url: 'https://e.example', secret: {env: WORDS}}",
      /24 to 64 bytes/,
    ],
    [
      "events of a shape that has one",
      "{id: a, url: 'https://e.example', format: keptn, events: [verdict]}",
      /told apart/,
    ],
    ["one id twice", "{id: a, url: 'https://e.example'}, {id: a, url: 'https://f.example'}", /there twice/],
    ["an unknown key", "{id: a, uri: 'https://e.example'}", /uri/],
  ])("tells of %s", (_, entries, words) => {
    expect(read(`sinks: [${entries}]\n`).faults.join("\n")).toMatch(words);
  });
});
