import { describe, expect, it } from "vitest";
import { isTimeZone, localMoment } from "../../../src/slo/calendar-start.ts";
import { parseShorthand } from "../../../src/slo/openslo-duration.ts";
import { alpha, only, read, told, v1 } from "./openslo-text.ts";

const day = 86_400_000;
const hour = 3_600_000;
const window = (text: string) => v1({ timeWindow: `  timeWindow: ${text}` });
const calendar = "calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}";

describe("OpenSLO's durations", () => {
  it.each([
    ["5m", 300_000],
    ["6h", 6 * hour],
    ["4w", 28 * day],
    ["1M", 30 * day],
    ["1Q", 90 * day],
    ["1Y", 365 * day],
  ])("%s are %d ms", (text, ms) => {
    expect(parseShorthand(text)?.ms).toBe(ms);
  });

  it.each(["", "5", "1 d", "1h30m", "1.5d", "-1d", "1s", "101Y", "9999999999m", "1D"])(
    "are not %j",
    (text) => {
      expect(parseShorthand(text)).toBeUndefined();
    },
  );
});

describe("a moment of local time", () => {
  it.each([
    ["2022-01-01 12:00:00", "2022-01-01T12:00:00"],
    ["2024-02-29T23:59:59", "2024-02-29T23:59:59"],
    ["2000-02-29 00:00:00", "2000-02-29T00:00:00"],
  ])("%s is one", (text, moment) => {
    expect(localMoment(text)).toBe(moment);
  });

  it.each([
    "2022-02-29 00:00:00",
    "1900-02-29 00:00:00",
    "2022-04-31 00:00:00",
    "2022-00-10 00:00:00",
    "2022-13-10 00:00:00",
    "2022-01-00 00:00:00",
    "2022-01-01 24:00:00",
    "2022-01-01 00:60:00",
    "2022-01-01 00:00:60",
    "2022-01-01 12:00:00Z",
    "2022-01-01",
  ])("%s is none", (text) => {
    expect(localMoment(text)).toBeUndefined();
  });

  it("is one of a place that the IANA knows", () => {
    const known = ["UTC", "Europe/Warsaw", "America/New_York", "America/Argentina/Ushuaia", "Etc/GMT+5"];
    expect(known.filter((name) => !isTimeZone(name))).toEqual([]);
    const unknown = ["", "+02:00", "Mars/Olympus", "Local", "Europe", "GMT+25:00", "America/New_York "];
    expect(unknown.filter(isTimeZone)).toEqual([]);
  });
});

