import { expect, it } from "vitest";
import type { Measurement } from "../../../src/domain/measurement.ts";
import { sentFor, type SentQuery } from "../../../src/domain/sent-query.ts";

const [minutes, hour] = [300_000, 3_600_000];
const sent = (objective: string, windowMs: number, text: string, isRecorded = false): SentQuery => ({
  objective,
  windowMs,
  role: "ratio",
  text,
  ...(isRecorded ? { isRecorded } : {}),
});
const read = (objective: string, windowMs: number, query: string): Measurement => ({
  objective,
  windowMs,
  dataSource: "main",
  query,
  at: 0,
  kind: "measured",
  errorRatio: 0,
});

it("an objective's own queries are shown where they were asked, and not where recorded series told enough", () => {
  const queries = [
    sent("shop", minutes, "slo:5m", true),
    sent("shop", hour, "slo:1h", true),
    sent("shop", minutes, "own[5m]"),
    sent("shop", hour, "own[1h]"),
    sent("plain", hour, "plain[1h]"),
  ];
  const measurements = [
    read("shop", minutes, "(slo:5m)"),
    read("shop", hour, "(own[1h])"),
    read("other", minutes, "(own[5m])"),
  ];
  expect(sentFor(queries, measurements).map(({ text }) => text)).toEqual([
    "slo:5m",
    "slo:1h",
    "own[1h]",
    "plain[1h]",
  ]);
});
