/** One SLO as a Pyrra file writes it. https://github.com/pyrra-dev/pyrra/blob/v0.10.1/kubernetes/api/v1alpha1 */
import { z } from "zod";
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import type { Problem } from "../domain/problem.ts";
import { labelWords } from "./label-words.ts";
import { labelNamePattern } from "./selector.ts";
import { shape } from "./shape.ts";
import { parseSelector, type VectorSelector } from "./vector-selector.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** What is counted. */
export type PyrraIndicator =
  | { readonly kind: "ratio"; readonly errors: VectorSelector; readonly total: VectorSelector }
  | { readonly kind: "latency"; readonly success: VectorSelector; readonly total: VectorSelector }
  | { readonly kind: "latency_native"; readonly latencySeconds: number; readonly total: VectorSelector }
  | { readonly kind: "bool_gauge"; readonly total: VectorSelector };

/** One SLO of a file. */
export interface PyrraSlo {
  readonly document: YamlDocument;
  readonly name: string;
  /** The target as a percentage, as written. */
  readonly percent: number;
  readonly windowMs: DurationMs;
  readonly indicator: PyrraIndicator;
  /** Sorted, each label once. */
  readonly grouping: readonly string[];
  /** Labels that every recorded series gets besides. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isAlerting: boolean;
  /** What the file says of a tier instead of Pyrra's own word, by the key of the tier. */
  readonly severities: Readonly<Record<string, unknown>>;
  /** Whether counts are recorded for five minutes first, and these are added up. */
  readonly isCoarse: boolean;
}

const metric = z.looseObject({ metric: z.string() });
const grouping = z.array(z.string()).max(20).nullish();

const indicator = z.looseObject({
  ratio: z.looseObject({ errors: metric, total: metric, grouping }).nullish(),
  latency: z.looseObject({ success: metric, total: metric, grouping }).nullish(),
  latencyNative: z.looseObject({ latency: z.string(), total: metric, grouping }).nullish(),
  bool_gauge: z.looseObject({ metric: z.string(), grouping }).nullish(),
});

const text = z.looseObject({
  kind: z.literal("ServiceLevelObjective"),
  metadata: z.looseObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9](?:[-a-z0-9.]{0,126}[a-z0-9])?$/,
        "must be a name as Kubernetes takes it, 128 characters at most",
      ),
    labels: labelWords,
  }),
  spec: z.looseObject({
    target: z.union([z.string(), z.number()]),
    window: z.string(),
    indicator,
    alerting: z
      .looseObject({
        disabled: z.boolean().nullish(),
        burnrates: z.boolean().nullish(),
        severities: z.record(z.string(), z.unknown()).nullish(),
      })
      .nullish(),
    performanceOverAccuracy: z.boolean().nullish(),
  }),
});

type Text = z.infer<typeof text>;
type Fault = (code: Problem["code"], path: readonly PropertyKey[], message: string) => undefined;

/** The SLO of a document, or what keeps it from being read. */
export function pyrraSloIn(document: YamlDocument): {
  readonly slo?: PyrraSlo;
  readonly problems: readonly Problem[];
} {
  const shaped = shape(document, text);
  if (shaped.kind === "misshapen") return { problems: shaped.problems };
  const { metadata, spec } = shaped.value;
  const problems: Problem[] = [];
  const fault: Fault = (code, path, message) =>
    void problems.push(document.problem(code, ["spec", ...path], message));
  const windowMs = parseDuration(spec.window);
  if (windowMs === undefined) fault("bad_duration", ["window"], "must be a duration such as `2w` or `30d`");
  const percent = /^\s*\d{1,3}(\.\d+)?\s*$/.test(String(spec.target)) ? Number(spec.target) : Number.NaN;
  if (!(percent > 0 && percent < 100))
    fault("bad_target", ["target"], "must be a percentage above 0 and below 100, such as `'99.9'`");
  const found = indicatorOf(spec, fault);
  if (problems.length > 0 || windowMs === undefined || found === undefined) return { problems };
  const slo: PyrraSlo = {
    document,
    name: metadata.name,
    percent,
    windowMs,
    indicator: found.indicator,
    grouping: [...new Set(found.grouping)].toSorted(),
    labels: propagated(metadata.labels ?? {}),
    isAlerting: spec.alerting?.disabled !== true && spec.alerting?.burnrates !== false,
    severities: spec.alerting?.severities ?? {},
    isCoarse: spec.performanceOverAccuracy === true,
  };
  return { slo, problems };
}

const prefix = "pyrra.dev/";

function propagated(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = Object.entries(labels).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice(prefix.length), value]));
}

interface Found {
  readonly indicator: PyrraIndicator;
  readonly grouping: readonly string[];
}

function indicatorOf({ indicator: written }: Text["spec"], fault: Fault): Found | undefined {
  const kinds = (["ratio", "latency", "latencyNative", "bool_gauge"] as const).filter(
    (one) => (written[one] ?? undefined) !== undefined,
  );
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0)
    return fault(
      "wrong_value",
      ["indicator"],
      "must hold exactly one of `ratio`, `latency`, `latencyNative` and `bool_gauge`",
    );
  const select = (path: readonly PropertyKey[], metric: string | undefined): VectorSelector | undefined =>
    parseSelector(metric ?? "") ??
    fault(
      "bad_query",
      ["indicator", kind, ...path],
      'must be a plain selector such as `http_requests_total{job="shop"}`: no function, no operator, no range',
    );
  const groups = written[kind]?.grouping ?? [];
  const odd = groups.findIndex((name) => !labelNamePattern.test(name));
  if (odd >= 0) fault("bad_label", ["indicator", kind, "grouping", odd], "must be a label's name");
  const made = indicatorMade(written, kind, select, fault);
  return made === undefined || odd >= 0 ? undefined : { indicator: made, grouping: groups };
}

function indicatorMade(
  written: Text["spec"]["indicator"],
  kind: "ratio" | "latency" | "latencyNative" | "bool_gauge",
  select: (path: readonly PropertyKey[], metric: string | undefined) => VectorSelector | undefined,
  fault: Fault,
): PyrraIndicator | undefined {
  const part = (key: "errors" | "success" | "total", from: { readonly metric: string } | undefined) =>
    select([key, "metric"], from?.metric);
  switch (kind) {
    case "ratio": {
      const [errors, total] = [part("errors", written.ratio?.errors), part("total", written.ratio?.total)];
      return errors && total && { kind: "ratio", errors, total };
    }
    case "latency": {
      const success = part("success", written.latency?.success);
      const total = part("total", written.latency?.total);
      if (success === undefined || total === undefined) return undefined;
      const le = success.matchers.find(({ name }) => name === "le");
      if (le === undefined || !/^=~?$/.test(le.op) || !/^\d*\.?\d+(e[+-]?\d+)?$/i.test(le.value))
        return fault(
          "bad_query",
          ["indicator", kind, "success", "metric"],
          'needs the bucket that is still good, such as `le="0.5"`',
        );
      return { kind: "latency", success, total };
    }
    case "latencyNative": {
      const total = part("total", written.latencyNative?.total);
      const latencyMs = parseDuration(written.latencyNative?.latency ?? "");
      if (latencyMs === undefined)
        return fault("bad_duration", ["indicator", kind, "latency"], "must be a duration such as `200ms`");
      return total && { kind: "latency_native", latencySeconds: latencyMs / 1000, total };
    }
    case "bool_gauge": {
      const total = select(["metric"], written.bool_gauge?.metric);
      return total && { kind: "bool_gauge", total };
    }
  }
}
