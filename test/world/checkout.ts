/**
 * A month in the life of the service `checkout`, for a real Prometheus: calm, then an hour in which half of
 * all requests fail, then calm again. Tests move their clock along it.
 */
import { counter, type Series } from "./prometheus-history.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Moments of the story. */
export const story = {
  begin: Date.parse("2026-09-01T00:00:00Z"),
  /** 30 calm days lie behind it. */
  calm: Date.parse("2026-10-01T09:00:00Z"),
  /** Half of all requests begin to fail. */
  outage: Date.parse("2026-10-01T12:00:00Z"),
  /** Both windows of the fast-burn rule have seen it. */
  burning: Date.parse("2026-10-01T12:20:00Z"),
  /** Errors end. */
  mended: Date.parse("2026-10-01T12:30:00Z"),
  /** The last sample. */
  end: Date.parse("2026-10-02T12:00:00Z"),
} as const;

/** Two counters of a service: 100 requests a second, of which `errorShare` fail. */
export function service(name: string, errorShare: (at: number) => number): readonly Series[] {
  const span = { from: story.begin, to: story.end };
  const labels = { service: name };
  return [
    counter({
      ...span,
      name: "http_requests_total",
      labels: { ...labels, code: "200" },
      perSecond: (at) => 100 * (1 - errorShare(at)),
    }),
    counter({
      ...span,
      name: "http_requests_total",
      labels: { ...labels, code: "500" },
      perSecond: (at) => 100 * errorShare(at),
    }),
  ];
}

/** The story's share of failing requests: 1 in 20,000 when calm. */
function outageShare(at: number): number {
  return at >= story.outage && at < story.mended ? 0.5 : 0.000_05;
}

/** The service of the story. */
export const checkoutHistory = service("checkout", outageShare);

/**
 * A policy for one service: 99.9 % over 30 days, hotfix by team acme/sre; rules let go at once, so that a story need not
 * wait. `more` is added at the end.
 */
export function policyFor(name: string, more = ""): string {
  return `version: 1
objectives:
  - name: ${name}
    target: 99.9%
    window: 30d
    sli:
      error_query: sum(rate(http_requests_total{service="${name}",code=~"5.."}[{{window}}]))
      total_query: sum(rate(http_requests_total{service="${name}"}[{{window}}]))
hold: none
bypass:
  labels: [hotfix]
  teams: [acme/sre]
  expires: 2h
${more}`;
}

/** How long a day is, for tests that count in days. */
export const dayMs = day;
