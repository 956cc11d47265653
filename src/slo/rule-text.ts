/** Rules as the texts that Prometheus and the Prometheus operator load. */
import { stringify } from "yaml";
import type { RuleGroup } from "./prometheus-rule.ts";
import type { RuleHome } from "./rule-source.ts";

/** Groups of rules, and the file that they were made of. */
export interface RuleSet {
  readonly home: RuleHome;
  readonly groups: readonly RuleGroup[];
}

/**
 * One file for Prometheus. It loads the first document of a file alone, so whatever the rules were made of, they are one
 * document.
 */
export function prometheusText(sets: readonly RuleSet[]): string {
  return yamlOf({ groups: sets.flatMap(({ groups }) => groups) });
}

/**
 * One `PrometheusRule` for each file that rules were made of.
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function operatorText(sets: readonly RuleSet[]): string {
  const objects = new Map<string, RuleSet>();
  for (const { home, groups } of sets) {
    const key = `${home.namespace ?? ""}/${home.name}`;
    const found = objects.get(key);
    objects.set(key, { home: found?.home ?? home, groups: [...(found?.groups ?? []), ...groups] });
  }
  return [...objects.values()].map((one) => yamlOf(objectOf(one))).join("---\n");
}

function objectOf({ home, groups }: RuleSet): unknown {
  const { name, namespace, labels, annotations } = home;
  const isAnnotated = Object.keys(annotations).length > 0;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...labels,
        "app.kubernetes.io/component": "SLO",
        "app.kubernetes.io/managed-by": "burngate",
      },
      ...(isAnnotated ? { annotations } : {}),
    },
    spec: { groups },
  };
}

/** Expressions of several lines as they are; a long one stays one line, so that it can be copied. */
function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false });
}
