import { z } from "zod";
import { labelWords } from "./label-words.ts";
import type { RuleHome } from "./rule-source.ts";

/** What is no map of words Kubernetes would not take either; the rules do not need it. */
const homeWords = labelWords.catch(undefined);
const metadataText = z.looseObject({
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().min(1).optional().catch(undefined),
    labels: homeWords,
    annotations: homeWords,
  }),
});

/** After which file a Kubernetes object of rules is called: the file's own object, else its service. */
export function ruleHomeOf(value: unknown, service: string): RuleHome {
  const read = metadataText.safeParse(value);
  if (!read.success) return { name: objectName(`slo-${service}`), labels: {}, annotations: {} };
  const { name, namespace, labels, annotations } = read.data.metadata;
  // What kubectl notes of one object would mislead it about another.
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith("kubectl."));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: labels ?? {},
    annotations: Object.fromEntries(kept),
  };
}

/** Kubernetes takes lower case letters, digits, `-` and `.`, letters and digits at both ends. */
function objectName(text: string): string {
  const lower = text.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, "-");
  return lower.slice(0, 253).replaceAll(/^[-.]+|[-.]+$/g, "");
}
