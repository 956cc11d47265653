import { expect, it } from "vitest";
import type { GateAnswer } from "../../../src/domain/gate-answer.ts";
import { briefly } from "../../../src/http/brief.ts";

/** An answer whose every text is as long as it can be, in characters of four bytes. */
const longest: GateAnswer = {
  schema: "burngate.gate/v1",
  id: String(Number.MAX_SAFE_INTEGER),
  verdict: "inconclusive",
  allow: false,
  decision: "inconclusive",
  mode: "enforce",
  reason: "😀".repeat(140),
  repo: `${"a".repeat(39)}/${"b".repeat(100)}`,
  environment: "😀".repeat(255),
  service: "😀".repeat(200),
  sha: "f".repeat(64),
  policy: { path: "😀".repeat(400), sha: "f".repeat(64) },
  slos: [{ name: "checkout", verdict: "block", budgetRemaining: -0.12345678901234568, burn: { "1h": 1 } }],
  qualityGates: [{ name: "q", tool: "keptn", result: "fail", score: 1, message: "no" }],
  bypass: { by: "😀".repeat(255), until: "2026-11-22T12:00:00.000Z", reason: "😀".repeat(200) },
  evaluatedAt: "2026-11-22T12:00:00.000Z",
  validForSeconds: 15,
  retryAfterSeconds: 300,
  url: `https://github.example/${"x".repeat(2000)}`,
};

it("fits into 2 kB whatever the names, and still says what to do", () => {
  const brief = briefly(longest);
  expect(Buffer.byteLength(JSON.stringify(brief))).toBeLessThanOrEqual(2048);
  expect(Object.keys(brief)).toEqual(Object.keys(longest));
  expect(brief).toMatchObject({ allow: false, verdict: "inconclusive", reason: longest.reason });
});
