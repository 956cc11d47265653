import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/domain/objective.ts";
import { directAsk, recordedAsk } from "../../../src/prometheus/ask.ts";

const day = 86_400_000;
const [minutes, hour] = [300_000, 3_600_000];
const template = (metric: string) => ({ pieces: [`${metric}_rate`, ""] });
const objective: Objective = {
  name: "shop",
  targetRatio: 0.99,
  windowMs: 30 * day,
  sli: { kind: "recorded_only", why: "is a plugin" },
  recording: {
    tool: "sloth",
    errorRatio: template("ratio"),
    windowsMs: [hour, minutes],
    period: { sli: { kind: "ratio", errorRatioQuery: template("period") }, weighting: "time" },
    target: undefined,
  },
};
const windows = [minutes, hour, 2 * hour, 30 * day];
const asked = (more: Partial<Objective> = {}): readonly number[] =>
  recordedAsk({ ...objective, ...more }, windows)?.windows.map(({ windowMs }) => windowMs) ?? [];

describe("what is asked of a recording", () => {
  it("is the windows that are recorded, and the budget's own", () => {
    expect(asked()).toEqual([minutes, hour, 30 * day]);
  });

  it("is no budget that means something else than the objective's: of slices, or begun anew by the calendar", () => {
    const budgeting = {
      kind: "timeslices",
      sliceMs: minutes,
      sliceTargetRatio: 0.9,
      quiet: "left_out",
    } as const;
    const calendar = { count: 1, unit: "month", startLocal: "2026-01-01T00:00:00", timeZone: "UTC" } as const;
    expect(asked({ budgeting })).toEqual([minutes, hour]);
    expect(asked({ calendar })).toEqual([minutes, hour]);
    expect(asked({ budgeting: { kind: "occurrences" } })).toContain(30 * day);
  });

  it("lives by the series of its shortest window, however they are listed", () => {
    expect(recordedAsk(objective, windows)?.lives).toEqual([{ selector: "ratio_rate5m", kin: "" }]);
  });

  it("is no query that would sum what is split into groups into slices", () => {
    const sli = { kind: "ratio", errorRatioQuery: template("x") } as const;
    const budgeting = { kind: "ratio_timeslices", sliceMs: minutes, quiet: "left_out" } as const;
    const sliced: Objective = { ...objective, sli, budgeting };
    expect(directAsk(sliced, windows)?.windows).toHaveLength(4);
    expect(directAsk({ ...sliced, groupedBy: ["handler"] }, windows)).toBeUndefined();
  });

  it("is nothing where nothing is recorded, and no query is asked that only another tool can compute", () => {
    expect(recordedAsk(objective, [2 * hour])).toBeUndefined();
    expect(directAsk(objective, windows)).toBeUndefined();
  });
});
