/** `npm run chaos`: see docs/chaos.md. */
import { parseArgs } from "node:util";
import { type RoundReport, runCampaign } from "./campaign.ts";
import { disturbances } from "./disturbance.ts";
import type { StoreKind } from "./fleet.ts";

const help = `Kills, pauses and misleads real processes of Burngate, and checks after each round that GitHub is told the truth.

  npm run chaos -- [--rounds N] [--seed N] [--store sqlite|postgres] [--replicas N] [--only NAME]

  --rounds    how many rounds, each with a kill (default 20)
  --seed      decides what happens in them (default: drawn and told)
  --store     where the ledger is kept (default sqlite)
  --replicas  how many processes share it (default 1; more need postgres)
  --only      one thing that goes wrong, instead of any: ${disturbances.join(", ")}
  --help      this text

Exit status: 0 all held, 1 something did not, 64 usage.
`;

const options = {
  rounds: { type: "string", default: "20" },
  seed: { type: "string", default: String(Date.now() % 1_000_000) },
  store: { type: "string", default: "sqlite" },
  replicas: { type: "string", default: "1" },
  only: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const isCount = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text);

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  const { rounds, seed, store, replicas } = values;
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const only = disturbances.find((one) => one === values.only);
  const isRight =
    values.only === only &&
    [rounds, replicas].every(isCount) &&
    /^\d{1,9}$/.test(seed) &&
    (store === "postgres" || (store === "sqlite" && replicas === "1"));
  if (!isRight) {
    process.stderr.write(help);
    return 64;
  }
  const again = `npm run chaos -- --seed ${seed} --rounds ${rounds} --store ${store} --replicas ${replicas}${only === undefined ? "" : ` --only ${only}`}`;
  process.stdout.write(`${again}\n`);
  const reports = await runCampaign({
    seed: Number(seed),
    rounds: Number(rounds),
    store: store satisfies StoreKind,
    replicas: Number(replicas),
    only,
    told: (report) => void process.stdout.write(lineOf(report)),
  });
  const count = (of: (report: RoundReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0);
  const violations = count((report) => report.violations.length);
  process.stdout.write(
    `${reports.length - 1} rounds, ${count(({ kills }) => kills)} kills, ${violations} violations\n`,
  );
  if (violations > 0) process.stdout.write(`to see it again: ${again}\n`);
  return violations === 0 ? 0 : 1;
}

function lineOf({ round, disturbances, kills, violations, tookMs }: RoundReport): string {
  const what = [...disturbances, ...(kills > 1 ? ["killed twice"] : [])].join(", ");
  const lines = violations.map((one) => `  VIOLATION ${one}\n`);
  return `round ${round}: ${what === "" ? "calm" : what} (${(tookMs / 1000).toFixed(1)} s)\n${lines.join("")}`;
}

if (import.meta.main) process.exitCode = await main();
