import { beforeEach, describe, expect, it } from "vitest";
import type { DeliveryAttempt } from "../../../src/domain/delivery-gap.ts";
import type { AttemptPage, GitHubApp } from "../../../src/gate/app-port.ts";
import { failed, type Failure, ok } from "../../../src/gate/failure.ts";
import type { ScanOutcome } from "../../../src/gate/gaps.ts";
import { scanDeliveries } from "../../../src/gate/scan.ts";
import { walkingClock } from "../../world/clock.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

const dayMs = 86_400_000;
const never = new AbortController().signal;
const down: Failure = { kind: "unreachable", detail: "GitHub answered 502" };

let gate: GateWorld;
/** The log, newest first, and how GitHub fails. */
let log: DeliveryAttempt[];
let perPage: number;
let failure: ((cursor: string | undefined) => Failure | undefined) | undefined;
let read: (string | undefined)[];
let asked: number[];
let memoryMs: number;
let clock: ReturnType<typeof walkingClock>;

beforeEach(async () => {
  gate = await gateWorld();
  [log, perPage, failure, read, asked, memoryMs] = [[], 100, undefined, [], [], 3 * dayMs];
  clock = walkingClock(noon);
});

const app = (): GitHubApp => ({
  memoryMs,
  attempts(cursor) {
    read.push(cursor);
    const why = failure?.(cursor);
    if (why !== undefined) return Promise.resolve(failed(why));
    const from = Number(cursor ?? 0);
    const next = from + perPage < log.length ? String(from + perPage) : undefined;
    return Promise.resolve(ok<AttemptPage>({ attempts: log.slice(from, from + perPage), next }));
  },
  redeliver(id) {
    asked.push(id);
    return Promise.resolve(ok(undefined));
  },
  installation: () => Promise.reject(new Error("no installation was to be asked about")),
  self: () => Promise.reject(new Error("the App was not to be asked about itself")),
  knownSelf: () => undefined,
});

const scan = async (signal = never) => scanDeliveries({ ...gate.world, app: app(), clock }, signal);

/** An attempt that failed. */
const lost = (id: number, at = noon - 1000, more: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  id,
  guid: `d-${id}`,
  at,
  event: "push",
  action: undefined,
  installationId: shop.installationId,
  repositoryId: shop.id,
  isDelivered: false,
  isWanted: true,
  ...more,
});

/** So many failed attempts, a second apart, the newest first. */
const manyLost = (count: number): DeliveryAttempt[] =>
  Array.from({ length: count }, (_, index) => lost(count - index, noon - (index + 1) * 1000));

