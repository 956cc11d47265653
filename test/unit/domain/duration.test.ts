import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration, roughDuration } from "../../../src/domain/duration.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const century = 100 * 365 * day;

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30 * second],
    ["5m", 5 * minute],
    ["1h30m", 90 * minute],
    ["90m", 90 * minute],
    ["30d", 30 * day],
    ["4w", 28 * day],
    ["1y", 365 * day],
    ["1y2w3d4h5m6s7ms", 382 * day + 4 * hour + 5 * minute + 6 * second + 7],
    ["100y", century],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ["", "nothing"],
    ["0s", "zero"],
    ["-5m", "less than nothing"],
    ["5", "no unit"],
    ["5 m", "a space"],
    ["1.5h", "a fraction"],
    ["5m1h", "the smaller unit first"],
    ["1h1h", "a unit twice"],
    ["1H", "a unit in capitals"],
    ["101y", "more than a century"],
    ["9".repeat(39) + "d", "digits without end"],
    ["1h\n", "a line break"],
    ["٣d", "digits of another script"],
  ])("refuses %j: %s", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("is printed as Prometheus prints it: weeks and years only where they divide exactly", () => {
    const printed = [7, 14, 28, 30, 90, 364, 365, 366, 730].map((days) => formatDuration(days * day));
    expect(printed).toEqual(["1w", "2w", "4w", "30d", "90d", "52w", "1y", "366d", "2y"]);
    expect(formatDuration(26 * hour)).toBe("1d2h");
    expect(formatDuration(64 * minute)).toBe("1h4m");
    expect(formatDuration(60 * second)).toBe("1m");
    expect(formatDuration(0)).toBe("0s");
  });

  it("survives being printed and read again, whatever its length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: century }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it("keeps its canonical text when that is read and printed again", () => {
    const part = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(part, part, part, (days, hours, minutes) => {
        const ms = parseDuration(`${days}d${hours}h${minutes}m1s`)!;
        const text = formatDuration(ms);
        expect(formatDuration(parseDuration(text)!)).toBe(text);
      }),
    );
  });

  it("is told to people in two units at most, rounded down", () => {
    expect(roughDuration(52 * hour + 59 * minute + 59 * second)).toBe("2d4h");
    expect(roughDuration(23 * minute + 59 * second)).toBe("23m");
    expect(roughDuration(12_999)).toBe("12s");
    expect(roughDuration(999)).toBe("0s");
  });
});
