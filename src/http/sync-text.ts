import { formatInstant } from "../domain/instant.ts";
import type { SyncHealth } from "../gate/gaps.ts";

/** How well we are in step with GitHub, as a line that people read. */
export function syncText({ scannedAt, found, repaired, givenUp }: SyncHealth): string {
  const scan = scannedAt === undefined ? "no scan yet" : `last scan ${formatInstant(scannedAt)}`;
  const gaps = `${found} ${found === 1 ? "gap" : "gaps"} found, ${repaired} repaired`;
  const lost = givenUp === 0 ? "" : `, ${givenUp} given up`;
  return `${scan}, ${gaps}${lost}\n`;
}
