import type { Instant } from "../domain/instant.ts";
import type { FlipProgress } from "../gate/flips.ts";
import type { Backlog } from "../gate/queue.ts";
import { printable } from "../domain/printable.ts";

/** What `burngate queue` tells. */
export interface QueueView {
  readonly backlog: readonly (Backlog & { readonly nextWriteAt: Instant | undefined })[];
  readonly openFlips: readonly FlipProgress[];
  readonly finishedFlips: readonly FlipProgress[];
}

/** The queue for people; `names` are those of the repositories that are known. */
export function queueText(view: QueueView, names: ReadonlyMap<number, string>, now: Instant): string {
  const nameOf = (id: number | undefined): string =>
    id === undefined ? "deliveries" : (names.get(id) ?? `repository ${id}`);
  const jobs = view.backlog.map((one) => `  ${nameOf(one.repositoryId)}: ${backlogWords(one, now)}`);
  const flip = (one: FlipProgress): string =>
    `  ${nameOf(one.repositoryId)} ${one.baseRef}: ${flipWords(one, now)}`;
  return printable(
    [
      "Jobs:",
      ...(jobs.length === 0 ? ["  none"] : jobs),
      "Open flips:",
      ...(view.openFlips.length === 0 ? ["  none: everybody is told"] : view.openFlips.map(flip)),
      ...(view.finishedFlips.length === 0 ? [] : ["Finished last:", ...view.finishedFlips.map(flip)]),
      "",
    ].join("\n"),
  );
}

function backlogWords(one: QueueView["backlog"][number], now: Instant): string {
  const { due, later, running, buried, oldestAt, nextWriteAt, installationId } = one;
  const age = oldestAt === undefined ? "" : ` for up to ${spanWords(now - oldestAt)}`;
  const write =
    nextWriteAt === undefined || nextWriteAt <= now ? "" : `, next write in ${spanWords(nextWriteAt - now)}`;
  return [
    ...(due > 0 ? [`${due} waiting${age}`] : []),
    ...(later > 0 ? [`${later} for later`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(buried > 0 ? [`${buried} given up`] : []),
  ]
    .join(", ")
    .concat(installationId === undefined ? "" : ` (installation ${installationId}${write})`);
}

/** How far a flip has come: `312/500 written, red, 2m10s`. */
function flipWords({ settled, open, isRed, noticedAt, finishedAt }: FlipProgress, now: Instant): string {
  const { written, spared, superseded, failed } = settled;
  const all = open + written + spared + superseded + failed;
  const others = Object.entries({ spared, superseded, failed }).filter(([, count]) => count > 0);
  return [
    `${written}/${all} written`,
    ...others.map(([outcome, count]) => `${count} ${outcome}`),
    isRed ? "red" : "green",
    spanWords((finishedAt ?? now) - noticedAt),
  ].join(", ");
}

/** A span of time in its two largest units: `45s`, `2m10s`, `3h5m`, `2d4h`. */
function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units = [
    ["d", Math.floor(seconds / 86_400)],
    ["h", Math.floor(seconds / 3600) % 24],
    ["m", Math.floor(seconds / 60) % 60],
    ["s", seconds % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first === -1) return "0s";
  return units
    .slice(first, first + 2)
    .flatMap(([unit, count]) => (count > 0 ? [`${count}${unit}`] : []))
    .join("");
}
