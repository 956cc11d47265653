/** `npm run bench`: what Burngate costs, beside a bare server and a plain Probot app. See BENCHMARKS.md. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { moveTo, worldCore } from "./core.ts";
import { describeMachine } from "./machine.ts";
import type { Part, Size } from "./part.ts";
import { partLines, type Report, reportMarkdown } from "./print.ts";
import { flip } from "./flip.ts";
import { replicas } from "./replicas.ts";
import { scale, tick } from "./scale.ts";
import { throughput } from "./throughput.ts";
import { warm } from "./warm.ts";

const parts: readonly Part[] = [throughput, warm, scale, tick, flip, replicas];

/** Below this line of a page stand the figures. */
const marker = "<!-- figures -->";

const help = `npm run bench -- [OPTION...]

  --quick          fewer events: within 90 s on two cores
  --tiny           just enough to see that every part runs; the figures mean nothing
  --only NAME      one part; may be given again
  --json FILE      writes the figures
  --markdown FILE  writes them as tables; in a file that has the line ${marker}, below it
  --from FILE      measures nothing: takes the figures that --json wrote

Parts:
${parts.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n")}
`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    tiny: { type: "boolean" },
    only: { type: "string", multiple: true },
    json: { type: "string" },
    markdown: { type: "string" },
    from: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

async function measure(size: Size, chosen: readonly Part[]): Promise<Report> {
  moveTo(worldCore);
  const machine = describeMachine();
  console.log(machine.join("\n"));
  const done: Report["parts"][number][] = [];
  for (const part of chosen) {
    const { name, title } = part;
    const result = await part.run(size, (line) => void process.stderr.write(`    ${name}: ${line} ...\n`));
    console.log(partLines(title, result).join("\n"));
    done.push({ name, title, result });
  }
  return { machine, size, parts: done };
}

function chosenParts(names: readonly string[] | undefined): readonly Part[] {
  const unknown = names?.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}`);
  return parts.filter(({ name }) => names?.includes(name) ?? true);
}

function writeMarkdown(path: string, report: Report): void {
  const page = existsSync(path) ? readFileSync(path, "utf8") : "";
  const above = page.includes(marker) ? `${page.split(marker)[0]}${marker}\n\n` : "";
  writeFileSync(path, `${above}${reportMarkdown(report)}`);
}

if (values.help === true) console.log(help);
else {
  const size = values.tiny === true ? "tiny" : values.quick === true ? "quick" : "full";
  const report =
    values.from === undefined
      ? await measure(size, chosenParts(values.only))
      : (JSON.parse(readFileSync(values.from, "utf8")) as Report);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (values.markdown !== undefined) writeMarkdown(values.markdown, report);
}
