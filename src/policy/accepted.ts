/** Values of the policy file that its schema has already accepted, as the domain counts them. */
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import { parsePercent } from "../domain/objective.ts";
import { parseQueryTemplate, type QueryTemplate } from "../domain/query-template.ts";

/** The value that was read; a miss here is a fault of the schema. */
export function accepted<T>(value: T | undefined, written: unknown): T {
  if (value === undefined)
    throw new Error("the policy schema let a value through that it must refuse", { cause: written });
  return value;
}

/** A duration in milliseconds. */
export const milliseconds = (written: string): DurationMs => accepted(parseDuration(written), written);

/** A percentage as a ratio. */
export const ratio = (written: string): number => accepted(parsePercent(written), written);

/** A query; where it may go without a hole for a window, `{{window}}` need not be in it. */
export function template(written: string): QueryTemplate {
  const read = parseQueryTemplate(written);
  if (read === "no_window") return { pieces: [written] };
  return accepted(typeof read === "string" ? undefined : read, written);
}
