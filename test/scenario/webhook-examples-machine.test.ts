/**
 * Every example that GitHub has of an event which app.yml asks for, signed, sent to the door and worked by a whole
 * machine: as it was recorded, about repositories that nobody has, and as if it had been about the shop.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { hintOf } from "../../src/github/delivery.ts";
import type { Permissions } from "../world/github-world.ts";
import type { Shop } from "../world/shop.ts";
import { aboutShop, type Example, examplesOf, installed, send } from "./github-examples.ts";
import { shopsBefore } from "./shops.ts";

const app = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")) as {
  default_permissions: Permissions;
  default_events: readonly string[];
};

/** Events that come without being asked for. */
const unasked = ["installation", "installation_repositories", "ping"];
const events = [...app.default_events, ...unasked];

/**
 * How many examples there are, how many of them hint at something, and how many would if they were about the shop. Of
 * the rest nobody wants to know: what apps did to their own check runs, and what changes no verdict.
 */
const counted: Readonly<Record<string, readonly [all: number, asRecorded: number, aboutShop: number]>> = {
  pull_request: [29, 16, 16],
  pull_request_review: [4, 0, 4],
  issue_comment: [9, 0, 9],
  push: [7, 7, 7],
  // The push that makes a tag or a branch tells more.
  repository: [13, 10, 10],
  status: [4, 0, 4],
  check_run: [9, 2, 2],
  check_suite: [9, 2, 2],
  deployment: [4, 4, 4],
  deployment_status: [4, 4, 4],
  // GitHub's package has no example; those of its description are played in environment-request.test.ts.
  deployment_protection_rule: [0, 0, 0],
  merge_group: [2, 2, 2],
  installation: [7, 7, 7],
  installation_repositories: [3, 3, 3],
  ping: [4, 4, 4],
};

const openShop = shopsBefore();

async function open(): Promise<{ shop: Shop; number: number; headSha: string }> {
  const { default_permissions: permissions, default_events: asked } = app;
  const shop = await openShop({ permissions, events: [...asked], config: { logLevel: "warn" } });
  const pull = await shop.openPull();
  shop.pass();
  return { shop, ...pull };
}

/** Sends examples to the door, each of which must be taken there; gives how many were stored. */
async function sendAll(
  shop: Shop,
  event: string,
  made: (example: Example) => Example,
  work: () => Promise<void>,
): Promise<number> {
  const answers: string[] = [];
  for (const [index, example] of examplesOf(event).entries()) {
    answers.push(await send(shop, event, `example-${index}`, made(example)));
    await work();
    shop.pass();
  }
  const stored = answers.filter((answer) => answer === "202 Stored.\n");
  const dropped = answers.filter((answer) => answer === "202 Not needed.\n");
  expect([...stored, ...dropped].toSorted()).toEqual(answers.toSorted());
  return stored.length;
}

/** What no example may leave behind: a delivery that was not worked, a bug. */
function faults(shop: Shop): readonly unknown[] {
  return [
    ...shop.rows("select id, name from deliveries where worked_at is null"),
    ...shop.rows("select key, last_failure from jobs where faults > 0"),
    ...shop.app.log.filter((line) => "err" in line),
  ];
}

it("has counted every event that app.yml asks for, and those that come unasked", () => {
  expect(Object.keys(counted).toSorted()).toEqual(events.toSorted());
  expect(events.filter((event) => examplesOf(event).length === 0)).toEqual(["deployment_protection_rule"]);
});

it.each(events)("reads every example of %s", (event) => {
  const read = examplesOf(event).map((example) => hintOf(event, { installation: { id: 4711 }, ...example }));
  expect([read.length, read.filter((hint) => hint !== undefined).length]).toEqual(
    counted[event]?.slice(0, 2),
  );
});

it.each(events)("works every example of %s as if it was about the shop, to the end", async (event) => {
  const { shop, number } = await open();
  const made = (example: Example): Example => aboutShop(shop, number, event, example);

  expect(await sendAll(shop, event, made, () => shop.app.settle())).toBe(counted[event]?.[2]);
  expect(faults(shop)).toEqual([]);
  expect(shop.rows("select * from jobs")).toEqual([]);
  expect(await shop.app.machine.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
});

it.each(events)(
  "works every example of %s about what nobody has, until the sweep forgets that",
  async (event) => {
    const { shop, headSha } = await open();
    const { machine } = shop.app;
    const before = shop.told(headSha);
    const made = (example: Example): Example => installed(shop, example);

    expect(await sendAll(shop, event, made, () => machine.worker.processAll())).toBe(counted[event]?.[1]);
    shop.pass(60);
    await machine.worker.processAll();
    expect(shop.told(headSha)).toBe(before);

    // A list that the examples made us ask for is too old by the next sweep.
    shop.pass(900);
    await shop.sweep();
    expect(faults(shop)).toEqual([]);
    expect(shop.rows("select * from jobs")).toEqual([]);
    expect(shop.rows("select id from repositories")).toEqual([{ id: shop.repository.id }]);
  },
);