describe("a scan of a long log", () => {
  it("stops after its pages, and the next one goes on from there to the end", async () => {
    perPage = 1;
    log = manyLost(45).map((attempt) => ({ ...attempt, isDelivered: true }));
    const shown = async (outcome: ScanOutcome): Promise<number | undefined> => {
      gate.world.events.scanned(outcome, 1);
      return (await gate.metrics.lastScan.get()).values[0]?.value;
    };
    const first = await scan();
    expect([first.isWhole, await shown(first)]).toEqual([false, 0]);
    expect(read).toHaveLength(30);
    expect((await gate.ledger.gaps.health()).scannedAt).toBeUndefined();
    expect(await gate.ledger.gaps.mark()).toEqual({ readTo: 0, walk: { cursor: "30", newest: noon - 1000 } });
    read = [];
    const second = await scan();
    expect([second.isWhole, await shown(second)]).toEqual([true, noon / 1000]);
    expect((await gate.ledger.gaps.health()).scannedAt).toBe(noon);
    expect(read[0]).toBe("30");
    expect(read).toHaveLength(15);
    expect(await gate.ledger.gaps.mark()).toEqual({ readTo: noon - 1000, walk: undefined });
  });

  it("reads a little again of what was read, since lines come late, and finds nothing twice", async () => {
    perPage = 1;
    log = [lost(3, noon - 60_000), lost(2, noon - 62_000)];
    expect(await scan()).toMatchObject({ found: 2, asked: 2 });
    log = [...log, lost(1, noon - 63_000)];
    expect(await scan()).toMatchObject({ found: 1, asked: 1 });
    expect(asked).toEqual([2, 3, 1]);
  });

  it("does not begin anew where the log has become empty", async () => {
    log = [lost(1, noon - 1000, { isDelivered: true })];
    await scan();
    log = [];
    await scan();
    expect(await gate.ledger.gaps.mark()).toEqual({ readTo: noon - 1000, walk: undefined });
  });

  it("reads on behind a page that holds nothing", async () => {
    const world = { ...gate.world, clock };
    const pages: Record<string, AttemptPage> = {
      "": { attempts: [lost(2)], next: "hole" },
      hole: { attempts: [], next: "end" },
      end: { attempts: [lost(1, noon - 2000)], next: undefined },
    };
    const attempts: GitHubApp["attempts"] = (cursor = "") => Promise.resolve(ok(pages[cursor]!));
    expect(await scanDeliveries({ ...world, app: { ...app(), attempts } }, never)).toMatchObject({
      found: 2,
    });
  });

  it("keeps what it read when GitHub stops answering, and goes on there", async () => {
    perPage = 1;
    log = manyLost(3);
    failure = (cursor) => (cursor === "2" ? down : undefined);
    expect(await scan()).toMatchObject({ found: 2, asked: 0, failure: down });
    expect(await gate.ledger.gaps.health()).toMatchObject({ scannedAt: undefined, found: 2 });
    failure = undefined;
    read = [];
    expect(await scan()).toMatchObject({ found: 1, asked: 3, failure: undefined });
    expect(read).toEqual(["2"]);
  });

  it("begins again from the newest where GitHub does not know the place any more", async () => {
    await gate.ledger.gaps.setMark({ readTo: 0, walk: { cursor: "gone", newest: noon } }, undefined);
    failure = (cursor) => (cursor === "gone" ? { kind: "rejected", detail: "no such cursor" } : undefined);
    log = [lost(1)];
    expect(await scan()).toMatchObject({ found: 0, failure: { kind: "rejected" } });
    expect(await scan()).toMatchObject({ found: 1, failure: undefined });
  });

  it.each([
    [3, 0],
    [7, 1],
  ])("looks no further back than the %i days that GitHub remembers", async (days, found) => {
    memoryMs = days * dayMs;
    perPage = 1;
    log = [lost(9, noon - 1000, { isDelivered: true }), lost(2, noon - 5 * dayMs), lost(1, noon - 8 * dayMs)];
    await scan();
    expect(asked).toHaveLength(found);
    expect(read).toHaveLength(days === 3 ? 2 : 3);
  });
});

describe("[T45] asking again", () => {
  it("is bounded: fifty in a scan, a second apart, those first that GitHub forgets first", async () => {
    log = manyLost(60);
    expect(await scan()).toMatchObject({ found: 60, asked: 50 });
    expect(asked).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(clock.now()).toBe(noon + 49_000);
    expect(await scan()).toMatchObject({ found: 0, asked: 10 });
  });

  it("is given up where GitHub has forgotten, though nobody may ask any more", async () => {
    log = [lost(1)];
    await scan();
    await gate.ledger.registry.setInstallation(shop.installationId, "deleted", noon);
    clock.advance(2 * dayMs);
    expect(await scan()).toMatchObject({ givenUp: 0 });
    clock.advance(2 * dayMs);
    expect(await scan()).toMatchObject({ givenUp: 1 });
    expect(await gate.ledger.gaps.open()).toEqual([]);
    expect(asked).toEqual([1]);
  });

  it("ends when the process does", async () => {
    log = manyLost(5);
    const ending = new AbortController();
    const plain = walkingClock(noon);
    clock.wait = (ms, signal) => {
      if (asked.length === 2) ending.abort();
      return plain.wait(ms, signal);
    };
    expect(await scan(ending.signal)).toMatchObject({ asked: 2 });
  });

  it("stops where GitHub does not let us, and was noted as asked before it was", async () => {
    log = manyLost(2);
    const world = { ...gate.world, clock };
    const limited = { kind: "rate_limited", detail: "slow", retryAt: noon + 1 } as const;
    const redeliver = () => Promise.resolve(failed(limited));
    const outcome = await scanDeliveries({ ...world, app: { ...app(), redeliver } }, never);
    expect(outcome).toEqual({
      isWhole: true,
      found: 2,
      repaired: 0,
      givenUp: 0,
      asked: 0,
      failure: limited,
    });
    const open = await gate.ledger.gaps.open();
    expect(open.map((gap) => gap.asked)).toEqual([1, 0]);
  });

  it("does not give up what we may not ask for: somebody must mend that", async () => {
    log = [lost(1)];
    const world = { ...gate.world, clock };
    const redeliver = () => Promise.resolve(failed({ kind: "refused", detail: "bad key" }));
    const outcome = await scanDeliveries({ ...world, app: { ...app(), redeliver } }, never);
    expect(outcome).toMatchObject({ givenUp: 0, failure: { kind: "refused" } });
    expect(await gate.ledger.gaps.open()).toHaveLength(1);
  });
});