describe("an OpenSLO budget's window", () => {
  it("rolls", () => {
    expect(only(window("[{duration: 4w, isRolling: true}]"))).toMatchObject({ windowMs: 28 * day });
    expect(only(window("[{duration: 90m, isRolling: true}]"))).toMatchObject({ windowMs: 1.5 * hour });
  });

  it("or begins anew by the calendar", () => {
    const { windowMs, calendar: begins } = only(window(`[{duration: 1M, isRolling: false, ${calendar}}]`));
    expect(windowMs).toBe(30 * day);
    expect(begins).toEqual({
      count: 1,
      unit: "month",
      startLocal: "2022-01-01T12:00:00",
      timeZone: "America/New_York",
    });
    expect(only(window(`[{duration: 1Q, ${calendar}}]`)).calendar).toMatchObject({
      count: 1,
      unit: "quarter",
    });
    expect(only(window(`[{duration: 120m, ${calendar}}]`)).calendar).toMatchObject({
      count: 2,
      unit: "hour",
    });
  });

  it("is whoever's who points at the file, where it has none, else 30 days", () => {
    expect(only(v1({ timeWindow: "" }), { windowMs: 7 * day }).windowMs).toBe(7 * day);
    expect(read(v1({ timeWindow: "" })).objectives[0]?.windowMs).toBe(30 * day);
    expect(told(v1({ timeWindow: "" }))).toEqual(["5:3 warning missing_key spec.timeWindow"]);
    expect(only(window("[{duration: 4w, isRolling: true}]"), { windowMs: 7 * day }).windowMs).toBe(28 * day);
  });

  it.each([
    [
      "a month that is a minute",
      "[{duration: 1m, isRolling: true}]",
      "7:27 error minute_or_month spec.timeWindow[0].duration",
    ],
    ["no hour", "[{duration: 0h, isRolling: true}]", "7:27 error bad_duration spec.timeWindow[0].duration"],
    ["two years", "[{duration: 2Y, isRolling: true}]", "7:27 error bad_duration spec.timeWindow[0].duration"],
    ["no duration", "[{isRolling: true}]", "7:16 error missing_key spec.timeWindow[0].duration"],
    [
      "another tool's duration",
      "[{duration: 1h30m, isRolling: true}]",
      "7:27 error bad_duration spec.timeWindow[0].duration",
    ],
    [
      "two windows",
      "[{duration: 1d, isRolling: true}, {duration: 1w}]",
      "7:49 error too_many spec.timeWindow[1]",
    ],
    ["no list", "{duration: 1d}", "7:15 error wrong_type spec.timeWindow"],
    ["nowhere to begin", "[{duration: 1d, isRolling: false}]", "7:16 error missing_key spec.timeWindow[0]"],
    [
      "no word of true or false",
      "[{duration: 1d, isRolling: maybe}]",
      "7:42 error wrong_type spec.timeWindow[0].isRolling",
    ],
    [
      "a place on Mars",
      "[{duration: 1d, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars/Olympus}}]",
      "7:84 error bad_time_zone spec.timeWindow[0].calendar.timeZone",
    ],
    [
      "no place",
      "[{duration: 1d, calendar: {startTime: 2022-01-01 12:00:00}}]",
      "7:41 error missing_key spec.timeWindow[0].calendar.timeZone",
    ],
    [
      "no moment",
      "[{duration: 1d, calendar: {timeZone: UTC}}]",
      "7:41 error missing_key spec.timeWindow[0].calendar.startTime",
    ],
    [
      "a day that never is",
      "[{duration: 1d, calendar: {startTime: 2022-02-30 12:00:00, timeZone: UTC}}]",
      "7:53 error wrong_value spec.timeWindow[0].calendar.startTime",
    ],
    [
      "half an hour by the calendar",
      `[{duration: 90m, ${calendar}}]`,
      "7:27 error bad_duration spec.timeWindow[0].duration",
    ],
  ])("is refused with %s", (_, text, expected) => {
    expect(told(window(text))).toEqual([expected]);
    expect(read(window(text)).objectives).toEqual([]);
  });

  it.each([
    ["nothing said", "[{duration: 1d}]", "7:16 warning missing_key spec.timeWindow[0]"],
    [
      "both said",
      `[{duration: 1d, isRolling: true, ${calendar}}]`,
      "7:58 warning contradiction spec.timeWindow[0].calendar",
    ],
  ])("rolls with a warning with %s", (_, text, expected) => {
    expect(told(window(text))).toEqual([expected]);
    expect(read(window(text)).objectives.map(({ calendar: begins }) => begins)).toEqual([undefined]);
  });

  it("is counted in units in v1alpha", () => {
    const of = (text: string) => alpha({ timeWindow: `  timeWindows: [{${text}, isRolling: true}]` });
    expect(only(of("unit: Week, count: 2")).windowMs).toBe(14 * day);
    expect(only(of("unit: Second, count: 7200")).windowMs).toBe(2 * hour);
    expect(told(of("unit: Second, count: 60"))).toEqual([
      "6:39 error bad_duration spec.timeWindows[0].count",
    ]);
    expect(told(of("unit: Days, count: 60"))).toEqual(["6:24 error wrong_value spec.timeWindows[0].unit"]);
    expect(told(of("unit: Day, count: 1.5"))).toEqual(["6:36 error wrong_value spec.timeWindows[0].count"]);
    expect(told(of("unit: Day"))).toEqual(["6:17 error missing_key spec.timeWindows[0].count"]);
    expect(told(of("unit: Day, count: 30").replace(", isRolling: true", ""))).toEqual([
      "6:17 warning missing_key spec.timeWindows[0]",
    ]);
  });
});
