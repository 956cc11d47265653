/** The queries behind a verdict, letter for letter, to be asked again by people. */
import { formatDuration } from "./duration.ts";
import { formatInstant, type Instant } from "./instant.ts";
import { code, fenced } from "./markdown.ts";
import type { Section } from "./section.ts";
import type { SentQuery } from "./sent-query.ts";

/** A block for each objective, folded; `undefined` where nothing was asked. */
export function queryBlocks(queries: readonly SentQuery[], at: Instant): Section | undefined {
  if (queries.length === 0) return undefined;
  const items = [...Map.groupBy(queries, ({ objective }) => objective)].map(([objective, ours]) =>
    [
      `<details>\n<summary>PromQL of ${code(objective)}</summary>`,
      ...ours.flatMap(({ windowMs, role, text, isRecorded }) => [
        `${roleWords[role]} over ${formatDuration(windowMs)}${isRecorded === true ? ", recorded" : ""}:`,
        fenced("promql", text),
      ]),
      "</details>",
    ].join("\n\n"),
  );
  return {
    head: `### Queries\n\nAs Prometheus evaluated them at ${formatInstant(at)}. Burngate itself divides bad events by all events.`,
    items,
    between: "\n\n",
    rest: (count) =>
      `The queries of ${count} ${items.length === count ? "" : "more "}objective${count === 1 ? " are" : "s are"} left out: there is no room for them.`,
  };
}

const roleWords: Readonly<Record<SentQuery["role"], string>> = {
  bad: "Bad events",
  good: "Good events",
  total: "All events",
  ratio: "Error ratio",
};
