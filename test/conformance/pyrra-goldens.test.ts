import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { renderQuery } from "../../src/domain/query-template.ts";
import { formatDuration } from "../../src/domain/duration.ts";
import { burnrateTemplate, periodSli } from "../../src/slo/pyrra-records.ts";
import { pyrraTiers } from "../../src/slo/pyrra-windows.ts";
import { pyrraAsks, pyrraSloOf } from "./asks-pyrra.ts";
import { difference } from "./compare.ts";
import { isShared, sharedFolder, sharedNote } from "./slo-data.ts";
import { dataIn, type Vector } from "./vector.ts";

// What Pyrra's own tests expect of 26 objects lies, as data, in a folder beside this repository: BURNGATE_SHARED names it.
const data = dataIn(join(sharedFolder, "slo-data"));

const rule = z.object({
  kind: z.enum(["record", "alert"]),
  name: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()),
});
const group = z.object({
  name: z.string(),
  objective: z.string(),
  prometheus3Migration: z.boolean(),
  error: z.string().nullable(),
  rules: z.array(rule).nullish(),
});
const query = z.object({ name: z.string(), objective: z.string(), expected: z.string() });
const shape = z.object({
  burnrates: z.array(group),
  increase: z.array(group),
  generic: z.array(group),
  queryTotal: z.array(query),
  queryErrors: z.array(query),
  queryErrorBudget: z.array(query),
  burnrateNames: z.array(query),
});
type Golden = { readonly objective: string };

const goldens = (): z.infer<typeof shape> =>
  shape.parse(
    JSON.parse(readFileSync(join(sharedFolder, "slo-data/pyrra/goldens-from-tests.json"), "utf8")) as unknown,
  );

/** The file that an object of Pyrra's tests was written to: `objectiveHTTPRatioGrouping` is `http-ratio-grouping`. */
function fileOf({ objective }: Golden): string {
  const words = objective
    .replace(/^objective/, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2");
  return `pyrra/test-objects/${words.toLowerCase().replace("apiserver", "api-server").replace("alert-name", "alertname")}.yaml`;
}

const nameIn = (file: string): string => /^ {2}name: (.*)$/m.exec(data.read(file))?.[1] ?? "";

function vectorOf(golden: Golden, more: Readonly<Record<string, unknown>> = {}): Vector {
  const spec = fileOf(golden);
  return { id: golden.objective, tool: "pyrra", ask: "", spec, slo: nameIn(spec), expected: {}, ...more };
}

const answer = (ask: string, vector: Vector) =>
  pyrraAsks[ask]?.(vector, data) as Readonly<Record<string, unknown>>;

/** Pyrra's queries keep groups in the order of the file; its rules and ours sort them. */
const sorted = (text: string): string =>
  text.replaceAll(/by \(([^)]*)\)/g, (_, names: string) => `by (${names.split(", ").toSorted().join(", ")})`);

/** Pyrra's own queries speak of a label that its counts of native histograms lack, so they find nothing. */
const withoutLost = ({ objective }: Golden, text: string): string =>
  objective === "objectiveHTTPNativeLatency" ? text.replaceAll('code=~"2..",', "") : text;

const withShared = it.skipIf(!isShared);

