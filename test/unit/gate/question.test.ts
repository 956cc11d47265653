import { beforeEach, describe, expect, it } from "vitest";
import type { Measurement } from "../../../src/domain/measurement.ts";
import type { PolicyAnswer } from "../../../src/domain/policy.ts";
import { ok } from "../../../src/gate/failure.ts";
import type { KnownMeasurements } from "../../../src/gate/ledger.ts";
import { requestOf } from "../../../src/gate/measure-policy.ts";
import { type Question, type Questions, questionsOf } from "../../../src/gate/question.ts";
import { assemblePolicy, readPolicy } from "../../../src/policy/parse.ts";
import { policyFor } from "../../world/checkout.ts";
import { type AlarmClock, alarmClock } from "../../world/clock.ts";
import { gateWorld, noon, shop } from "./gate-world.ts";

const reading = assemblePolicy(readPolicy("f", policyFor("checkout")), () => ({ kind: "files", files: [] }), {
  id: "main",
  named: () => "main",
});
if (reading.kind !== "usable") throw new Error("the policy of the story is not usable");
const { policy } = reading;
const origin = { file: "f", commitSha: "a".repeat(40), revision: "r1" };

const question: Question = {
  repository: { ...shop, defaultBranch: "main" },
  environment: undefined,
  service: undefined,
  sha: undefined,
  scope: "all",
};

let clock: AlarmClock;
let questions: Questions;
/** The error ratio over every window. */
let errorRatio: number;
let looks: number;
/** How often GitHub was asked whose merge made a commit. */
let bypassLooks: number;
let readPolicyAnswer: () => Promise<PolicyAnswer>;

beforeEach(async () => {
  clock = alarmClock(noon);
  errorRatio = 0.5;
  looks = 0;
  bypassLooks = 0;
  readPolicyAnswer = () => Promise.resolve({ kind: "present", policy, origin });
  const { world } = await gateWorld();
  const recent = (): Promise<KnownMeasurements> => {
    looks += 1;
    const at = clock.now();
    const { questions: asked, dataSource } = requestOf(policy, at, shop.id);
    const measurements = asked.flatMap(({ objective, windowsMs }) =>
      windowsMs.map((windowMs): Measurement => ({
        kind: "measured",
        objective: objective.name,
        windowMs,
        dataSource,
        query: "q",
        at,
        errorRatio,
      })),
    );
    const set = { at, measurements };
    return Promise.resolve({ set, holds: new Map(), renewedAt: at, toldClass: "" });
  };
  questions = questionsOf({
    ...world,
    clock,
    policies: () => readPolicyAnswer(),
    measurements: { ...world.measurements, recent },
    github: {
      ...world.github,
      madeBy: () => {
        bypassLooks += 1;
        return Promise.resolve(ok([]));
      },
      tagsUnder: () => Promise.resolve(ok([])),
    },
    posted: { defaultBranch: () => Promise.reject(new Error("the branch is known")) },
    webUrl: "https://github.com",
  });
});

const never = new AbortController().signal;

describe("waiting for the gate to open", () => {
  it("ends with the first answer that lets through", async () => {
    const waited = questions.wait(question, 60_000, never);
    await clock.nextWait();
    errorRatio = 0;
    clock.ring();
    expect(await waited).toMatchObject({ allow: true, evaluatedAt: "2026-11-22T12:00:15Z" });
    expect(clock.waits).toEqual([]);
  });

  it("ends with its time, with the last answer", async () => {
    const waited = questions.wait(question, 20_000, never);
    for (const lasts of [15_000, 5000]) {
      await clock.nextWait();
      expect(clock.waits).toEqual([lasts]);
      clock.ring();
    }
    expect(await waited).toMatchObject({ allow: false, verdict: "block" });
    expect(clock.now() - noon).toBe(20_000);
  });

  it("ends when the caller has hung up or the process stops, with what is true then", async () => {
    const gone = new AbortController();
    const waited = questions.wait(question, 60_000, gone.signal);
    await clock.nextWait();
    gone.abort();
    expect(await waited).toMatchObject({ allow: false });
    expect(clock.waits).toEqual([]);
    expect(clock.now()).toBe(noon);
  });

  it("looks once for two who wait for the same, and once more for who waits for something else", async () => {
    const both = [questions.wait(question, 60_000, never), questions.wait(question, 60_000, never)];
    await clock.nextWait();
    while (clock.waits.length < 2) await clock.nextWait();
    expect(looks).toBe(1);
    errorRatio = 0;
    clock.ring();
    const [one, other] = await Promise.all(both);
    expect(one).toBe(other);
    expect(looks).toBe(2);
    expect(await questions.answer({ ...question, environment: "production" })).toMatchObject({ allow: true });
    expect(looks).toBe(3);
  });

  it("goes on after a fault, and shares no fault with who asks next", async () => {
    readPolicyAnswer = () => Promise.reject(new Error("the disk is gone"));
    const waited = questions.wait(question, 60_000, never);
    await clock.nextWait();
    readPolicyAnswer = () => Promise.resolve({ kind: "present", policy, origin });
    errorRatio = 0;
    expect(await questions.answer(question)).toMatchObject({ allow: true });
    clock.ring();
    expect(await waited).toMatchObject({ allow: true });
  });
});

describe("an answer", () => {
  it("is shared for less than 15 s, also where the clock is set back", async () => {
    await questions.answer(question);
    clock.advance(14_999);
    await questions.answer(question);
    expect(looks).toBe(1);
    clock.advance(1);
    await questions.answer(question);
    expect(looks).toBe(2);
    clock.set(noon - 60_000);
    await questions.answer(question);
    expect(looks).toBe(3);
  });

  it("is never shared with who asks about another commit, service, environment, scope or repository", async () => {
    const others: Partial<Question>[] = [
      {},
      { sha: "a".repeat(40) },
      { service: "checkout" },
      { environment: "checkout" },
      { environment: "Checkout" },
      { scope: "canary" },
      { repository: { ...shop, id: 8, defaultBranch: "main" } },
    ];
    for (const other of others) await questions.answer({ ...question, ...other });
    expect(looks).toBe(others.length);
  });
});

describe("[T18] who asks about a thousand commits", () => {
  const shaOf = (index: number): string => index.toString(16).padStart(40, "0");

  it("is answered about each, but has GitHub asked 20 times a minute and 60 verdicts kept", async () => {
    const ids: (string | null)[] = [];
    for (let index = 1; index <= 100; index += 1) {
      const { allow, verdict, id } = await questions.answer({ ...question, sha: shaOf(index) });
      expect({ allow, verdict }).toEqual({ allow: false, verdict: "block" });
      ids.push(id);
    }
    expect(bypassLooks).toBe(20);
    expect(ids.filter((id) => id !== null)).toHaveLength(60);
    clock.advance(60_000);
    expect((await questions.answer({ ...question, sha: shaOf(200) })).id).not.toBeNull();
    expect(bypassLooks).toBe(21);
  });

  it("takes nothing from another repository", async () => {
    for (let index = 1; index <= 30; index += 1) await questions.answer({ ...question, sha: shaOf(index) });
    const repository = { ...shop, id: 8, defaultBranch: "main" };
    await questions.answer({ ...question, repository, sha: shaOf(1) });
    expect(bypassLooks).toBe(21);
  });
});
