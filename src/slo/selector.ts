/** Selectors made of names and values that others wrote. */

/** Label names as Prometheus allows them. */
export const labelNamePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * A text as a PromQL string: nothing that it holds can end it. [T28]
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
export function promqlString(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}

/** Equality matchers in braces, names sorted: `{a="1", b="2"}`. Names must be label names. */
export function matchersOf(labels: Readonly<Record<string, string>>, separator = ", "): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name] of pairs) {
    if (!labelNamePattern.test(name)) throw new Error(`${name} is no label's name`);
  }
  return `{${pairs.map(([name, value]) => `${name}=${promqlString(value)}`).join(separator)}}`;
}