describe("the tests of Pyrra itself", () => {
  withShared(
    `give each burn rate the name, the labels, the expression and the alerts that we expect${sharedNote}`,
    () => {
      const { burnrates } = goldens();
      expect(burnrates).toHaveLength(22);
      for (const golden of burnrates) {
        const records = golden.rules?.filter(({ kind }) => kind === "record") ?? [];
        expect(records, golden.name).toHaveLength(7);
        for (const { name, expr, labels } of records) {
          const window = name.replace(/^.*:burnrate/, "");
          const vector = vectorOf(golden, { window, prometheus3_migration: golden.prometheus3Migration });
          const told = answer("recorded_error_ratio", vector);
          const windows = records.map((one) => one.name.replace(/^.*:burnrate/, ""));
          const expected = { metric: name, labels, direct_expr: expr, all_windows: windows };
          expect(difference(expected, told), `${golden.name} ${name}`).toBeUndefined();
        }
        const alerts = golden.rules?.filter(({ kind }) => kind === "alert") ?? [];
        const told = answer("alert_windows", vectorOf(golden));
        const slo = pyrraSloOf(vectorOf(golden), data);
        expect(slo.isAlerting, golden.name).toBe(alerts.length > 0);
        if (alerts.length === 0) continue;
        expect(told["alert_exprs"], golden.name).toEqual(alerts.map(({ expr }) => expr));
        expect(
          pyrraTiers(slo.windowMs).map(({ severity, forMs }) => [severity, formatDuration(forMs)]),
        ).toEqual(
          alerts.map((one) => [one.labels["severity"], one.for?.replace(/(?<=\D)0[ms]0s$|(?<=[hm])0s$/, "")]),
        );
      }
    },
  );

  withShared(`record each count by the rule that we expect${sharedNote}`, () => {
    const { increase } = goldens();
    expect(increase).toHaveLength(21);
    for (const golden of increase) {
      const records = golden.rules?.filter(({ kind }) => kind === "record") ?? [];
      const rules = records.map(({ name, expr, labels }) => ({ metric: name, expr, labels }));
      const told = answer("recorded_increase", vectorOf(golden));
      expect(difference({ rules }, told), golden.name).toBeUndefined();
    }
  });

  withShared(`make of each object the generic rules that we expect${sharedNote}`, () => {
    const { generic } = goldens();
    expect(generic).toHaveLength(18);
    for (const golden of generic) {
      const rules = (golden.rules ?? []).map(({ name, expr }) => ({
        metric: name,
        // That test sets another window after it has made the other names.
        expr: expr === "2419200" && golden.objective === "objectiveAPIServerRatio" ? "1209600" : expr,
      }));
      const expected = {
        error: golden.error,
        rules: rules.map((one) => ({ ...one, expr: withoutLost(golden, one.expr) })),
      };
      const told = answer("generic_rules", vectorOf(golden));
      expect(difference(expected, told), golden.name).toBeUndefined();
    }
  });

  withShared(`ask for all events and for bad ones as we read them${sharedNote}`, () => {
    const { queryTotal, queryErrors } = goldens();
    expect([queryTotal, queryErrors].map(({ length }) => length)).toEqual([17, 17]);
    for (const [index, total] of queryTotal.entries()) {
      const errors = queryErrors[index]!;
      expect(errors.objective).toBe(total.objective);
      const slo = pyrraSloOf(vectorOf(total), data);
      const sli = periodSli(slo);
      if (sli.kind === "ratio") throw new Error("Pyrra records counts");
      const all = renderQuery(sli.totalQuery, slo.windowMs);
      const bad =
        sli.kind === "events"
          ? renderQuery(sli.errorQuery, slo.windowMs)
          : `${all} - ${renderQuery(sli.goodQuery, slo.windowMs)}`;
      expect(all, total.name).toBe(sorted(withoutLost(total, total.expected)));
      expect(bad, total.name).toBe(sorted(withoutLost(errors, errors.expected)));
    }
  });

  withShared(`ask for the budget that is left, and for the burn rate, as we read them${sharedNote}`, () => {
    const { queryErrorBudget, burnrateNames } = goldens();
    expect([queryErrorBudget, burnrateNames].map(({ length }) => length)).toEqual([17, 17]);
    for (const golden of queryErrorBudget) {
      const told = answer("budget_remaining_query", vectorOf(golden));
      // Of gauges alone it asks by group.
      const plain = golden.expected.includes(":count")
        ? golden.expected.replaceAll(/ by \([^)]*\) /g, "")
        : golden.expected;
      expect(difference({ expr: withoutLost(golden, plain) }, told), golden.name).toBeUndefined();
    }
    for (const golden of burnrateNames) {
      const slo = pyrraSloOf(vectorOf(golden), data);
      expect(renderQuery(burnrateTemplate(slo), 300_000)).toMatch(new RegExp(`^${golden.expected}\\{`));
    }
  });
});
