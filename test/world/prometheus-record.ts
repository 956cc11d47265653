import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { createBlocksFromRules } from "./prometheus-binary.ts";

/** From when to when rules are evaluated, and how often. */
export interface RecordedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly everySeconds: number;
}

interface Rule {
  readonly record?: string;
  readonly expr: string;
}

/**
 * Evaluates a file's recording rules over history as a running Prometheus would have done. promtool lets no rule see what
 * another one recorded in the same run, so rules that read others run after these; `loaded` makes blocks visible between.
 */
export async function recordRules(
  rules: string,
  span: RecordedSpan,
  url: string,
  dataFolder: string,
  loaded: () => Promise<void>,
): Promise<void> {
  const { groups } = parse(rules) as { groups: { rules: Rule[] }[] };
  let left = groups.flatMap((group) => group.rules).filter(({ record }) => record !== undefined);
  const folder = await mkdtemp(join(tmpdir(), "burngate-rules-"));
  try {
    while (left.length > 0) {
      const waiting = new Set(left.map(({ record }) => record ?? ""));
      const ready = left.filter((rule) => ![...waiting].some((name) => reads(rule.expr, name)));
      if (ready.length === 0)
        throw new Error(`rules read each other in a circle: ${[...waiting].join(", ")}`);
      const rulesFile = join(folder, "rules.yml");
      await writeFile(rulesFile, stringify({ groups: [{ name: "made", rules: ready }] }));
      await createBlocksFromRules({ ...span, url, rulesFile, dataFolder });
      await loaded();
      left = left.filter((rule) => !ready.includes(rule));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reads(expression: string, metric: string): boolean {
  const at = expression.indexOf(metric);
  return at >= 0 && !/[\w:]/.test(expression[at + metric.length] ?? "");
}
