/**
 * One SLO as a Sloth file writes it, in either spelling: plain files say `error_query`, Kubernetes resources `errorQuery`.
 * https://github.com/slok/sloth/tree/v0.16.0/pkg/prometheus/api/v1,
 * https://github.com/slok/sloth/tree/v0.16.0/pkg/kubernetes/api/sloth/v1
 */
import { z } from "zod";
import type { Problem } from "../domain/problem.ts";
import { labelWords } from "./label-words.ts";
import { shape } from "./shape.ts";
import { partOf } from "./sub-document.ts";
import type { YamlDocument } from "./yaml-text.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$/, "must be letters, digits, `-`, `_` or `.`, two at least")
  .max(128);

const alert = z
  .looseObject({ disable: z.boolean().nullish(), labels: labelWords, annotations: labelWords })
  .nullish();

const pluginText = z.looseObject({
  id: z.string(),
  config: z.unknown().optional(),
  priority: z.number().nullish(),
});
const plugins = z
  .looseObject({ overridePrevious: z.boolean().nullish(), chain: z.array(pluginText).max(100).nullish() })
  .nullish();

const query = z.string().nullish();

/** Keys of both spellings: which one counts, the form decides; the other is told of by sloth-lint.ts. */
const slo = z.looseObject({
  name,
  objective: z.number(),
  description: z.string().nullish(),
  labels: labelWords,
  plugins,
  sli: z.looseObject({
    events: z
      .looseObject({ error_query: query, errorQuery: query, total_query: query, totalQuery: query })
      .nullish(),
    raw: z.looseObject({ error_ratio_query: query, errorRatioQuery: query }).nullish(),
    plugin: z.looseObject({ id: z.string().nullish() }).nullish(),
  }),
  alerting: z
    .looseObject({
      name: z.string().nullish(),
      labels: labelWords,
      annotations: labelWords,
      page_alert: alert,
      pageAlert: alert,
      ticket_alert: alert,
      ticketAlert: alert,
    })
    .nullish(),
});

const service = { service: name, labels: labelWords, slos: z.array(z.unknown()).min(1).max(100) };

/** So many problems of one document are told at most. [T33] */
const maxProblems = 100;

const plain = z.looseObject({ version: z.literal("prometheus/v1"), slo_plugins: plugins, ...service });

const custom = z.looseObject({
  apiVersion: z.literal("sloth.slok.dev/v1"),
  kind: z.literal("PrometheusServiceLevel"),
  metadata: z
    .looseObject({ name: z.string().nullish(), namespace: z.string().nullish(), labels: labelWords })
    .nullish(),
  spec: z.looseObject({ sloPlugins: plugins, ...service }),
});

/** One of Sloth's plugins, by its id. */
export interface SlothPlugin {
  readonly id: string;
  readonly config: unknown;
  /** Lower ones run first; those below 0 before Sloth's own. */
  readonly priority: number;
}

