/**
 * Whether an answer is the expected one, by the rules that the vectors state: expressions after collapsing white space,
 * numbers within a relative 1e-9, sets of labels without order.
 *
 * Keeps: every key that is expected must be answered; prose that only explains an expectation is the one exception. Where vectors
 * are exact, everything is: nothing is tolerated, and nothing may be answered that was not expected.
 */

/** Keys whose values are words for people. */
const prose: ReadonlySet<string> = new Set([
  "note",
  "unit",
  "upstream_text",
  "reason",
  "effect",
  "meaning",
  "support",
  "never",
  // What the tool says of it, and what versions decide that are not the one we agree with.
  "upstreamMessage",
  "phaseOnExpr1_15_5",
  "phaseOnRolloutsUpTo1_9_1_and_1_10_0rc1",
]);

/** The first difference of an exact vector. */
export function exactDifference(expected: unknown, actual: unknown, place = "answer"): string | undefined {
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null)
    return Object.is(expected, actual) || (expected === 0 && actual === 0)
      ? undefined
      : told(place, expected, actual);
  if (Array.isArray(expected) !== Array.isArray(actual)) return told(place, expected, actual);
  const [wanted, answered] = [expected, actual] as Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(wanted ?? {}), ...Object.keys(answered ?? {})]);
  return first([...keys].map((key) => exactDifference(wanted?.[key], answered?.[key], `${place}.${key}`)));
}

/** The first difference, as a sentence with its place; `undefined` where there is none. */
export function difference(expected: unknown, actual: unknown, place = "answer"): string | undefined {
  if (typeof expected === "number") {
    return typeof actual === "number" && isClose(expected, actual)
      ? undefined
      : told(place, expected, actual);
  }
  if (typeof expected === "string") {
    return typeof actual === "string" && tidy(expected) === tidy(actual)
      ? undefined
      : told(place, expected, actual);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return told(place, expected, actual);
    return first(expected.map((one, index) => difference(one, actual[index], `${place}[${index}]`)));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return told(place, expected, actual);
    const answered = actual as Readonly<Record<string, unknown>>;
    const keys = Object.entries(expected).filter(([key]) => !prose.has(key));
    return first(keys.map(([key, one]) => difference(one, answered[key], `${place}.${key}`)));
  }
  return expected === actual ? undefined : told(place, expected, actual);
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((one) => one !== undefined);
}

function told(place: string, expected: unknown, actual: unknown): string {
  return `${place}\n  expected ${JSON.stringify(expected)}\n  actual   ${JSON.stringify(actual)}`;
}

/** White space around brackets says nothing either: a block of text keeps its last line break inside of them. */
function tidy(expression: string): string {
  return expression
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\s*([()[\]{}])\s*/g, "$1")
    .trim();
}

function isClose(expected: number, actual: number): boolean {
  return Math.abs(expected - actual) <= 1e-9 * Math.max(Math.abs(expected), Math.abs(actual));
}
