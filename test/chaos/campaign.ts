/**
 * Rounds of trouble. In each, people act while the world around the app breaks; the app is killed without warning, the world is
 * mended, the app is started again, and then everything must come to be true and stay honest.
 */
import { setTimeout as pause } from "node:timers/promises";
import { generator, type Next } from "../world/generator.ts";
import { startGitHub } from "../world/github.ts";
import type { AppProcess } from "../world/process.ts";
import { type Scene, unrest } from "./calm.ts";
import { disturb, type Disturbance, type Disturbed, pickDisturbance } from "./disturbance.ts";
import { faultWatch } from "./fault-watch.ts";
import { startFleet, type StoreKind } from "./fleet.ts";
import { auditOf } from "./ledger-claims.ts";
import { lieWatch } from "./lie-watch.ts";
import { startRatioSource } from "./ratio-source.ts";
import { buildTown, type Town } from "./town.ts";
import { startWorldClock } from "./world-clock.ts";

/** What is run. */
export interface Campaign {
  readonly seed: number;
  readonly rounds: number;
  readonly store: StoreKind;
  readonly replicas: number;
  /** The one thing that goes wrong beside the kills; anything where it is not named. */
  readonly only: Disturbance | undefined;
  /** Hears of each round as it ends. */
  told(round: RoundReport): void;
}

/** What became of a round; `violations` is empty where all held. */
export interface RoundReport {
  readonly round: number;
  readonly disturbances: readonly Disturbance[];
  readonly kills: number;
  readonly violations: readonly string[];
  readonly tookMs: number;
}

/** How many looks are taken until the world must have come to rest; between two is at least a quarter of a tick. */
const looks = 160;
const betweenLooksMs = 250;

/** Long enough that whoever starts again sweeps, and that what the dead had in their hands is free. */
const absenceMs = 26_000;

/** Runs until the end or the first violation, after which nothing more can be believed. */
export async function runCampaign(campaign: Campaign): Promise<readonly RoundReport[]> {
  const next = generator(campaign.seed);
  const clock = startWorldClock();
  const now = (): number => clock.now();
  const github = await startGitHub({
    webhookSecret: "0123456789abcdef0123456789abcdef",
    now,
    tokenClock: now,
    seed: String(campaign.seed),
  });
  const source = await startRatioSource();
  const town = buildTown(github, source);
  const options = { github, prometheusUrl: source.url, variables: clock.variables };
  const fleet = await startFleet({ ...options, ...campaign });
  const scene = { github, source, fleet, clock, town, houses: town.houses, prometheusUrl: source.url };
  const audit = auditOf(fleet, town.houses);
  const lies = lieWatch(town.houses);
  const faults = faultWatch(fleet);
  const reports: RoundReport[] = [];
  try {
    // A calm beginning, which is held against the same law.
    for (let acts = 0; acts < 4; acts += 1) town.act(next);
    github.holdWebhooks();
    for (let round = 0; round <= campaign.rounds; round += 1) {
      const begun = performance.now();
      lies.begin();
      const trouble =
        round === 0 ? { disturbances: [], kills: 0 } : await makeTrouble(scene, next, campaign.only);
      const restless = await comeToRest(scene);
      const violations = [
        ...restless,
        ...(await audit.faults()),
        ...lies.told(),
        ...faults.told(trouble.disturbances),
        ...github.violations.map(({ where, problems }) => `${where}: ${problems.join("; ")}`),
      ];
      const report = { round, ...trouble, violations, tookMs: performance.now() - begun };
      reports.push(report);
      campaign.told(report);
      if (violations.length > 0) break;
      github.forget();
    }
    return reports;
  } finally {
    for (const member of fleet.members) member.signal("SIGCONT");
    await fleet.stop();
    await github.stop();
    await source.stop();
    clock.remove();
  }
}

interface Relief {
  readonly kind: Disturbance;
  readonly relieve: () => void;
}

type Place = Disturbed & Scene & { readonly town: Town };

