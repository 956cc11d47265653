/** A Keptn `sli.yaml`: queries by name (go-utils pkg/sdk/helpers). */
import { openYaml, YamlRefusal } from "./yaml-node.ts";

/** What reading a file came to. */
export type SliReading =
  | { readonly kind: "read"; readonly indicators: ReadonlyMap<string, string> }
  /** `why` is for people. */
  | { readonly kind: "invalid"; readonly why: string };

/** Reads a file's text. */
export function parseSli(text: string): SliReading {
  try {
    const opened = openYaml(text);
    const missing = { kind: "invalid", why: "missing required field: indicators" } as const;
    if (opened === "empty") return missing;
    const { reader, root } = opened;
    const indicators = reader.fields(reader.fields(root, "the file")?.get("indicators"), "indicators");
    if (indicators === undefined) return missing;
    const texts = [...indicators].map(([name, query]) => [name, reader.text(query, name)] as const);
    return { kind: "read", indicators: new Map(texts) };
  } catch (error) {
    if (error instanceof YamlRefusal) return { kind: "invalid", why: error.message };
    throw error;
  }
}
