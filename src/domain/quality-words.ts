import type { Audience } from "./audience.ts";
import type { Reason } from "./reason.ts";
import { cut, type Part } from "./sentence.ts";

/** What a quality gate said; its own words hold numbers. [T31] */
export function qualityWords(
  { gate, result, message }: Extract<Reason, { kind: "quality_gate" }>,
  audience: Audience,
  at: string,
): readonly Part[] {
  const what = {
    warning: `Quality gate ${cut(gate, 40)} warns`,
    fail: `Quality gate ${cut(gate, 40)} failed`,
    error: `Not measured: quality gate ${cut(gate, 40)}`,
  }[result];
  const own = audience === "public" ? "" : cut(message, 70);
  return [
    { text: own === "" ? `${what} ${at}.` : `${what} ${at}:`, spare: 0 },
    { text: own === "" ? "" : `${own.replace(/\.$/, "")}.`, spare: 1 },
  ];
}
