import type { AlertingRule, RecordingRule } from "../../../src/slo/prometheus-rule.ts";
import { rulesOf, type RulesWanted } from "../../../src/slo/rules.ts";

const everything: RulesWanted = { extraLabels: {}, isExact: false, hasRecordings: true, hasAlerts: true };

/** The rules of some texts, by what they record and in groups, with the problems in short. */
export function made(texts: string | readonly string[], wanted: Partial<RulesWanted> = {}) {
  const files = [texts].flat().map((text, index) => ({ file: `slo-${index}.yaml`, text }));
  const { sets, problems } = rulesOf(files, { ...everything, ...wanted });
  const groups = sets.flatMap((one) => one.groups);
  const rules = groups.flatMap((group) => group.rules);
  const recordings = rules.filter((rule): rule is RecordingRule => "record" in rule);
  return {
    sets,
    groups,
    names: groups.map(({ name }) => name),
    alerts: rules.filter((rule): rule is AlertingRule => "alert" in rule),
    recordings,
    recorded: (metric: string) => recordings.find(({ record }) => record === metric),
    problems: problems.map(({ severity, code, file, key }) => `${severity} ${code} ${file} ${key}`),
    messages: problems.map(({ message }) => message),
  };
}

interface Slo {
  readonly name?: string;
  readonly percent?: number;
  readonly labels?: string;
  readonly sli?: string;
  readonly plugins?: string;
  readonly shared?: string;
  readonly alerting?: string;
}

const events =
  "{events: {error_query: 'sum(rate(bad[{{.window}}]))', total_query: 'sum(rate(all[{{.window}}]))'}}";

/** A Sloth file of one SLO. Every part is YAML on one line. */
export const slothFile = ({
  name = "pay",
  percent = 99.9,
  labels = "{}",
  sli = events,
  plugins = "{}",
  shared = "{}",
  alerting = "{name: PayBurns}",
}: Slo = {}): string => `version: prometheus/v1
service: shop
labels: {team: till}
slo_plugins: ${shared}
slos:
  - {name: ${name}, objective: ${percent}, labels: ${labels}, sli: ${sli}, plugins: ${plugins}, alerting: ${alerting}}
`;