async function makeTrouble(
  place: Place,
  next: Next,
  only: Disturbance | undefined,
): Promise<Pick<RoundReport, "disturbances" | "kills">> {
  const { fleet, github, town, clock } = place;
  const victim = oneOf(fleet.members, next);
  const others = fleet.members.filter((member) => member !== victim);
  const sufferer = others.length === 0 ? victim : oneOf(others, next);
  const picked = [pickDisturbance(next, fleet), pickDisturbance(next, fleet)].slice(0, 1 + next(2));
  const chosen = [...new Set(only === undefined ? picked : [only])];
  const reliefs: Relief[] = [];
  for (const kind of chosen) {
    for (let acts = next(4); acts >= 0; acts -= 1) town.act(next);
    scatter(place, next);
    await pause(next(150));
    reliefs.push({ kind, relieve: await disturb(kind, place, sufferer) });
  }
  for (let acts = next(4); acts >= 0; acts -= 1) town.act(next);
  scatter(place, next);
  await pause(next(300));
  await victim.end("SIGKILL");
  // Who hangs comes back last, when others have taken over what was in its hands.
  const isLast = ({ kind }: Relief): boolean => kind === "process_paused";
  for (const { relieve } of reliefs.filter((one) => !isLast(one))) relieve();
  clock.leap(absenceMs);
  const kills = 1 + (next(5) === 0 ? await killWhileStarting(victim, next) : 0);
  await victim.start();
  for (const { relieve } of reliefs.filter(isLast)) relieve();
  await github.settled();
  for (const { guid } of failedIn(github)) if (next(2) === 0) await github.deliver(guid);
  return { disturbances: chosen, kills };
}

/** Kills it once more on its way up. */
async function killWhileStarting(victim: AppProcess, next: Next): Promise<number> {
  const starting = victim.start().catch(() => undefined);
  await pause(next(600));
  await victim.end("SIGKILL");
  await starting;
  return 1;
}

/** Sends what people did: in any order, to anybody, some twice, some never. */
function scatter({ github, fleet }: Place, next: Next): void {
  const sent = github.deliveries.filter(({ attempts, guid }) => attempts.length === 0 && !dropped.has(guid));
  const order = sent.map((delivery) => ({ delivery, at: next(1e6) })).toSorted((a, b) => a.at - b.at);
  for (const { delivery } of order) {
    if (next(8) === 0) {
      dropped.add(delivery.guid);
      continue;
    }
    for (let copies = next(5) === 0 ? 2 : 1; copies > 0; copies -= 1) {
      oneOf(fleet.members, next).receive();
      void github.deliver(delivery.guid);
    }
  }
}

const dropped = new Set<string>();

function failedIn(github: Scene["github"]): Scene["github"]["deliveries"] {
  return github.deliveries.slice(-200).filter(({ attempts }) => {
    const last = attempts.at(-1);
    return last !== undefined && last.outcome !== "pending" && (last.status < 200 || last.status > 299);
  });
}

/** Waits until nothing is left undone or untrue; gives what still is when patience ends. */
async function comeToRest(scene: Place): Promise<readonly string[]> {
  let left: readonly string[] = [];
  for (let look = 0; look < looks; look += 1) {
    await scene.github.settled();
    left = await unrest(scene);
    if (left.length === 0) return left;
    await leapToNextJob(scene);
    await pause(betweenLooksMs);
  }
  return left;
}

/** Where everybody only waits for a moment to come, it comes. */
async function leapToNextJob({ fleet, clock }: Place): Promise<void> {
  const rows = await fleet.rows(
    "select count(lease_until) as running, min(run_at) as due from jobs where buried_at is null",
  );
  const [{ running = 0, due = null } = {}] = rows;
  const aheadMs = due === null ? 0 : Math.ceil(Number(due) - clock.now());
  if (Number(running) === 0 && aheadMs > 0) clock.leap(aheadMs);
}

function oneOf<T>(all: readonly T[], next: Next): T {
  const one = all[next(all.length)];
  if (one === undefined) throw new Error("there is nobody to choose");
  return one;
}
