/**
 * What alerts say of a burn rate, held against arithmetic: a factor f over a window w spends f × w ÷ period of a budget, and the whole of
 * it in period ÷ f. 14.4 over 1h are 2 % of 30 days, gone in 50 hours (https://sre.google/workbook/alerting-on-slos/).
 */
import { type DurationMs, roughDuration } from "../domain/duration.ts";
import type { Problem } from "../domain/problem.ts";
import { itemsOfList, nothingTold, type Place, rootOf, textAt, type Told, under, warn } from "./place.ts";
import type { YamlDocument } from "./yaml-text.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The period that is meant where nobody says another. */
const periodMs: DurationMs = 30 * dayMs;

/** Claims are rough; what differs by more than this part is wrong. */
const tolerance = 0.2;

/** Tells alerts whose texts claim what their expression cannot mean. */
export function burnClaimProblems(documents: readonly YamlDocument[]): readonly Problem[] {
  const told: Told = nothingTold();
  for (const document of documents) {
    const root = rootOf(document, told);
    const groups = [...itemsOfList(under(root, "spec", "groups")), ...itemsOfList(under(root, "groups"))];
    for (const rule of groups.flatMap((group) => itemsOfList(under(group, "rules")))) lintRule(rule);
  }
  return told.problems;
}

function lintRule(rule: Place): void {
  if (textAt(under(rule, "alert")) === undefined) return;
  const burn = burnIn(textAt(under(rule, "expr")) ?? "");
  const annotations = under(rule, "annotations");
  if (burn === undefined || typeof annotations.value !== "object" || annotations.value === null) return;
  for (const key of Object.keys(annotations.value)) {
    const place = under(annotations, key);
    const text = textAt(place);
    const claim = text === undefined ? undefined : wrongClaim(text.slice(0, 2000), burn);
    if (claim !== undefined) warn(place, "wrong_arithmetic", claim);
  }
}

interface Burn {
  readonly factor: number;
  readonly windowMs: DurationMs;
}

/** The factor and the longest window of an alert; `undefined`: it shows none. */
function burnIn(expression: string): Burn | undefined {
  const text = expression.slice(0, 8192);
  const factors = [
    ...text.matchAll(/[<>]=?\s*(?:bool\s+)?\(?\s*(\d+(?:\.\d+)?)(?=\s*(?:[*)]|and\b|or\b|unless\b|$))/g),
  ].map(([, one]) => Number(one));
  const factor = factors.find((one) => one >= 1 && one <= 1000);
  const windows = [...text.matchAll(/(?:\[|ratio_rate|rate|burn_rate[_:]?)(\d+)(m|h|d|w)\b/g)].map(
    ([, count, unit]) =>
      Number(count) * ({ m: hourMs / 60, h: hourMs, d: dayMs, w: 7 * dayMs }[unit ?? ""] ?? 0),
  );
  return factor === undefined || windows.length === 0
    ? undefined
    : { factor, windowMs: Math.max(...windows) };
}

const share = /(\d+(?:\.\d+)?)\s{0,3}%[^.;%]{0,40}\bbudget/i;
const end =
  /\b(?:exhaust\w*|gone|spent|consumed|used up|run(?:s|ning)? out|empty|depleted)\b[^.;]{0,40}?\b(?:in|within|after)\s+(?:about\s+|~\s?)?(\d+(?:\.\d+)?)\s{0,3}(h|hours?|d|days?)\b/i;

function wrongClaim(text: string, { factor, windowMs }: Burn): string | undefined {
  const truth = ((factor * windowMs) / periodMs) * 100;
  const endMs = periodMs / factor;
  const [, percent] = share.exec(text) ?? [];
  const [, count, unit = ""] = end.exec(text) ?? [];
  const claimedMs = Number(count) * (unit.startsWith("d") ? dayMs : hourMs);
  const isOff = (claimed: number, real: number): boolean => Math.abs(claimed - real) > tolerance * real;
  const wrong = [
    ...(percent !== undefined && isOff(Number(percent), truth) ? [`${percent}% of it`] : []),
    ...(count !== undefined && isOff(claimedMs, endMs) ? [`an end within ${count} ${unit}`] : []),
  ];
  if (wrong.length === 0) return undefined;
  const window = roughDuration(windowMs);
  return `claims ${wrong.join(" and ")}: ${factor} over ${window} spends ${Number(truth.toPrecision(2))}% of a budget of 30 days, and all of it in ${Math.round(endMs / hourMs)} hours; correct the text`;
}
