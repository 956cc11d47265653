/** Keys that Sloth drops without a word, since they are spelled as in its other form. */
import type { Problem } from "../domain/problem.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Keys of more than one word, as plain files and as Kubernetes resources spell them. */
const spellings: readonly (readonly [plain: string, custom: string])[] = [
  ["error_query", "errorQuery"],
  ["total_query", "totalQuery"],
  ["error_ratio_query", "errorRatioQuery"],
  ["page_alert", "pageAlert"],
  ["ticket_alert", "ticketAlert"],
  ["slo_plugins", "sloPlugins"],
];

/** Mappings whose keys are the team's own words. */
const ownWords: ReadonlySet<string> = new Set(["labels", "annotations", "config", "options"]);

const maxFound = 50;

/** A warning for each key that the other form of Sloth's files has and this one has not. */
export function droppedKeys(document: YamlDocument, form: "plain" | "custom"): readonly Problem[] {
  const wanted = new Map(
    spellings.map(([plain, custom]) => (form === "plain" ? [custom, plain] : [plain, custom])),
  );
  const problems: Problem[] = [];
  const look = (value: unknown, path: readonly PropertyKey[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (problems.length >= maxFound) return;
      const place = [...path, Array.isArray(value) ? Number(key) : key];
      const right = wanted.get(key);
      if (right === undefined) {
        if (!ownWords.has(key)) look(inner, place);
      } else
        problems.push(
          document.problem("dropped_key", place, `${dropped}; it is spelled \`${right}\` here`, "warning"),
        );
    }
  };
  look(document.value, []);
  return problems;
}

const dropped = "is dropped by Sloth without a word";
