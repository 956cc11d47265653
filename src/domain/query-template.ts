import { type DurationMs, formatDuration } from "./duration.ts";

/**
 * A PromQL text with holes where a window goes: the pieces between the holes, so `rate(x[{{window}}])` is
 * `["rate(x[", "])"]`. Nothing but a duration can be put into a hole, so nothing user-made can enter a query
 * this way.
 */
export interface QueryTemplate {
  readonly pieces: readonly string[];
}

const hole = /\{\{-?\s*\.?window\s*-?\}\}/g;

/** Why a text is no query template. */
export type TemplateFault = "empty" | "no_window" | "unknown_placeholder";

/**
 * Reads a query with `{{window}}` (ours) or `{{.window}}` (Sloth's) where the window goes. Any other `{{…}}`
 * is refused: it would reach Prometheus as text, or be somebody else's template left unrendered.
 */
export function parseQueryTemplate(text: string): QueryTemplate | TemplateFault {
  if (text.trim() === "") return "empty";
  const pieces = text.split(hole);
  if (pieces.some((piece) => piece.includes("{{") || piece.includes("}}"))) return "unknown_placeholder";
  return pieces.length < 2 ? "no_window" : { pieces };
}

/** The query for one window, the window printed as Prometheus prints durations. */
export function renderQuery(template: QueryTemplate, windowMs: DurationMs): string {
  return template.pieces.join(formatDuration(windowMs));
}

/** The template as it is written, `{{window}}` where the window goes. */
export function queryText(template: QueryTemplate): string {
  return template.pieces.join("{{window}}");
}
