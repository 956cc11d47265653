import { parseQueryTemplate } from "../domain/query-template.ts";
import type { AskableSli } from "../domain/sli.ts";
import { formatOf } from "./format.ts";
import type { SloOrigin } from "./reading.ts";
import type { BurnAlert, RuleSource } from "./rule-source.ts";
import { pluginChain, victoriaPluginId } from "./sloth-plugins.ts";
import { type SlothSlo, slothSlosIn } from "./sloth-slo.ts";
import type { SlothTier, SlothWindows } from "./sloth-windows.ts";
import type { YamlDocument } from "./yaml-text.ts";

const hour = 3_600_000;

/** What a Sloth file says for its rules beyond what an objective has. */
export interface SlothRuleParts extends Pick<RuleSource, "percent" | "labels" | "plugins" | "alerts"> {
  /** The SLI as it is written, of a file that says it is meant for VictoriaMetrics: it may be no PromQL. */
  readonly metricsQl: AskableSli | undefined;
}

/** Finds the Sloth SLO that an objective was read from. Each document is read once more, whatever it holds. */
export function slothSloFinder(): (origin: SloOrigin) => SlothSlo | undefined {
  const read = new Map<YamlDocument, readonly SlothSlo[]>();
  return ({ document, path }) => {
    const format = formatOf(document.value);
    if (format !== "sloth" && format !== "sloth-crd") return undefined;
    const slos = read.get(document) ?? slothSlosIn(document).slos;
    read.set(document, slos);
    return slos.find((slo) => slo.path.at(-1) === path.at(-1));
  };
}

/** What an SLO's rules need to know of it. */
export function slothRuleParts(slo: SlothSlo, windows: SlothWindows, isExact: boolean): SlothRuleParts {
  return {
    percent: slo.percent,
    labels: slo.labels,
    plugins: pluginChain(slo, isExact),
    alerts: alertsOf(slo, windows),
    metricsQl: metricsQlOf(slo),
  };
}

function alertsOf({ alerting }: SlothSlo, { tiers, periodMs }: SlothWindows): readonly BurnAlert[] {
  return (["page", "ticket"] as const).flatMap((severity) => {
    const alert = alerting[severity];
    // A long window that is no shorter than the period would only say again what is left of the budget.
    const ours = tiers.filter((tier) => tier.severity === severity && tier.longMs < periodMs);
    if (alert.isDisabled || ours.length === 0) return [];
    return [
      {
        name: alerting.name ?? "",
        severity,
        burns: ours.map((tier) => ({
          factor: factorOf(tier, periodMs),
          shortMs: tier.shortMs,
          longMs: tier.longMs,
        })),
        forMs: 0,
        labels: { ...alerting.labels, ...alert.labels },
        annotations: { ...alerting.annotations, ...alert.annotations },
      },
    ];
  });
}

/** Divided in Sloth's own order, so that its last digits are Sloth's. */
function factorOf({ shareRatio, longMs }: SlothTier, periodMs: number): number {
  const percent = Number((shareRatio * 100).toPrecision(15));
  return (percent * (periodMs / hour)) / 100 / (longMs / hour);
}

function metricsQlOf({
  plugins,
  way,
  errorQuery,
  totalQuery,
  errorRatioQuery,
}: SlothSlo): AskableSli | undefined {
  if (!plugins.some(({ id }) => id === victoriaPluginId)) return undefined;
  const [error, total, ratio] = [errorQuery, totalQuery, errorRatioQuery].map((text) => {
    const template = parseQueryTemplate(text ?? "");
    return typeof template === "string" ? undefined : template;
  });
  if (way === "events" && error && total) return { kind: "events", errorQuery: error, totalQuery: total };
  return way === "raw" && ratio ? { kind: "ratio", errorRatioQuery: ratio } : undefined;
}
