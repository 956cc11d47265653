/**
 * `npm run bench`: everything in one run against one world, ratios first. See BENCHMARKS.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startFloor, startOurs, startPlain } from "./contestant.ts";
import { measureAck } from "./ack.ts";
import { measureFlip } from "./flip.ts";
import { machineWords } from "./machine.ts";
import { measureReplicas } from "./replicas.ts";
import { type Figures, goalsOf, wordsOf } from "./report.ts";
import { measureStart } from "./start.ts";
import { measureSubjects } from "./subjects.ts";
import { type Effort, measureThroughput } from "./throughput.ts";
import { measureWarm } from "./warm.ts";
import { startWorld, type World } from "./world.ts";
import type { Contestant } from "./contestant.ts";

const help = `npm run bench -- [--quick] [--only PART,...] [--json FILE]

  npm run bench                          everything, some minutes
  npm run bench -- --quick               everything, smaller, under 90 seconds
  npm run bench -- --only throughput     one part
  npm run bench -- --json figures.json   the figures for programs, too

Parts: throughput, ack, warm, subjects, flip, start, replicas. Nothing is asserted: goals are printed beside the figures.
`;

const parts = ["throughput", "ack", "warm", "subjects", "flip", "start", "replicas"] as const;
type Part = (typeof parts)[number];

/** How much is done in each part. */
interface Size {
  readonly floor: Effort;
  readonly plain: Effort;
  readonly throttled: Effort;
  readonly ours: Effort;
  readonly ackSeconds: number;
  readonly subjects: readonly number[];
  readonly subjectSeconds: number;
  readonly flip: readonly [installations: number, each: number];
  readonly starts: number;
  readonly replicas: Effort;
}

const whole: Size = {
  floor: { places: 400, warmEach: 10, each: 25, atOnce: 32 },
  plain: { places: 200, warmEach: 10, each: 10, atOnce: 32 },
  throttled: { places: 10, warmEach: 0, each: 1, atOnce: 10 },
  ours: { places: 400, warmEach: 10, each: 20, atOnce: 32 },
  ackSeconds: 20,
  subjects: [100, 10_000, 100_000],
  subjectSeconds: 20,
  flip: [20, 500],
  starts: 5,
  replicas: { places: 400, warmEach: 4, each: 8, atOnce: 32 },
};

const quick: Size = {
  floor: { places: 300, warmEach: 5, each: 10, atOnce: 32 },
  plain: { places: 100, warmEach: 3, each: 5, atOnce: 32 },
  throttled: { places: 4, warmEach: 0, each: 1, atOnce: 4 },
  ours: { places: 300, warmEach: 3, each: 4, atOnce: 32 },
  ackSeconds: 3,
  subjects: [100, 10_000],
  subjectSeconds: 3,
  flip: [20, 50],
  starts: 1,
  replicas: { places: 200, warmEach: 1, each: 2, atOnce: 16 },
};

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) process.stdout.write(help);
else await bench(values.quick ? quick : whole, partsOf(values.only), values.json);

function partsOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const wanted = only.split(",");
  const unknown = wanted.filter((one) => !parts.some((part) => part === one));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(", ")}; see --help`);
  return parts.filter((part) => wanted.includes(part));
}

/** One contestant in a world of its own, which has counted nothing. */
async function alone<T>(
  start: (world: World) => Promise<Contestant>,
  measure: (world: World, one: Contestant) => Promise<T>,
): Promise<T> {
  const world = await startWorld();
  const one = await start(world);
  try {
    return await measure(world, one);
  } finally {
    await one.end();
    await world.end();
  }
}

async function bench(size: Size, wanted: readonly Part[], json: string | undefined): Promise<void> {
  const figures: Figures = {};
  const begun = performance.now();
  for (const part of wanted) {
    process.stderr.write(`${part} ...\n`);
    Object.assign(figures, await measure(part, size));
  }
  const tookSeconds = (performance.now() - begun) / 1000;
  process.stdout.write(`${wordsOf(figures)}\n${machineWords()}\nTook ${tookSeconds.toFixed(0)} s.\n`);
  if (json === undefined) return;
  const result = { machine: machineWords(), figures, goals: goalsOf(figures) };
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}

async function measure(part: Part, size: Size): Promise<Figures> {
  switch (part) {
    case "throughput":
      return {
        floor: await alone(startFloor, async (world, one) => measureThroughput(world, [one], size.floor)),
        plain: await alone(
          async (world) => startPlain(world, "off"),
          async (world, one) => measureThroughput(world, [one], size.plain),
        ),
        throttled: await alone(
          async (world) => startPlain(world, "on"),
          async (world, one) => measureThroughput(world, [one], size.throttled),
        ),
        ours: await alone(
          async (world) => startOurs(world),
          async (world, one) => measureThroughput(world, [one], size.ours),
        ),
      };
    case "ack":
      return {
        ack: await alone(
          async (world) => startOurs(world),
          async (world, one) => measureAck(world, one, 200, size.ackSeconds),
        ),
      };
    case "warm":
      return {
        warm: await alone(
          async (world) => startOurs(world),
          async (world, one) => measureWarm(world, one, 50),
        ),
      };
    case "subjects":
      return { subjects: await measureSubjects(size.subjects, size.subjectSeconds) };
    case "flip":
      return { flip: await measureFlip(...size.flip), smallFlip: await measureFlip(size.flip[0], 5) };
    case "start":
      return { startMs: await measureStart(size.starts) };
    case "replicas":
      return { replicas: await measureReplicas([1, 2, 3], size.replicas) };
  }
}
