import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { appNeeds, isMet } from "../../../src/domain/app-need.ts";
import { handledEvents } from "../../../src/github/delivery.ts";

const manifest = parse(readFileSync(new URL("../../../app.yml", import.meta.url), "utf8")) as {
  default_permissions: Record<string, string>;
  default_events: string[];
};

it("knows what stops working without each thing that app.yml asks for, and nothing else", () => {
  const known = appNeeds.map(({ kind, name }) => `${kind} ${name}`);
  const asked = [
    ...Object.keys(manifest.default_permissions).map((name) => `permission ${name}`),
    ...manifest.default_events.map((name) => `event ${name}`),
  ];
  expect(known.toSorted()).toEqual(asked.toSorted());
});

it("needs nothing for the gate itself that app.yml does not ask for", () => {
  const asked = { permissions: manifest.default_permissions, events: manifest.default_events };
  expect(appNeeds.filter((need) => need.isCore && !isMet(need, asked))).toEqual([]);
});

it("asks for the events that something is done with, and for no other", () => {
  // Sent to every App without being asked for.
  const unasked = ["ping", "installation", "installation_repositories"];
  expect([...manifest.default_events, ...unasked].toSorted()).toEqual([...handledEvents].toSorted());
});

it("takes a higher level for a lower one, and not the other way round", () => {
  const need = (name: string) => appNeeds.filter((one) => one.name === name);
  const has = (level: string) => ({ permissions: { statuses: level, contents: level }, events: [] });
  expect(need("contents").map((one) => isMet(one, has("write")))).toEqual([true]);
  expect(need("statuses").map((one) => isMet(one, has("read")))).toEqual([false]);
  expect(need("statuses").map((one) => isMet(one, { permissions: {}, events: [] }))).toEqual([false]);
});
