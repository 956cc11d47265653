import type { Objective } from "../../src/domain/objective.ts";
import { parseQueryTemplate, type QueryTemplate } from "../../src/domain/query-template.ts";
import type { Sli } from "../../src/domain/sli.ts";

const template = (text: string): QueryTemplate => {
  const read = parseQueryTemplate(text);
  if (typeof read === "string") throw new Error(read);
  return read;
};
/** An SLI of bad and total events. */
export const events = (error: string, total: string): Sli => ({
  kind: "events",
  errorQuery: template(error),
  totalQuery: template(total),
});
/** An SLI that is a ratio. */
export const ratio = (text: string): Sli => ({ kind: "ratio", errorRatioQuery: template(text) });
/** An objective of 99.9% over 30 days. */
export const objective = (name: string, sli: Sli): Objective => ({
  name,
  targetRatio: 0.999,
  windowMs: 30 * 86_400_000,
  sli,
});

/** Bad and total requests of a service: the counters `<service>_total{code="200"|"500"}`. */
export const requests = (service: string): Sli =>
  events(`sum(rate(${service}_total{code="500"}[{{window}}]))`, `sum(rate(${service}_total[{{window}}]))`);
