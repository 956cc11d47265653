import type { Problem } from "../../../src/domain/problem.ts";
import { readSlos } from "../../../src/slo/read.ts";
import type { SloOptions, SloReading } from "../../../src/slo/reading.ts";

/** Milliseconds. */
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Events, under the keys that a form has for them. */
export const events = (error: string, total: string): string =>
  `      events:\n        ${error}: sum(rate(bad[{{.window}}]))\n        ${total}: sum(rate(all[{{ .window }}]))\n`;

/** A plain Sloth file with one SLO, `shop-checkout`; its `sli` is on line 6. */
export const plain = (
  sli = events("error_query", "total_query"),
  alerting = "{name: ShopCheckout}",
): string =>
  `version: prometheus/v1\nservice: shop\nslos:\n  - name: checkout\n    objective: 99.9\n    sli:\n${sli}    alerting: ${alerting}\n`;

/** The same as a Kubernetes object; its `sli` is on line 9. */
export const custom = (sli = events("errorQuery", "totalQuery"), alerting?: string): string => {
  const below = plain(sli, alerting).split("\n").slice(1).join("\n");
  const head = "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {name: shop}\nspec:\n";
  return head + below.replaceAll(/^(?=.)/gm, "  ");
};

/** Alert windows with Sloth's usual lengths and the given shares of the budget, in percent. */
export const alertWindows = (
  period: string,
  [a, b, c, d]: readonly [number, number, number, number],
): string => {
  const window = (percent: number, short: string, long: string): string =>
    `{errorBudgetPercent: ${percent}, shortWindow: ${short}, longWindow: ${long}}`;
  return `apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: ${period}
  page:
    quick: ${window(a, "5m", "1h")}
    slow: ${window(b, "30m", "6h")}
  ticket:
    quick: ${window(c, "2h", "1d")}
    slow: ${window(d, "6h", "3d")}
`;
};

/** Reads files as one set, each under a name of its own. */
export const readAll = (texts: readonly string[], options: SloOptions = {}): SloReading =>
  readSlos(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    options,
  );

/** Problems as `line:column severity code key`. */
export const brief = (problems: readonly Problem[]): readonly string[] =>
  problems.map(
    ({ position, severity, code, key }) => `${position.line}:${position.column} ${severity} ${code} ${key}`,
  );
