import type { Figure, PartResult } from "./figure.ts";

/** A run of the bench. */
export interface Report {
  readonly machine: readonly string[];
  readonly size: string;
  readonly parts: readonly { readonly name: string; readonly title: string; readonly result: PartResult }[];
}

/** A number as people read it: three digits that matter. */
export function formatValue({ value, unit }: Pick<Figure, "value" | "unit">): string {
  const isWhole = Number.isInteger(value) || Math.abs(value) >= 100;
  const digits = isWhole ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
  return unit === "" || unit === "%" ? `${digits}${unit}` : `${digits} ${unit}`;
}

function formatGoal({ goal }: Figure): string {
  return goal === undefined ? "" : `${goal.text}: ${goal.isReached ? "reached" : "not reached"}`;
}

/** A part as lines for a terminal. */
export function partLines(title: string, result: PartResult): readonly string[] {
  if (result.kind === "skipped") return ["", title, `  left out: ${result.why}`];
  const width = Math.max(...result.figures.map(({ name }) => name.length));
  return [
    "",
    title,
    ...result.figures.map((one) =>
      `  ${one.name.padEnd(width)}  ${formatValue(one).padStart(12)}  ${formatGoal(one)}`.trimEnd(),
    ),
  ];
}

/** A run as tables in Markdown. */
export function reportMarkdown({ machine, size, parts }: Report): string {
  const tables = parts.map(({ title, result }) => {
    if (result.kind === "skipped") return `### ${title}\n\nLeft out: ${result.why}\n`;
    const rows = result.figures.map((one) => `| ${one.name} | ${formatValue(one)} | ${formatGoal(one)} |`);
    return `### ${title}\n\n| figure | value | goal |\n|---|---:|---|\n${rows.join("\n")}\n`;
  });
  return `${machine.map((line) => `- ${line}`).join("\n")}\n- size of the run: ${size}\n\n${tables.join("\n")}`;
}
