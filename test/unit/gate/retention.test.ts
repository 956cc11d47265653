import { expect, it } from "vitest";
import { cleanLedger, type PageKey, type Retention } from "../../../src/gate/retention.ts";
import { noon } from "../../contract/ledger-samples.ts";

/** A ledger of two tables with three pages each, one old row on each page. */
function threePages() {
  const looked: string[] = [];
  const retention: Retention = {
    tables: ["one", "other"],
    cleanPage(table, _, after: PageKey = [0]) {
      const page = Number(after[0]) + 1;
      looked.push(`${table} ${page}`);
      return Promise.resolve({ deleted: 1, end: page === 3 ? undefined : [page] });
    },
  };
  return { retention, looked };
}

const times = { deliveriesMs: 1, evidenceMs: 1 };

function worldOver(retention: Retention, wait: () => void = () => {}) {
  const told: Readonly<Record<string, number>>[] = [];
  const world = {
    retention,
    times,
    clock: { now: () => noon, wait: () => Promise.resolve(wait()) },
    events: {
      cleaned: (deleted: ReadonlyMap<string, number>) => void told.push(Object.fromEntries(deleted)),
    },
  };
  return { world, told };
}

it("goes through every table page by page, pauses between them, and tells what went", async () => {
  const { retention, looked } = threePages();
  let pauses = 0;
  const { world, told } = worldOver(retention, () => (pauses += 1));
  await cleanLedger(world, new AbortController().signal);
  expect(looked).toEqual(["one 1", "one 2", "one 3", "other 1", "other 2", "other 3"]);
  expect(pauses).toBe(4);
  expect(told).toEqual([{ one: 3, other: 3 }]);
});

it("ends at the next page when the process stops, and tells no whole round", async () => {
  const { retention, looked } = threePages();
  const ending = new AbortController();
  const { world, told } = worldOver(retention, () => ending.abort());
  await cleanLedger(world, ending.signal);
  expect(looked).toEqual(["one 1"]);
  expect(told).toEqual([]);
});
