/**
 * What one event costs while so many pull requests are open. The ledger is filled by copying rows that the product has
 * written of judged pull requests, so every subject is as it would be: told, reported, with a verdict.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Contestant, startOurs } from "./contestant.ts";
import { senderTo } from "./load.ts";
import { commits } from "./throughput.ts";
import { settled, startWorld, type World } from "./world.ts";

/** What one event costs beside so many others. */
export interface AtSubjects {
  readonly subjects: number;
  readonly cpuMsEach: number;
  readonly rssMb: number;
}

const places = 100;
const perSecond = 150;

/** Measures at each number of open pull requests, each in a ledger of its own. */
export async function measureSubjects(
  numbers: readonly number[],
  seconds: number,
): Promise<readonly AtSubjects[]> {
  const found: AtSubjects[] = [];
  for (const subjects of numbers) found.push(await measureAt(subjects, seconds));
  return found;
}

async function measureAt(subjects: number, seconds: number): Promise<AtSubjects> {
  const folder = mkdtempSync(join(tmpdir(), "burngate-bench-subjects-"));
  const databasePath = join(folder, "ledger.sqlite");
  const world = await startWorld();
  const start = async (): Promise<Contestant> => startOurs(world, { databasePath, start: "quiet" });
  try {
    const first = await start();
    await judge(world, first, 1);
    await first.end();
    fill(databasePath, subjects);
    const ours = await start();
    await judge(world, ours, 10);
    const sender = senderTo([ours.url]);
    const deliveries = [...commits(places, Math.ceil((perSecond * seconds) / places))];
    const base = await world.counts();
    const cpuBefore = ours.child.cpuMs();
    await sender.steadily(deliveries, perSecond);
    await settled(world, base.distinct + deliveries.length);
    const cpuMs = ours.child.cpuMs() - cpuBefore;
    const rssMb = ours.child.rssMb();
    sender.close();
    await ours.end();
    return { subjects, cpuMsEach: cpuMs / deliveries.length, rssMb };
  } finally {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(world: World, ours: Contestant, each: number): Promise<void> {
  const sender = senderTo([ours.url]);
  const base = await world.counts();
  await sender.all(commits(places, each), 8);
  await settled(world, base.distinct + places * each);
  sender.close();
}

/** Multiplies what is known of the judged pull requests until so many are open. */
function fill(databasePath: string, subjects: number): void {
  const database = new DatabaseSync(databasePath);
  const copies = Math.max(0, Math.ceil(subjects / places) - 1);
  database.exec("pragma synchronous = off; begin");
  // Each copy has a number and a commit of its own: the commit's first eight letters are replaced by the copy's number.
  database.exec(`create temp table copies as
    with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${Math.max(1, copies)})
    select n, printf('%08x', n) as mark from counted`);
  const sha = "mark || substr(head_sha, 9)";
  if (copies > 0)
    for (const text of [
      `insert into pulls select repository_id, number + 1000000 + n, ${sha}, base_ref, is_open, updated_at,
         json_set(body, '$.number', number + 1000000 + n, '$.headSha', ${sha}) from pulls, copies`,
      `insert into head_sights select repository_id, number + 1000000 + n, ${sha}, seen_at, pusher from head_sights, copies`,
      `insert into subjects select repository_id, ${sha}, gate, told_class, due_at from subjects, copies`,
      `insert into reports select repository_id, ${sha}, context, report_class, verdict_at, written, intent from reports, copies`,
      `insert into verdicts (repository_id, head_sha, base_ref, reached_at, outcome, standing, report_class, body, evidence, gate)
         select repository_id, ${sha}, base_ref, reached_at, outcome, standing, report_class, body, evidence, gate from verdicts, copies`,
    ])
      database.exec(text);
  database.exec("commit");
  database.close();
}
