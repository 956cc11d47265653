import { describe, expect, it } from "vitest";
import { ruleFault, timesOf } from "../../../src/calendar/maintenance-times.ts";

const hour = 3_600_000;
const newYork = "America/New_York";
const year = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };

const times = (
  startLocal: string,
  timeZone: string,
  rrule: string | undefined,
  stretch: { from: number; to: number } = year,
  durationMs = 2 * hour,
) =>
  timesOf({ startLocal, timeZone, durationMs, ...(rrule === undefined ? {} : { rrule }) }, stretch)?.map(
    ({ from, to }) => `${new Date(from).toISOString().slice(0, 16)}+${(to - from) / hour}h`,
  );
const between = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });

describe("times of maintenance", () => {
  it("are one where there is no rule", () => {
    expect(times("2026-03-07T22:00:00", newYork, undefined)).toEqual(["2026-03-08T03:00+2h"]);
    expect(times("2025-03-07T22:00:00", newYork, undefined)).toEqual([]);
  });

  it("keep their local hour when the clock changes, and last as long as they last", () => {
    const march = between("2026-03-01T00:00:00Z", "2026-03-16T00:00:00Z");
    expect(times("2026-01-04T04:00:00", newYork, "FREQ=WEEKLY;BYDAY=SU", march)).toEqual([
      "2026-03-01T09:00+2h",
      "2026-03-08T08:00+2h",
      "2026-03-15T08:00+2h",
    ]);
  });

  it("do not come at an hour that the clock leaves out", () => {
    const march = between("2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z");
    expect(times("2026-01-04T02:30:00", newYork, "FREQ=DAILY", march)).toEqual([
      "2026-03-07T07:30+2h",
      "2026-03-09T06:30+2h",
    ]);
  });

  it("come on the days that the rule names", () => {
    expect(times("2026-01-31T00:00:00", "UTC", "FREQ=MONTHLY")).toEqual(
      ["01", "03", "05", "07", "08", "10", "12"].map((month) => `2026-${month}-31T00:00+2h`),
    );
    expect(times("2020-01-26T01:00:00", "UTC", "FREQ=MONTHLY;BYDAY=-1SU;BYMONTH=2,10")).toEqual([
      "2026-02-22T01:00+2h",
      "2026-10-25T01:00+2h",
    ]);
    expect(times("2024-02-29T00:00:00", "UTC", "FREQ=YEARLY")).toEqual([]);
  });

  it("end by count and by date", () => {
    expect(times("2026-01-01T00:00:00", "UTC", "FREQ=DAILY;INTERVAL=2;COUNT=3")).toEqual([
      "2026-01-01T00:00+2h",
      "2026-01-03T00:00+2h",
      "2026-01-05T00:00+2h",
    ]);
    expect(times("2026-01-01T00:00:00", "UTC", "FREQ=DAILY;UNTIL=20260102T000000Z")).toHaveLength(2);
  });

  it("are whole where they reach into what is asked about, and end before it begins", () => {
    const one = between("2026-01-10T01:00:00Z", "2026-01-11T00:00:00Z");
    expect(times("2026-01-01T00:00:00", "UTC", "FREQ=DAILY", one)).toEqual(["2026-01-10T00:00+2h"]);
    expect(times("2026-01-01T00:00:00", "UTC", "FREQ=DAILY", one, hour)).toEqual([]);
    const long = between("2026-01-10T00:00:00Z", "2026-01-10T00:00:01Z");
    expect(times("2026-01-03T00:00:00", "UTC", "FREQ=YEARLY", long, 7 * 24 * hour)).toEqual([]);
    expect(times("2026-01-03T00:00:01", "UTC", "FREQ=YEARLY", long, 7 * 24 * hour)).toHaveLength(1);
  });

  it("that began long ago are found at once", () => {
    expect(times("1970-01-01T00:00:00", newYork, "FREQ=DAILY")).toHaveLength(365);
  });
});

describe("a recurrence rule", () => {
  it.each([
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=MO",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=1,-1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;COUNT=999",
    "FREQ=DAILY;UNTIL=20270101T000000Z",
  ])("can be followed: %s", (rrule) => {
    expect(ruleFault(rrule)).toBeUndefined();
  });

  it.each([
    ["", "must be made of"],
    ["WEEKLY", "must be made of"],
    ["INTERVAL=2", "must say how often"],
    ["FREQ=SECONDLY", "holds `FREQ=SECONDLY`, which cannot be read"],
    ["FREQ=HOURLY", "holds `FREQ=HOURLY`, which cannot be read"],
    ["FREQ=DAILY;BYHOUR=1,2,3", "must be made of"],
    ["FREQ=DAILY;FREQ=DAILY", "holds FREQ twice"],
    ["FREQ=DAILY;", "must be made of"],
    ["FREQ=DAILY=DAILY", "which cannot be read"],
    ["FREQ=DAILY;INTERVAL=0", "which cannot be read"],
    ["FREQ=DAILY;COUNT=1000", "which cannot be read"],
    ["FREQ=DAILY;UNTIL=20270101", "which cannot be read"],
    ["FREQ=DAILY\nDTSTART:20200101T000000Z", "which cannot be read"],
    ["freq=daily", "must be made of"],
    ["FREQ=WEEKLY;BYDAY=2MO", "cannot be followed"],
    ["FREQ=MONTHLY;BYMONTHDAY=40", "holds `BYMONTHDAY=40`, which cannot be read"],
    ["FREQ=MONTHLY;COUNT=2;UNTIL=20270101T000000Z", "cannot be followed"],
    [`FREQ=DAILY;BYMONTHDAY=${"1,".repeat(200)}1`, "must have at most 200 characters"],
  ])("is refused: %s", (rrule, message) => {
    expect(ruleFault(rrule)).toContain(message);
  });
});
