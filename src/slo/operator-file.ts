import type { z } from "zod";
import { shape } from "./shape.ts";
import { readYaml } from "./yaml-text.ts";

/** A file of the operator's: what it holds, or everything that is wrong with it, as sentences that begin with the place. */
export function readOperatorFile<T>(
  path: string,
  text: string,
  schema: z.ZodType<T>,
): { readonly value: T } | { readonly faults: readonly string[] } {
  const { documents, problems } = readYaml(path, text, { maxBytes: 256 * 1024, maxDocuments: 1 });
  const [document] = documents;
  const shaped = document === undefined ? { kind: "misshapen" as const, problems } : shape(document, schema);
  if (shaped.kind === "shaped") return { value: shaped.value };
  return {
    faults: shaped.problems.map(
      ({ position, key, message }) => `${path}:${position.line}:${position.column} ${key} ${message}`,
    ),
  };
}
