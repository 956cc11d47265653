/**
 * The service `carts` and its four builds, for a real Prometheus: each runs for half an hour with a response time and an error
 * share of its own. A sample's exact 95th percentile is a bucket's border.
 */
import { counter, type Series } from "./prometheus-history.ts";

const minute = 60_000;

/** When the first build is deployed; each of the others half an hour later. */
const firstBuildAt = Date.parse("2026-10-01T08:00:00Z");

/** A build: 95th percentile of its response times in milliseconds, and how many of a hundred requests fail. */
const builds = [
  { p95: 200, failures: 0 },
  { p95: 240, failures: 0 },
  { p95: 240, failures: 6 },
  { p95: 400, failures: 0 },
] as const;

/** The moment a build was deployed, numbered from 1. */
export const deployedAt = (build: number): number => firstBuildAt + (build - 1) * 30 * minute;

const buildAt = (at: number) =>
  builds[Math.max(0, Math.min(builds.length - 1, Math.floor((at - firstBuildAt) / (30 * minute))))] ??
  builds[0];

const span = { from: firstBuildAt - 60 * minute, to: deployedAt(5) };

/** Half of the requests take at most 50 ms, 95 of a hundred at most the build's percentile. */
const shareUpTo = (le: number, p95: number): number => (le >= 1000 ? 1 : le >= p95 ? 0.95 : 0.5);

/** 100 requests a second. */
export const cartsHistory: readonly Series[] = [
  ...[50, 200, 240, 400, 1000, Number.POSITIVE_INFINITY].map((le) =>
    counter({
      ...span,
      name: "http_response_time_milliseconds_bucket",
      labels: { service: "carts", le: le === Number.POSITIVE_INFINITY ? "+Inf" : String(le) },
      perSecond: (at) => 100 * shareUpTo(le, buildAt(at).p95),
    }),
  ),
  counter({
    ...span,
    name: "http_requests_total",
    labels: { service: "carts", code: "200" },
    perSecond: (at) => 100 - buildAt(at).failures,
  }),
  counter({
    ...span,
    name: "http_requests_total",
    labels: { service: "carts", code: "503" },
    perSecond: (at) => buildAt(at).failures,
  }),
];
