import type { UnmeasuredKind } from "./measurement.ts";

/** Each way of not knowing, in two or three words. */
export const unmeasuredWords: Readonly<Record<UnmeasuredKind, string>> = {
  no_traffic: "no traffic",
  no_data: "no data",
  not_a_number: "not a number",
  stale: "stale data",
  ambiguous: "several series",
  partial: "partial data",
  unreachable: "no usable answer from Prometheus",
  query_limit: "query limit reached",
  warming_up: "too little history",
  drift: "recorded rules differ",
};
