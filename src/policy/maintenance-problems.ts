/** What is wrong with planned work in itself and beside the objectives. */
import { timesOf } from "../calendar/maintenance-times.ts";
import { isAbout, type Maintenance } from "../domain/maintenance.ts";
import type { Objective } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { Sli } from "../domain/sli.ts";
import { lengthOf, without } from "../domain/stretch.ts";
import { countedEvents } from "../slo/counted-events.ts";
import type { YamlDocument } from "../slo/yaml-text.ts";

/** The most of a year that may be planned work: a promise that mostly does not hold is none. */
const maxShare = 0.5;

const year = 366 * 86_400_000;

/** The problems of planned work, each at its own key. */
export function maintenanceProblems(
  document: YamlDocument,
  maintenance: readonly Maintenance[],
  objectives: readonly Objective[],
): readonly Problem[] {
  const names = maintenance.map((one) => one.name);
  return maintenance.flatMap((one, index): readonly Problem[] => {
    const about = objectives.filter(({ name }) => isAbout(one, name));
    const at = (key: string): readonly (string | number)[] => ["maintenance", index, key];
    if (names.indexOf(one.name) !== index)
      return [
        document.problem("duplicate_name", at("name"), `is \`${one.name}\` twice; names must be unique`),
      ];
    if (takesTooMuch(one))
      return [document.problem("wrong_value", at("rrule"), "leaves out more than half of all time")];
    if (one.objectives !== undefined && about.length === 0)
      return [document.problem("missing_reference", at("objectives"), "match no objective", "warning")];
    return about
      .filter((objective) => !isCounted(objective))
      .map((objective) =>
        document.problem(
          "not_counted",
          ["maintenance", index],
          `cannot be left out of \`${objective.name}\`: ${whyNot(objective)}`,
          "warning",
        ),
      );
  });
}

function whyNot({ groupedBy, budgeting }: Objective): string {
  if (groupedBy !== undefined) return "its budget is split into groups";
  if (budgeting !== undefined && budgeting.kind !== "occurrences") return "its budget counts slices of time";
  return "its queries do not show that they count events (`rate` or `increase`, summed)";
}

function takesTooMuch(one: Maintenance): boolean {
  const { rrule, ...once } = one;
  const [first] = rrule === undefined ? [] : (timesOf(once, { from: -Infinity, to: Infinity }) ?? []);
  if (first === undefined) return false;
  const span = { from: first.from, to: first.from + year };
  const left = lengthOf(without(span, timesOf(one, span) ?? []));
  return left < (1 - maxShare) * year;
}

/** Whether maintenance can be left out of an objective's budget. Of a composite each part counts for itself. */
function isCounted(objective: Objective): boolean {
  const { sli } = objective;
  const slis: readonly Sli[] = sli.kind === "composite" ? sli.parts.map((part) => part.sli) : [sli];
  return slis.every((one) => countedEvents({ ...objective, sli: one }) !== undefined);
}
