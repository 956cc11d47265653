/**
 * What one event does, a folder for each: `events/<event>.<action>/` (with `+word` where one action has two rows),
 * or `timer+<word>` for a clock of ours, which nobody delivers.
 *
 * - `play.json`: what happens before and what the event is about (see event-play.ts). Of all webhooks that its act
 *   makes, only those of the folder's event and action are delivered.
 * - `policy.yml`: the policy on `main`.
 * - `delivery.json`: what GitHub sent, without its addresses. Recorded.
 * - `expected.json`: where every subject stands then, what GitHub was asked and told because of it, and what the
 *   audit log holds, if anything. Recorded.
 *
 * To add a row: make the folder with the first two files, run `UPDATE=1 npx vitest run test/scenario/events.test.ts`,
 * and read what was recorded as if a colleague had written it. Without `UPDATE` nothing is written, and a row
 * whose recordings are missing fails.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseSubjectKey } from "../../src/domain/subject.ts";
import { handledEvents } from "../../src/github/delivery.ts";
import { contextOf } from "../../src/github/status.ts";
import { act, momentOf, Names, optionsOf, type Play } from "./event-play.ts";
import { audit } from "./gated-shop.ts";
import { otherCheck, type QueueShop, withQueue } from "./queue-shop.ts";
import { acceptEverything } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const root = fileURLToPath(new URL("events/", import.meta.url));
const rows = readdirSync(root).toSorted();
const isRecording = process.env["UPDATE"] === "1";

it("has a row for each event that the gate acts on", () => {
  const played = new Set(rows.map((row) => row.split(/[.+]/)[0] ?? row));
  // A ping is GitHub's question whether anybody is there; the door's own tests answer it.
  expect([...played, "ping"].toSorted()).toEqual([...handledEvents, "timer"].toSorted());
});

it.each(rows)("%s", async (row) => {
  const folder = join(root, row);
  const play = JSON.parse(readFileSync(join(folder, "play.json"), "utf8")) as Play;
  const policy = readFileSync(join(folder, "policy.yml"), "utf8");
  // One job after another: what happens at once has no order that could be recorded.
  const options = { ...optionsOf(play), at: momentOf(play.moment), policy, jobsAtOnce: 1 };
  const shop = withQueue(await openShop(options), {}, [otherCheck]);
  // Of what was accepted before it listened the App knows nothing.
  if (play.accepts === "reports") await acceptEverything(shop);
  const names = new Names();
  for (const step of play.before) {
    await act(shop, step, folder);
    await shop.app.settle();
    names.look(shop);
    shop.pass();
  }
  const [name = row] = row.split("+");
  shop.github.forget();
  const delivered = name === "timer" ? undefined : shop.github.deliveries.length;
  if (delivered !== undefined) shop.github.holdWebhooks();
  await act(shop, play.act, folder);
  names.look(shop);

  const readable = (value: unknown): string =>
    `${names.in(JSON.stringify(value, worthReading, 2)).replaceAll(shop.github.url, "<github>")}\n`;
  if (delivered !== undefined) {
    const payload = await deliver(shop, name, delivered, play);
    compare(join(folder, "delivery.json"), readable(payload));
  }
  const audited = await audit(shop);
  compare(
    join(folder, "expected.json"),
    readable({
      says: play.says,
      standings: standings(shop),
      requests: requests(shop),
      ...(audited.length > 0 && { audit: audited }),
    }),
  );
});

/** Delivers the one webhook of this name that was made since so many; gives its payload. */
async function deliver(shop: QueueShop, name: string, since: number, { looks }: Play): Promise<unknown> {
  const { github, app } = shop;
  const deliveries = github.deliveries
    .slice(since)
    .filter(({ event, action }) => name === (action === null ? event : `${event}.${action}`));
  expect(deliveries).toHaveLength(1);
  await github.deliverAll({ order: deliveries.map(({ guid }) => guid) });
  await (looks === "once" ? shop.work() : app.settle());
  return deliveries[0]?.payload;
}

function compare(file: string, found: string): void {
  if (isRecording) writeFileSync(file, found);
  expect(found).toBe(existsSync(file) ? readFileSync(file, "utf8") : `nothing: ${file} is not recorded`);
}

/** The newest verdict on every subject, and what GitHub shows. */
function standings(shop: QueueShop): unknown[] {
  return shop
    .rows(
      "select * from verdicts where id in (select max(id) from verdicts group by head_sha, gate) order by id",
    )
    .map(({ repository_id: id, head_sha: sha, gate, outcome, standing }) => {
      const subject = parseSubjectKey(`${String(id)}:${String(sha)}:${String(gate)}`);
      if (subject === undefined) throw new Error(`no gate is called ${String(gate)}`);
      return { sha, gate, outcome, standing, told: shop.told(subject.headSha, contextOf(subject)) ?? null };
    });
}

/** What GitHub was asked and told, in order: bodies of writes, names of queries. */
function requests({ github }: QueueShop): unknown[] {
  return github.requests.map(({ method, path, query, body, operation }) => ({
    request: `${method} ${path}${query === "" ? "" : `?${query}`}`,
    ...(operation === undefined ? method !== "GET" && { body } : { operation }),
  }));
}

/**
 * Leaves out addresses, which hold the port of this run and say nothing that is not said beside them, and the
 * `text` of a report, whose tables and queries are long and have tests of their own.
 */
function worthReading(key: string, value: unknown): unknown {
  return key === "_links" || key === "url" || key === "text" || key.endsWith("_url") ? undefined : value;
}
