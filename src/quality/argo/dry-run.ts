/** Which metrics of a template are dry runs. */
import { itemsOfList, missing, type Place, refuse, textAt, under } from "../../slo/place.ts";
import type { FillIn } from "./arguments.ts";

/**
 * Tells by a metric's name. Argo takes each rule for a regular expression, which may hold anywhere in a name; texts and `.*` of these
 * are read, since a pattern of a repository must not be able to take for ever. [T34]
 */
export function isDryRunOf(spec: Place, names: readonly string[], fillIn: FillIn): (name: string) => boolean {
  const patterns = itemsOfList(under(spec, "dryRun")).flatMap((rule) => {
    const place = under(rule, "metricName");
    const text = textAt(place) ?? missing(place);
    const filled = text === undefined ? undefined : fillIn(place, text);
    if (filled === undefined) return [];
    const pattern = patternOf(filled);
    if (pattern === undefined)
      refuse(
        place,
        "bad_pattern",
        "is a pattern that is not read; only letters, digits, `-`, `_` and `.*` are",
      );
    else if (!names.some(pattern))
      refuse(place, "missing_reference", "names no metric, and Argo refuses the template");
    return pattern === undefined ? [] : [pattern];
  });
  return (name) => patterns.some((pattern) => pattern(name));
}

function patternOf(text: string): ((name: string) => boolean) | undefined {
  const [, start = "", body = "", end = ""] = /^(\^?)((?:[\w -]|\.\*)*)(\$?)$/.exec(text.slice(0, 300)) ?? [];
  if (`${start}${body}${end}` !== text) return undefined;
  const parts = body.split(".*");
  return (name) => {
    let from = 0;
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      if (index === 0 && start !== "" && !name.startsWith(part)) return false;
      const at = isLast && end !== "" ? name.length - part.length : name.indexOf(part, from);
      if (at < from || !name.startsWith(part, at)) return false;
      if (isLast && end !== "" && index === 0 && start !== "" && at !== 0) return false;
      from = at + part.length;
    }
    return true;
  };
}
