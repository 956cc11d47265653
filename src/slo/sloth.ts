/**
 * Sloth's SLO files, plain (`version: prometheus/v1`) and Kubernetes (`kind: PrometheusServiceLevel`), as
 * objectives.
 *
 * Wants: the file a team already has, unchanged. Sloth itself ignores keys that it does not know, so they are
 * ignored here too.
 * Keeps: an objective is read with the meaning Sloth gives it (percent objective, error ÷ total,
 * `<service>-<name>` as its identity) or refused with the reason; never guessed. The period is not in the
 * file: it is Sloth's command-line flag, so the policy states it.
 * Leaves out: `sli.plugin` (Go code run when Sloth generates rules) and recorded series.
 */
import { z } from "zod";
import type { DurationMs } from "../domain/duration.ts";
import { type Objective, ratioOfPercent } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { Sli } from "../domain/sli.ts";
import { readQuery } from "./query.ts";
import type { SloOptions, SloReading } from "./reading.ts";
import { shape } from "./shape.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** The period of an SLO where nobody states one: Sloth's own default. */
const slothDefaultWindowMs: DurationMs = 30 * 86_400_000;

const name = z
  .string()
  .regex(/^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$/, "must be letters, digits, `-`, `_` or `.`")
  .max(63);

const query = z.string().optional();

const entry = <E extends z.ZodRawShape, R extends z.ZodRawShape>(events: E, raw: R) =>
  z.looseObject({
    name,
    objective: z.number(),
    sli: z.looseObject({
      events: z.looseObject(events).optional(),
      raw: z.looseObject(raw).optional(),
      plugin: z.unknown().optional(),
    }),
  });

const plain = z.looseObject({
  version: z.literal("prometheus/v1"),
  service: name,
  slos: z
    .array(entry({ error_query: query, total_query: query }, { error_ratio_query: query }))
    .min(1)
    .max(100),
});

const custom = z.looseObject({
  apiVersion: z.literal("sloth.slok.dev/v1"),
  kind: z.literal("PrometheusServiceLevel"),
  spec: z.looseObject({
    service: name,
    slos: z
      .array(entry({ errorQuery: query, totalQuery: query }, { errorRatioQuery: query }))
      .min(1)
      .max(100),
  }),
});

/** How one of the two forms spells its keys. */
interface Spelling {
  readonly root: readonly string[];
  readonly errorQuery: string;
  readonly totalQuery: string;
  readonly errorRatioQuery: string;
}

const plainSpelling: Spelling = {
  root: [],
  errorQuery: "error_query",
  totalQuery: "total_query",
  errorRatioQuery: "error_ratio_query",
};

const customSpelling: Spelling = {
  root: ["spec"],
  errorQuery: "errorQuery",
  totalQuery: "totalQuery",
  errorRatioQuery: "errorRatioQuery",
};

/** Whether a document says of itself that it is Sloth's. */
function isSloth(value: unknown): "plain" | "custom" | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("version" in value && value.version === "prometheus/v1") return "plain";
  return "apiVersion" in value && value.apiVersion === "sloth.slok.dev/v1" ? "custom" : undefined;
}

/** Reads Sloth documents, plain ones and custom resources. */
export function readSlothDocuments(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const readings = documents.map((document) =>
    readDocument(document, options.windowMs ?? slothDefaultWindowMs),
  );
  return {
    objectives: readings.flatMap((reading) => reading.objectives),
    problems: readings.flatMap((reading) => reading.problems),
  };
}

function readDocument(document: YamlDocument, windowMs: DurationMs): SloReading {
  switch (isSloth(document.value)) {
    case "plain": {
      const shaped = shape(document, plain);
      if (shaped.kind === "misshapen") return { objectives: [], problems: shaped.problems };
      return readEntries(document, plainSpelling, shaped.value.service, shaped.value.slos, windowMs);
    }
    case "custom": {
      const shaped = shape(document, custom);
      if (shaped.kind === "misshapen") return { objectives: [], problems: shaped.problems };
      const { service, slos } = shaped.value.spec;
      return readEntries(document, customSpelling, service, slos, windowMs);
    }
    case undefined: {
      const message =
        "is not a Sloth file (`version: prometheus/v1` or `kind: PrometheusServiceLevel`), the one format read so far";
      return { objectives: [], problems: [document.problem("unsupported_format", [], message)] };
    }
  }
}

type Entry = z.infer<ReturnType<typeof entry>>;

function readEntries(
  document: YamlDocument,
  spelling: Spelling,
  service: string,
  entries: readonly Entry[],
  windowMs: DurationMs,
): SloReading {
  const objectives: Objective[] = [];
  const problems: Problem[] = [];
  for (const [index, one] of entries.entries()) {
    const path = [...spelling.root, "slos", index];
    const before = problems.length;
    const targetRatio = ratioOfPercent(one.objective);
    if (!(targetRatio > 0 && targetRatio < 1)) {
      problems.push(
        document.problem(
          "bad_target",
          [...path, "objective"],
          "must be a percentage above 0 and below 100; at 100 there is no error budget",
        ),
      );
    }
    if (one.objective > 0 && one.objective < 1) {
      problems.push(
        document.problem(
          "bad_target",
          [...path, "objective"],
          `is a percentage, and at ${one.objective}% nearly every event may fail; write a ratio of 0.999 as 99.9`,
        ),
      );
    }
    const sli = readSli(document, spelling, one, [...path, "sli"], problems);
    if (sli === undefined || problems.length > before) continue;
    objectives.push({ name: `${service}-${one.name}`, targetRatio, windowMs, sli });
  }
  return { objectives, problems };
}

function readSli(
  document: YamlDocument,
  spelling: Spelling,
  { sli }: Entry,
  path: readonly PropertyKey[],
  problems: Problem[],
): Sli | undefined {
  const [way, ...others] = (["events", "raw", "plugin"] as const).filter((one) => sli[one] !== undefined);
  if (way === undefined || others.length > 0) {
    problems.push(
      document.problem("wrong_value", path, "must hold exactly one of `events`, `raw` and `plugin`"),
    );
    return undefined;
  }
  const read = (kind: "events" | "raw", key: string) => {
    const value = sli[kind]?.[key];
    if (typeof value === "string") return readQuery(document, [...path, kind, key], value, problems);
    problems.push(document.problem("missing_key", [...path, kind], missingWords(key, sli[kind] ?? {})));
    return undefined;
  };
  switch (way) {
    case "events": {
      const errorQuery = read("events", spelling.errorQuery);
      const totalQuery = read("events", spelling.totalQuery);
      return errorQuery && totalQuery ? { kind: "events", errorQuery, totalQuery } : undefined;
    }
    case "raw": {
      const errorRatioQuery = read("raw", spelling.errorRatioQuery);
      return errorRatioQuery ? { kind: "ratio", errorRatioQuery } : undefined;
    }
    case "plugin":
      problems.push(
        document.problem(
          "unsupported_sli",
          [...path, "plugin"],
          "is Go code that only Sloth can run; write the queries out under `events`",
        ),
      );
      return undefined;
  }
}

function missingWords(key: string, sli: object): string {
  const other = key.includes("_")
    ? key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    : key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return other in sli
    ? `\`${key}\` is missing; \`${other}\` is how the other form of Sloth's files spells it`
    : `\`${key}\` is missing`;
}
