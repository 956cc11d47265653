/** Small files of other tools. */

/** An AnalysisTemplate with one metric; `more` are further keys of its `spec`. */
export function template(metric: string, more = ""): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: burn}
spec:
${more}  metrics:
    - name: rate
${metric.replaceAll(/^(?=.)/gm, "      ")}
`;
}

/** A Prometheus provider that asks for `query`. */
export function prometheus(query: string, more = ""): string {
  return `provider: {prometheus: {address: "http://prometheus:9090", query: '${query}'${more}}}\n`;
}

/** A canary of podinfo, its metrics a YAML list. */
export function canary(metrics: string, more = ""): string {
  return `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: podinfo, namespace: test}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: podinfo}
${more}  analysis:
    interval: 1m
    threshold: 5
    metrics:
${metrics.replaceAll(/^(?=.)/gm, "      ")}
`;
}

/** A MetricTemplate named `burn`. */
export function metricTemplate(
  query: string,
  provider = "{type: prometheus, address: http://prom:9090}",
): string {
  return `---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: burn}
spec:
  provider: ${provider}
  query: ${query}
`;
}
