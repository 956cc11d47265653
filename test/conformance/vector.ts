import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const vectorShape = z.looseObject({
  id: z.string(),
  tool: z.string(),
  ask: z.string(),
  spec: z.string().nullish(),
  slo: z.string().nullish(),
  expected: z.record(z.string(), z.unknown()),
});

const fileShape = z.object({ format: z.literal(1), vectors: z.array(vectorShape).min(1) });

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
