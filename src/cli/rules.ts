/** `burngate rules`: SLO files → recording and alert rules, printed or written whole. */
import { randomUUID } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDuration } from "../domain/duration.ts";
import type { Problem } from "../domain/problem.ts";
import { maxSloBytes, type SloFile } from "../slo/reading.ts";
import { operatorText, prometheusText, type RuleSet } from "../slo/rule-text.ts";
import { rulesOf, type RulesWanted } from "../slo/rules.ts";
import { labelNamePattern } from "../slo/selector.ts";
import { problemAt } from "../slo/yaml-text.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { folderReader, local, locatePolicy } from "./folder.ts";
import { rulesHelp } from "./help.ts";
import { type Output, problemText } from "./output.ts";
import { printable } from "../domain/printable.ts";

const formats = ["prometheus", "prometheus-operator", "json"] as const;
type RuleFormat = (typeof formats)[number];

/** Runs the command and gives its exit code. */
export async function runRules(
  args: readonly string[],
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const options = {
    format: { type: "string", default: "prometheus" },
    window: { type: "string" },
    out: { type: "string" },
    "extra-labels": { type: "string", multiple: true },
    "disable-alerts": { type: "boolean", default: false },
    "disable-recordings": { type: "boolean", default: false },
    "exact-period": { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help === true) {
    output.out(rulesHelp);
    return exit.open;
  }
  if (positionals.length === 0) throw new UsageError("name at least one file; see burngate rules --help");
  const format = formatOf(values.format);
  const wanted: RulesWanted = {
    ...(values.window === undefined ? {} : { windowMs: windowOf(values.window) }),
    extraLabels: labelsOf(values["extra-labels"] ?? []),
    isExact: values["exact-period"],
    hasAlerts: !values["disable-alerts"],
    hasRecordings: !values["disable-recordings"],
  };
  if (!wanted.hasAlerts && !wanted.hasRecordings)
    throw new UsageError("--disable-alerts and --disable-recordings together leave nothing to make");
  const { files, problems: unread } = await filesAt(positionals, workingDirectory);
  const made = rulesOf(files, wanted);
  const problems = [...unread, ...made.problems];
  const isWhole = problems.every(({ severity }) => severity !== "error") && made.sets.length > 0;
  if (format !== "json") for (const problem of problems) output.err(problemText(problem));
  if (made.sets.length === 0) output.err("burngate: no rules were made, and nothing was written");
  const text = textOf(made.sets, problems, format, isWhole, args);
  const isWorthIt = made.sets.length > 0 || format === "json";
  if (values.out === undefined) {
    if (isWorthIt) output.out(text);
  } else if (isWorthIt) {
    writeWhole(resolve(workingDirectory, values.out), text);
    output.err(printable(`burngate: ${countWords(made.sets)} written to ${values.out}`));
  }
  return isWhole ? exit.open : exit.held;
}

function formatOf(text: string): RuleFormat {
  const format = formats.find((one) => one === text);
  if (format === undefined) throw new UsageError(`--format wants one of ${formats.join(", ")}`);
  return format;
}

function windowOf(text: string): number {
  const windowMs = parseDuration(text);
  if (windowMs === undefined) throw new UsageError("--window wants a duration such as 28d or 30d");
  return windowMs;
}

function labelsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = "", ...rest] = text.split("=");
      if (!labelNamePattern.test(name) || name === "__name__" || rest.length === 0)
        throw new UsageError("--extra-labels wants NAME=VALUE, such as cluster=eu-1");
      return [name, rest.join("=")];
    }),
  );
}

async function filesAt(
  paths: readonly string[],
  workingDirectory: string,
): Promise<{ readonly files: readonly SloFile[]; readonly problems: readonly Problem[] }> {
  const files: SloFile[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    const { root, file } = locatePolicy(path, workingDirectory);
    const answer = await folderReader(root).file(local, file, "", maxSloBytes);
    const found = answer.ok ? answer.value : ({ kind: "absent" } as const);
    if (found.kind === "file") files.push({ file: path, text: found.text });
    else {
      const [code, message] = unreadWords[found.kind];
      problems.push(problemAt(path, "", { line: 1, column: 1 }, code, "", message));
    }
  }
  return { files, problems };
}

const unreadWords = {
  absent: ["file_missing", "is not there or cannot be read; check the path"],
  not_a_file: ["not_a_file", "is not a file; name an SLO file"],
  too_large: ["too_large", `is larger than ${maxSloBytes / 1024} KB; split it`],
} as const;

function textOf(
  sets: readonly RuleSet[],
  problems: readonly Problem[],
  format: RuleFormat,
  isWhole: boolean,
  args: readonly string[],
): string {
  const head = `# Made by: burngate rules ${printable(args.join(" ")).replaceAll("\n", " ")}\n# Do not edit: change the SLO files and make it again.\n`;
  switch (format) {
    case "prometheus":
      return `${head}${prometheusText(sets)}`;
    case "prometheus-operator":
      return `${head}${operatorText(sets)}`;
    case "json": {
      const groups = sets.flatMap((one) => one.groups);
      return `${JSON.stringify({ ok: isWhole, groups, problems }, null, 2)}\n`;
    }
  }
}

function countWords(sets: readonly RuleSet[]): string {
  const rules = sets.flatMap(({ groups }) => groups.flatMap((group) => group.rules)).length;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${count(rules, "rule")} of ${count(sets.length, "SLO")}`;
}

/** Whoever reads the file sees the old one or the new one, never a part. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UsageError(`--out: ${path} cannot be written; name a file in a folder that is there`, {
      cause: error,
    });
  }
}
