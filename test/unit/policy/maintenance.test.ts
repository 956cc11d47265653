import { expect, it } from "vitest";
import { requestOf } from "../../../src/gate/measure-policy.ts";
import { policyOf, problemsOf, small } from "./written-policy.ts";

const hour = 3_600_000;
const weekly =
  "{name: db, start: 2026-01-04T02:00:00, time_zone: Europe/Berlin, duration: 2h, rrule: FREQ=WEEKLY}";

it("reads planned work, once or again and again, for all objectives or some, and asks with it", () => {
  const once = "{name: move, start: 2026-03-01T00:00:00, time_zone: UTC, duration: 7d, objectives: shop-*}";
  const policy = policyOf(`${small}maintenance: [${weekly}, ${once}]\n`);
  expect(policy.maintenance).toEqual([
    {
      name: "db",
      startLocal: "2026-01-04T02:00:00",
      timeZone: "Europe/Berlin",
      durationMs: 2 * hour,
      rrule: "FREQ=WEEKLY",
    },
    {
      name: "move",
      startLocal: "2026-03-01T00:00:00",
      timeZone: "UTC",
      durationMs: 168 * hour,
      objectives: "shop-*",
    },
  ]);
  expect(requestOf(policy, 1, 7).maintenance).toEqual(policy.maintenance);
  expect(requestOf(policyOf(small), 1, 7)).not.toHaveProperty("maintenance");
});

it("takes twenty pieces of planned work and no more", () => {
  const pieces = (count: number) =>
    Array.from({ length: count }, (_, index) => weekly.replace("db", `db${index}`)).join(", ");
  expect(problemsOf(`${small}maintenance: [${pieces(20)}]\n`)).toEqual([]);
  expect(problemsOf(`${small}maintenance: [${pieces(21)}]\n`).map(({ key }) => key)).toEqual(["maintenance"]);
});
