import { parseQueryTemplate, type QueryTemplate, renderQuery } from "../domain/query-template.ts";
import { promqlFault, withoutComments } from "./promql.ts";

/** What keeps a text from being a query with a window hole, as the end of a sentence; or the template. */
export function checkQuery(text: string): QueryTemplate | string {
  const template = parseQueryTemplate(text);
  if (typeof template === "string") return faultWords[template];
  const [query, other] = [renderQuery(template, 300_000), renderQuery(template, 3_600_000)];
  const fault = promqlFault(query);
  if (fault !== undefined) return `is not PromQL: ${fault.message}`;
  return withoutComments(query) === withoutComments(other) ? faultWords.no_window : template;
}

const faultWords = {
  empty: "is empty",
  no_window: "has no `{{window}}`, so it would answer every window with the same number",
  unknown_placeholder: "holds a placeholder other than `{{window}}`; render it first",
} as const;
