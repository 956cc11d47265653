/**
 * The two metrics that Flagger knows by itself, in the words of each mesh or ingress
 * (https://docs.flagger.app/usage/metrics#builtin-metrics, pkg/metrics/observers).
 *
 * Leaves out: skipper and knative, whose queries depend on more than a canary says, and whatever else is not here.
 */

/** A metric that Flagger knows by itself. */
export type BuiltIn = "request-success-rate" | "request-duration";

/** Whether a metric's name is one that Flagger knows by itself. */
export function isBuiltIn(name: string): name is BuiltIn {
  return name === "request-success-rate" || name === "request-duration";
}

/** How requests are counted and timed: selectors without their braces. */
interface Telemetry {
  readonly counter: string;
  readonly labels: string;
  /** What a good request's labels are beside. */
  readonly good: string;
  readonly duration: Duration;
}

type Duration =
  | { readonly kind: "p99"; readonly bucket: string; readonly labels: string; readonly isSeconds: boolean }
  /** Of a sum and a count in seconds. */
  | { readonly kind: "mean"; readonly base: string; readonly labels: string };

/** A quantile's histogram of the same labels. */
const p99 = (bucket: string, labels: string, isSeconds = false): Duration => ({
  kind: "p99",
  bucket,
  labels,
  isSeconds,
});

const deployment = 'destination_workload_namespace="{{ namespace }}",destination_workload=~"{{ target }}"';
const istio = `reporter="destination",${deployment}`;
const linkerd = 'namespace="{{ namespace }}",deployment=~"{{ target }}",direction="inbound"';
const nginx = 'namespace="{{ namespace }}",ingress="{{ ingress }}",canary!=""';
const pods =
  'kubernetes_namespace="{{ namespace }}",kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';
const traefik = 'service=~"{{ namespace }}-{{ target }}-canary-[0-9a-zA-Z-]+@kubernetescrd"';
const apisix = 'route=~"{{ namespace }}_{{ route }}-{{ target }}-canary_.+"';
const osm =
  'destination_namespace="{{ namespace }}",destination_kind="Deployment",destination_name="{{ target }}"';

const envoy = (labels: string): Telemetry => ({
  counter: "envoy_cluster_upstream_rq",
  labels,
  good: 'envoy_response_code!~"5.*"',
  duration: p99("envoy_cluster_upstream_rq_time_bucket", labels),
});

const telemetries: ReadonlyMap<string, Telemetry> = new Map<string, Telemetry>([
  [
    "istio",
    {
      counter: "istio_requests_total",
      labels: istio,
      good: 'response_code!~"5.*"',
      duration: p99("istio_request_duration_milliseconds_bucket", istio),
    },
  ],
  [
    "linkerd",
    {
      counter: "response_total",
      labels: linkerd,
      good: 'classification!="failure"',
      duration: p99("response_latency_ms_bucket", linkerd),
    },
  ],
  [
    "nginx",
    {
      counter: "nginx_ingress_controller_requests",
      labels: nginx,
      good: 'status!~"5.*"',
      duration: { kind: "mean", base: "nginx_ingress_controller_response_duration_seconds", labels: nginx },
    },
  ],
  ["appmesh", envoy(pods)],
  ["contour", envoy('envoy_cluster_name=~"{{ namespace }}_{{ service }}-canary_[0-9a-zA-Z-]+"')],
  ["gloo", envoy('envoy_cluster_name=~"{{ namespace }}-{{ target }}-canary-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+"')],
  ["kuma", envoy('service=~"{{ target }}-canary_{{ namespace }}_svc_[0-9a-zA-Z-]+"')],
  [
    "traefik",
    {
      counter: "traefik_service_request_duration_seconds_bucket",
      labels: `${traefik},le="+Inf"`,
      good: 'code!~"5.."',
      duration: p99("traefik_service_request_duration_seconds_bucket", traefik, true),
    },
  ],
  [
    "apisix",
    {
      counter: "apisix_http_status",
      labels: apisix,
      good: 'code!~"5.."',
      duration: p99("apisix_http_latency_bucket", `type=~"request",${apisix}`),
    },
  ],
  [
    "osm",
    {
      counter: "osm_request_total",
      labels: osm,
      good: 'response_code!~"5.*"',
      duration: p99("osm_request_duration_ms_bucket", osm),
    },
  ],
  [
    "kubernetes",
    {
      counter: "http_request_duration_seconds_count",
      labels: pods,
      good: 'status!~"5.*"',
      duration: p99("http_request_duration_seconds_bucket", pods, true),
    },
  ],
]);

/** The query of a metric that Flagger knows by itself, its variables not filled in; `undefined`: not of this provider. */
export function builtInQuery(name: BuiltIn, provider: string): string | undefined {
  // `appmesh:v1beta2`, `gloo:v1` are versions of one.
  const telemetry = telemetries.get(/^(?:appmesh|gloo|contour)(?=:|$)/.exec(provider)?.[0] ?? provider);
  if (telemetry === undefined) return undefined;
  return name === "request-success-rate" ? successRate(telemetry) : durationOf(telemetry.duration);
}

const rate = (metric: string, labels: string): string => `sum(rate(${metric}{${labels}}[{{ interval }}]))`;

/** Percent. */
function successRate({ counter, labels, good }: Telemetry): string {
  return `${rate(counter, `${labels},${good}`)} / ${rate(counter, labels)} * 100`;
}

/** Milliseconds. */
function durationOf(duration: Duration): string {
  if (duration.kind === "mean") {
    const { base, labels } = duration;
    return `${rate(`${base}_sum`, labels)} / ${rate(`${base}_count`, labels)} * 1000`;
  }
  const { bucket, labels, isSeconds } = duration;
  return `histogram_quantile(0.99, ${rate(bucket, labels)} by (le))${isSeconds ? " * 1000" : ""}`;
}
