import { expect, it } from "vitest";
import { queueText } from "../../../src/cli/print-queue.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const flip = {
  id: 1,
  repositoryId: 7,
  baseRef: "main",
  revision: "r",
  toldClass: "r block",
  isRed: true,
  noticedAt: noon - 130_000,
  finishedAt: undefined,
  open: 187,
  settled: { written: 312, spared: 0, superseded: 1, failed: 0 },
};
const names = new Map([[7, "acme/shop"]]);

it("tells what waits, and how far flips have come", () => {
  const waiting = {
    due: 188,
    later: 2,
    running: 1,
    buried: 3,
    oldestAt: noon - 45_000,
    nextWriteAt: noon + 9000,
  };
  const delivery = { due: 1, later: 0, running: 0, buried: 0, oldestAt: noon, nextWriteAt: undefined };
  const backlog = [
    { installationId: 70, repositoryId: 7, ...waiting },
    { installationId: undefined, repositoryId: undefined, ...delivery },
  ];
  const done = { ...flip, isRed: false, baseRef: "a\u001b[2Jb", open: 0, finishedAt: noon - 40_000 };
  expect(queueText({ backlog, openFlips: [flip], finishedFlips: [done] }, names, noon)).toBe(`Jobs:
  acme/shop: 188 waiting for up to 45s, 2 for later, 1 running, 3 given up (installation 70, next write in 9s)
  deliveries: 1 waiting for up to 0s
Open flips:
  acme/shop main: 312/500 written, 1 superseded, red, 2m10s
Finished last:
  acme/shop a\\u001b[2Jb: 312/313 written, 1 superseded, green, 1m30s
`);
});

it("says so when nothing waits", () => {
  expect(queueText({ backlog: [], openFlips: [], finishedFlips: [] }, names, noon)).toBe(
    "Jobs:\n  none\nOpen flips:\n  none: everybody is told\n",
  );
});