/** One of the two alerts of an SLO. */
export interface SlothAlert {
  readonly isDisabled: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One SLO of a file, before anything is made of it. */
export interface SlothSlo {
  readonly document: YamlDocument;
  /** Where it stands in the document. */
  readonly path: readonly PropertyKey[];
  readonly form: "plain" | "custom";
  readonly service: string;
  readonly name: string;
  /** The target as a percentage, as written. */
  readonly percent: number;
  /** The service's labels and the SLO's own, which win. */
  readonly labels: Readonly<Record<string, string>>;
  readonly way: "events" | "raw" | "plugin" | undefined;
  readonly errorQuery: string | undefined;
  readonly totalQuery: string | undefined;
  readonly errorRatioQuery: string | undefined;
  readonly plugins: readonly SlothPlugin[];
  /** Whether Sloth's own plugins, which make the usual rules, are left out. */
  readonly hasOwnChain: boolean;
  readonly alerting: {
    /** `undefined` where there is none. */
    readonly name: string | undefined;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly page: SlothAlert;
    readonly ticket: SlothAlert;
  };
}

/** The SLOs of a document, and what keeps others from being read: one that is misshapen does not hide its neighbours. */
export function slothSlosIn(document: YamlDocument): {
  readonly slos: readonly SlothSlo[];
  readonly problems: readonly Problem[];
} {
  const isPlain = "version" in (document.value as object);
  const shaped = isPlain ? shape(document, plain) : shape(document, custom);
  if (shaped.kind === "misshapen")
    return {
      slos: [],
      problems: [...shaped.problems, ...entryFaults(document, isPlain)].slice(0, maxProblems),
    };
  const { value } = shaped;
  const group: Group =
    "spec" in value && typeof value.spec === "object"
      ? { ...(value as z.infer<typeof custom>).spec, form: "custom", document }
      : { ...(value as z.infer<typeof plain>), form: "plain", document };
  const problems: Problem[] = [];
  const slos = group.slos.flatMap((one, index): readonly SlothSlo[] => {
    const path = [...(group.form === "plain" ? [] : ["spec"]), "slos", index];
    const read = shape(partOf(document, path, one), slo);
    if (read.kind === "shaped") return [sloOf(group, read.value, path)];
    problems.push(...read.problems);
    return [];
  });
  return { slos, problems: problems.slice(0, maxProblems) };
}

/** What is wrong with the SLOs below a head that is wrong itself: every mistake is told at once. */
function entryFaults(document: YamlDocument, isPlain: boolean): readonly Problem[] {
  const holder = isPlain ? document.value : (document.value as Readonly<Record<string, unknown>>)["spec"];
  const entries: unknown =
    typeof holder === "object" && holder !== null && "slos" in holder ? holder.slos : [];
  return (Array.isArray(entries) ? entries.slice(0, maxProblems) : []).flatMap((one: unknown, index) => {
    const read = shape(partOf(document, [...(isPlain ? [] : ["spec"]), "slos", index], one), slo);
    return read.kind === "misshapen" ? read.problems : [];
  });
}

/** SLOs that stand together, with what holds for all of them. */
interface Group {
  readonly document: YamlDocument;
  readonly form: SlothSlo["form"];
  readonly service: string;
  readonly labels?: z.infer<typeof labelWords>;
  readonly slo_plugins?: z.infer<typeof plugins>;
  readonly sloPlugins?: z.infer<typeof plugins>;
  readonly slos: readonly unknown[];
}

function sloOf(group: Group, one: z.infer<typeof slo>, path: readonly PropertyKey[]): SlothSlo {
  const { document, form, service } = group;
  const { events, raw, plugin } = one.sli;
  const ways = { events, raw, plugin };
  const [way, ...others] = (["events", "raw", "plugin"] as const).filter(
    (key) => (ways[key] ?? undefined) !== undefined,
  );
  const alerting = one.alerting ?? {};
  const isPlain = form === "plain";
  const shared = isPlain ? group.slo_plugins : group.sloPlugins;
  const chain = [
    ...(one.plugins?.overridePrevious === true ? [] : (shared?.chain ?? [])),
    ...(one.plugins?.chain ?? []),
  ];
  return {
    document,
    path,
    form,
    service,
    name: one.name,
    percent: one.objective,
    labels: { ...group.labels, ...one.labels },
    way: others.length > 0 ? undefined : way,
    errorQuery: (isPlain ? events?.error_query : events?.errorQuery) ?? undefined,
    totalQuery: (isPlain ? events?.total_query : events?.totalQuery) ?? undefined,
    errorRatioQuery: (isPlain ? raw?.error_ratio_query : raw?.errorRatioQuery) ?? undefined,
    plugins: chain.map(({ id, config, priority }) => ({ id, config, priority: priority ?? 0 })),
    hasOwnChain: one.plugins?.overridePrevious === true || shared?.overridePrevious === true,
    alerting: {
      name: alerting.name ?? undefined,
      labels: alerting.labels ?? {},
      annotations: alerting.annotations ?? {},
      page: alertOf(isPlain ? alerting.page_alert : alerting.pageAlert),
      ticket: alertOf(isPlain ? alerting.ticket_alert : alerting.ticketAlert),
    },
  };
}

function alertOf(text: z.infer<typeof alert>): SlothAlert {
  return {
    isDisabled: text?.disable ?? false,
    labels: text?.labels ?? {},
    annotations: text?.annotations ?? {},
  };
}
