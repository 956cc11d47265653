import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const answer = z.record(z.string(), z.unknown());

const vectorShape = z.looseObject({
  id: z.string(),
  tool: z.string(),
  ask: z.string(),
  spec: z.string().nullish(),
  slo: z.string().nullish(),
  expected: answer,
  /** Whether numbers and texts must be the very same, and what is not expected must not be answered. */
  isExact: z.boolean().optional(),
});

/** Vectors of whole decisions say in one word what is asked: `flagger.metric`; a word without a tool is Keptn's. */
const kindShape = z
  .looseObject({ id: z.string(), kind: z.string(), expected: answer.optional(), expect: answer.optional() })
  .transform(({ kind, expected, expect, ...more }, context): z.infer<typeof vectorShape> => {
    const [tool, ...asks] = kind.includes(".") ? kind.split(".") : ["keptn", kind];
    const answered = expected ?? expect;
    if (answered === undefined)
      context.issues.push({ code: "custom", message: "expects nothing", input: kind });
    const isExact = tool === "keptn";
    return { ...more, tool: tool ?? "", ask: asks.join("."), expected: answered ?? {}, isExact };
  });

const fileShape = z.object({
  format: z.literal(1).optional(),
  vectors: z.array(z.union([vectorShape, kindShape])).min(1),
});

/** What some tool decides of an input: a question and the answer that must come out. */
export type Vector = z.infer<typeof vectorShape>;

/** Where the files lie that vectors speak of. */
export interface VectorData {
  /** The text of a file. Throws where it is not there. */
  read(path: string): string;
}

/** Reads a file of vectors. Throws where it is none. */
export function readVectors(path: string): readonly Vector[] {
  return fileShape.parse(JSON.parse(readFileSync(path, "utf8"))).vectors;
}

/** Files below a folder. */
export function dataIn(folder: string): VectorData {
  return { read: (path) => readFileSync(join(folder, path), "utf8") };
}

/** A text that a vector must have. */
export function textOf(vector: Vector, key: string): string {
  const value = vector[key];
  if (typeof value !== "string") throw new Error(`${vector.id} has no \`${key}\``);
  return value;
}
