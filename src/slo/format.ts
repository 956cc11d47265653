/** Of which tool a document of an SLO file is, by what it says of itself. */

/** A kind of document that SLO files hold. */
export type SloFormat =
  | "sloth"
  | "sloth-crd"
  /** Sloth's alert windows for a period: no SLO. */
  | "sloth-windows"
  | "pyrra"
  | "openslo/v1"
  | "openslo/v1alpha"
  | "openslo/v2alpha"
  | "nobl9"
  /** Rules that some tool has made of its SLOs. */
  | "prometheus-rule";

const byVersion: ReadonlyMap<unknown, SloFormat> = new Map<unknown, SloFormat>([
  ["pyrra.dev/v1alpha1", "pyrra"],
  ["openslo/v1", "openslo/v1"],
  ["openslo/v1alpha", "openslo/v1alpha"],
  ["openslo.com/v2alpha", "openslo/v2alpha"],
  ["openslo/v2alpha", "openslo/v2alpha"],
  ["n9/v1alpha", "nobl9"],
]);

/** The format of one document, or `undefined` where it is none that is known. */
export function formatOf(value: unknown): SloFormat | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { version, apiVersion, kind, groups } = value as Readonly<Record<string, unknown>>;
  if (version === "prometheus/v1") return "sloth";
  if (apiVersion === "sloth.slok.dev/v1") return kind === "AlertWindows" ? "sloth-windows" : "sloth-crd";
  if (kind === "PrometheusRule" || (apiVersion === undefined && Array.isArray(groups)))
    return "prometheus-rule";
  return byVersion.get(apiVersion);
}
