/** What must be true once everything has calmed down. */
import type { GitHub } from "../world/github.ts";
import { type Looked, lookAfresh } from "./fresh-look.ts";
import type { Fleet } from "./fleet.ts";
import { gist } from "./ledger-claims.ts";
import { context, type House } from "./town.ts";
import type { WorldClock } from "./world-clock.ts";

/** Everything that is looked at. */
export interface Scene {
  readonly github: GitHub;
  readonly prometheusUrl: string;
  readonly fleet: Fleet;
  readonly houses: readonly House[];
  readonly clock: WorldClock;
}

/** What is not yet as it must be: webhooks that are not worked, jobs that are not done, statuses that are not true. */
export async function unrest(scene: Scene): Promise<readonly string[]> {
  const undone = [...(await lost(scene)), ...(await waiting(scene)), ...(await buried(scene))];
  if (undone.length > 0) return undone;
  const wrong: string[] = [];
  for (const house of scene.houses) wrong.push(...(await untrue(scene, house)));
  return wrong;
}

/** Webhooks that were acknowledged and are not stored, or stored without being worked. */
async function lost({ fleet, github }: Scene): Promise<readonly string[]> {
  const stored = new Set((await fleet.rows("select id from deliveries")).map(({ id }) => id));
  const kept = ["Stored.\n", "Known already.\n"];
  const acknowledged = github.deliveries.filter(({ attempts }) =>
    attempts.some(({ answer }) => answer !== null && kept.includes(answer)),
  );
  const idle = await fleet.rows("select id from deliveries where worked_at is null");
  return [
    ...acknowledged
      .filter(({ guid }) => !stored.has(guid))
      .map(({ guid }) => `${guid} was acknowledged and is not stored`),
    ...idle.map(({ id }) => `${String(id)} is stored and not worked`),
  ];
}

async function waiting({ fleet }: Scene): Promise<readonly string[]> {
  const jobs = await fleet.rows("select key, last_failure from jobs where buried_at is null");
  return jobs.map(
    ({ key, last_failure: why }) => `${String(key)} is not done${typeof why === "string" ? `: ${why}` : ""}`,
  );
}

/** What was given up without a status that shuts the gate. */
async function buried({ fleet, houses }: Scene): Promise<readonly string[]> {
  const jobs = await fleet.rows("select key, last_failure from jobs where buried_at is not null");
  return jobs.flatMap(({ key, last_failure: why }) => {
    const [kind, , sha = ""] = String(key).split(":");
    const said = houses.flatMap(({ repository }) => repository.latestStatus(sha, context)?.state ?? []);
    const isTold = kind === "subject" && said.every((state) => state !== "success") && said.length > 0;
    return isTold ? [] : [`${String(key)} is buried and nobody is told: ${String(why)}`];
  });
}

/** Open pull requests whose status is another than a fresh look gives. */
async function untrue(scene: Scene, house: House): Promise<readonly string[]> {
  const { fleet, github, prometheusUrl, clock } = scene;
  const still = { now: () => clock.now(), wait: () => Promise.reject(new Error("a look does not wait")) };
  const sights = await fleet.rows(`select * from head_sights where repository_id = ${house.repository.id}`);
  const looked = await lookAfresh(github, prometheusUrl, house, still, sights);
  return looked.flatMap((one) => {
    const shown = house.repository.latestStatus(one.subject.headSha, context);
    const is = shown === undefined ? "nothing" : comparable(gist(shown));
    const wanted = wantedOf(one);
    return wanted.includes(is)
      ? []
      : [
          `${house.service} ${one.subject.headSha.slice(0, 7)} shows “${is}”, and a fresh look says “${wanted.join("” or “")}”`,
        ];
  });
}

/** What GitHub may show; where nothing gates, nothing or that it is so. */
function wantedOf({ evaluation }: Looked): readonly string[] {
  switch (evaluation.kind) {
    case "judged": {
      const { state, sentence } = evaluation.report;
      return [comparable(gist({ state, description: sentence }))];
    }
    case "not_gated":
      return ["nothing", "success Not gated"];
    case "not_now":
      return [`an answer: ${evaluation.failure.detail}`];
  }
}

function comparable(text: string): string {
  return text.startsWith("success Not gated:") ? "success Not gated" : text;
}
